import type { QueryClient } from '@tanstack/react-query'
import { setConnection } from './connection.ts'

/** What the platform publishes; each is the first part of the addresses that change with it. */
export const PUSHED_TOPICS = ['runs', 'queues', 'alerts'] as const
const COALESCE_MS = 400
// A server without live messages, or one that is away: asking now and then does meanwhile.
const AGAIN_MS = 30_000

/** Asks again for what has changed, as the server tells of it. Answers what ends it. */
export function startPush(client: QueryClient): () => void {
  const changed = new Set<string>()
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  const refresh = (): void => {
    timer = undefined
    const paths = [...changed].map((topic) => `/api/v1/${topic}`)
    changed.clear()
    if (document.hidden) return
    void client.invalidateQueries({
      // Who has paused, or scrolled far, has said so by asking for no updates.
      predicate: ({ queryKey, observers }) =>
        paths.some((path) => String(queryKey[1] ?? '').startsWith(path)) &&
        observers.some(({ options }) => wantsUpdates(options.refetchInterval)),
    })
  }
  const open = (): void => {
    source = new EventSource(`/api/v1/stream?topics=${PUSHED_TOPICS.join(',')}`)
    source.addEventListener('ready', () => setConnection({ pushed: true }))
    for (const topic of PUSHED_TOPICS)
      source.addEventListener(topic, () => {
        changed.add(topic)
        timer ??= setTimeout(refresh, COALESCE_MS)
      })
    source.addEventListener('error', () => {
      setConnection({ pushed: false })
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS)
    })
  }
  open()
  return () => {
    clearTimeout(timer)
    clearTimeout(again)
    source?.close()
    setConnection({ pushed: false })
  }
}

function wantsUpdates(interval: unknown): boolean {
  return interval !== false && interval !== undefined
}
