import { useSyncExternalStore } from 'react'
import { onOutcome } from '../api.ts'

/** Whether what is shown is current. */
export interface Connection {
  /** A person stopped the updates. */
  readonly paused: boolean
  /** When the last answer came, while none comes any more (milliseconds UTC). */
  readonly staleSince: number | undefined
  /** How changes are told as they happen; undefined while they are not, and then the page asks now and then. */
  readonly by: 'websocket' | 'event-stream' | 'poll' | undefined
  readonly hidden: boolean
  /** The session has ended: every question would be refused. */
  readonly signedOut: boolean
}

let current: Connection = {
  paused: false,
  staleSince: undefined,
  by: undefined,
  hidden: document.hidden,
  signedOut: false,
}
let lastAnswer = Date.now()
const listeners = new Set<() => void>()

/** Changes part of it. */
export function setConnection(change: Partial<Connection>): void {
  if (Object.entries(change).every(([name, value]) => current[name as keyof Connection] === value)) return
  current = { ...current, ...change }
  for (const listener of listeners) listener()
}

onOutcome((outcome) => {
  const answered = outcome.ok || (outcome.error.status > 0 && outcome.error.status < 500)
  if (answered) lastAnswer = Date.now()
  if (answered === (current.staleSince === undefined)) return
  setConnection({ staleSince: answered ? undefined : lastAnswer })
})
// Nothing is asked without a network, so nothing fails either; the first answer after it says that all is current again.
window.addEventListener('offline', () => setConnection({ staleSince: current.staleSince ?? lastAnswer }))
document.addEventListener('visibilitychange', () => setConnection({ hidden: document.hidden }))

/** The connection as it is now, for what is no component. */
export function connection(): Connection {
  return current
}

/** The connection as it is now. */
export function useConnection(): Connection {
  return useSyncExternalStore(onConnection, () => current)
}

/** Calls at every change of it. Answers what ends that. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
