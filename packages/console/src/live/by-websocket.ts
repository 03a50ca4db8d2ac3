import type { Centrifuge, Subscription } from 'centrifuge'
import type { Transport, TransportEvents } from './transport.ts'

// Codes of docs/reference/realtime-protocol.md.
const UNAUTHORIZED = 3500
const SESSION_ENDED = 3503
const PERMISSION_LOST = 2000
// Blocked by a proxy, it fails at once, every time.
const MOST_ATTEMPTS = 2

/** Over the WebSocket hub, with the `centrifuge` SDK, which resumes by itself. Loaded when it is needed. */
export function byWebSocket(topics: readonly string[], events: TransportEvents): Transport {
  let wanted = topics
  let link: ReturnType<typeof connect> | undefined
  let over = false
  void import('centrifuge')
    .then(({ Centrifuge }) => {
      if (over) return
      link = connect(new Centrifuge(address(), { minReconnectDelay: 300, maxReconnectDelay: 5_000 }), events)
      link.listen(wanted)
    })
    // An old page whose files are gone.
    .catch(() => events.failed())
  return {
    listen(next) {
      wanted = next
      link?.listen(next)
    },
    close() {
      over = true
      link?.close()
    },
  }
}

function address(): string {
  return `${window.location.origin.replace(/^http/, 'ws')}/connection/websocket`
}

function connect(client: Centrifuge, events: TransportEvents): Transport {
  const held = new Map<string, Subscription>()
  const waiting = new Set<string>()
  const lost = new Set<string>()
  let failures = 0
  let isConnected = false
  let wasConnected = false
  const settle = (): void => {
    if (!isConnected || waiting.size > 0) return
    events.open([...lost])
    lost.clear()
  }
  const add = (topic: string): void => {
    const subscription = client.newSubscription(topic)
    held.set(topic, subscription)
    subscription
      .on('publication', ({ data }) => events.message(topic, data))
      .on('subscribing', () => void waiting.add(topic))
      .on('subscribed', ({ wasRecovering, recovered }) => {
        waiting.delete(topic)
        if (wasRecovering && !recovered) lost.add(topic)
        settle()
      })
      // Refused, such as for want of a permission: the others go on.
      .on('unsubscribed', ({ code }) => {
        waiting.delete(topic)
        // Whoever asks again learns what they may not see any more.
        if (code === PERMISSION_LOST) lost.add(topic)
        settle()
      })
    subscription.subscribe()
  }
  client
    .on('connected', () => {
      isConnected = true
      wasConnected = true
      settle()
    })
    .on('connecting', () => {
      isConnected = false
      events.interrupted()
    })
    .on('error', () => {
      failures += 1
      if (!wasConnected && failures >= MOST_ATTEMPTS) events.failed()
    })
    .on('disconnected', ({ code }) => {
      if (code === UNAUTHORIZED || code === SESSION_ENDED) events.signedOut()
      else if (code > UNAUTHORIZED) events.failed()
    })
  client.connect()
  return {
    listen(topics) {
      for (const [topic, subscription] of held) {
        if (topics.includes(topic)) continue
        held.delete(topic)
        subscription.unsubscribe()
        client.removeSubscription(subscription)
      }
      for (const topic of topics) if (!held.has(topic)) add(topic)
      settle()
    },
    close: () => client.disconnect(),
  }
}
