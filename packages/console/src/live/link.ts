import { byEventStream } from './by-event-stream.ts'
import { byPoll } from './by-poll.ts'
import { byWebSocket } from './by-websocket.ts'
import { type Connection, setConnection } from './connection.ts'
import type { OpenTransport, Transport, TransportEvents } from './transport.ts'

// The best first; who does not get through with one takes the next.
const LADDER: readonly (readonly [NonNullable<Connection['by']>, OpenTransport])[] = [
  ['websocket', byWebSocket],
  ['event-stream', byEventStream],
  ['poll', byPoll],
]
const PATIENCE_MS = 6_000
// A server that is away fails all of them.
const AGAIN_MS = 5_000

/** Whoever hears a topic. */
export interface Ear {
  message?(data: unknown): void
  /** It is heard. `isLost`: something was missed since it was heard last. */
  open?(isLost: boolean): void
  interrupted?(): void
}

const ears = new Map<string, Set<Ear>>()
let isStarted = false
let onSignedOut = (): void => {}
let transport: Transport | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let isOpen = false
// Another way knows nothing of where the one before had come to.
let isNew = false

/** Keeps a connection as long as somebody is signed in. Answers what ends it. */
export function startLink(signedOut: () => void): () => void {
  isStarted = true
  onSignedOut = signedOut
  climb(0)
  return () => {
    isStarted = false
    leave()
  }
}

/** Hears a topic. Answers what ends it. */
export function listen(topic: string, ear: Ear): () => void {
  const known = ears.get(topic)
  if (known !== undefined) {
    known.add(ear)
    if (isOpen) ear.open?.(false)
  } else {
    ears.set(topic, new Set([ear]))
    tellTopics()
  }
  return () => {
    const left = ears.get(topic)
    left?.delete(ear)
    if (left?.size !== 0) return
    ears.delete(topic)
    tellTopics()
  }
}

let isTelling = false
/** Topics that come and go together, as when a page is left for another, are told together. */
function tellTopics(): void {
  if (isTelling) return
  isTelling = true
  queueMicrotask(() => {
    isTelling = false
    transport?.listen([...ears.keys()])
  })
}

function leave(): void {
  clearTimeout(timer)
  timer = undefined
  const old = transport
  transport = undefined
  old?.close()
  if (isOpen) isNew = true
  isOpen = false
  setConnection({ by: undefined })
}

function climb(step: number): void {
  leave()
  if (!isStarted) return
  const [name, open] = LADDER[step] ?? []
  if (name === undefined || open === undefined) {
    timer = setTimeout(() => climb(0), AGAIN_MS)
    return
  }
  let isOver = false
  const next = (): void => {
    if (isOver) return
    isOver = true
    climb(step + 1)
  }
  const heard = (act: () => void): void => {
    if (!isOver && isStarted) act()
  }
  const events: TransportEvents = {
    message: (topic, data) => heard(() => each(topic, (ear) => ear.message?.(data))),
    open: (lost) =>
      heard(() => {
        clearTimeout(timer)
        timer = undefined
        isOpen = true
        setConnection({ by: name })
        for (const topic of ears.keys()) each(topic, (ear) => ear.open?.(isNew || lost.includes(topic)))
        isNew = false
      }),
    interrupted: () =>
      heard(() => {
        isOpen = false
        setConnection({ by: undefined })
        timer ??= setTimeout(next, PATIENCE_MS)
        for (const topic of ears.keys()) each(topic, (ear) => ear.interrupted?.())
      }),
    failed: () => heard(next),
    signedOut: () =>
      heard(() => {
        isOver = true
        onSignedOut()
        leave()
      }),
  }
  timer = setTimeout(next, PATIENCE_MS)
  transport = open([...ears.keys()], events)
}

function each(topic: string, act: (ear: Ear) => void): void {
  for (const ear of ears.get(topic) ?? []) act(ear)
}
