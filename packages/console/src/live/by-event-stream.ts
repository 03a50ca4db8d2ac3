import type { Transport, TransportEvents } from './transport.ts'

/** Over an event stream, where a WebSocket does not get through. */
export function byEventStream(topics: readonly string[], events: TransportEvents): Transport {
  let source: EventSource | undefined
  let last = ''
  const open = (wanted: readonly string[]): void => {
    source?.close()
    if (wanted.length === 0) {
      events.open([])
      return
    }
    const after = last === '' ? '' : `&after=${last}`
    source = new EventSource(`/api/v1/stream?topics=${wanted.map(encodeURIComponent).join(',')}${after}`)
    source.addEventListener('ready', ({ data, lastEventId }: MessageEvent<string>) => {
      last = lastEventId
      events.open((JSON.parse(data) as { readonly lost: readonly string[] }).lost)
    })
    for (const topic of wanted)
      source.addEventListener(topic, ({ data, lastEventId }: MessageEvent<string>) => {
        last = lastEventId
        events.message(topic, JSON.parse(data))
      })
    source.addEventListener('error', ({ target }) => {
      // Closed: refused, and it does not try again.
      if ((target as EventSource).readyState === EventSource.CLOSED) events.failed()
      else events.interrupted()
    })
  }
  open(topics)
  return { listen: open, close: () => source?.close() }
}
