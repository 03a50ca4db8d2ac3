import { api } from '../api.ts'
import type { Transport, TransportEvents } from './transport.ts'

// Less than what a call may take.
const WAIT_SECONDS = 15

interface Polled {
  readonly next: string
  readonly lost: readonly string[]
  readonly events: readonly { readonly topic: string; readonly data: unknown }[]
}

/** By asking, and being answered when there is something: where proxies hold back everything else. */
export function byPoll(topics: readonly string[], events: TransportEvents): Transport {
  let after: string | undefined
  let round = new AbortController()
  const start = async (wanted: readonly string[]): Promise<void> => {
    round.abort()
    round = new AbortController()
    const { signal } = round
    let isOpen = false
    try {
      while (wanted.length > 0 && !signal.aborted) {
        const input = { topics: wanted.join(','), after, wait: WAIT_SECONDS }
        const { next, lost, events: heard } = await api.call<Polled>(POLL, input, { signal })
        after = next
        if (!isOpen || lost.length > 0) events.open(lost)
        isOpen = true
        for (const { topic, data } of heard) events.message(topic, data)
      }
    } catch {
      if (!signal.aborted) events.failed()
    }
  }
  void start(topics)
  return { listen: (wanted) => void start(wanted), close: () => round.abort() }
}

const POLL = { method: 'GET', path: '/api/v1/stream/poll' } as const
