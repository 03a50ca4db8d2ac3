import { useEffect } from 'react'
import { connection, useConnection } from './connection.ts'
import { listen } from './link.ts'
import { PUSHED } from './push.ts'

/** The topic of what belongs to other organisations: of their runs nobody is told, they are asked for. */
export const ELSEWHERE = 'elsewhere'

// For what nobody tells of.
const POLL_MS = 1_000
const STALE_POLL_MS = 3_000
// With pushed changes asking is only a safeguard.
const PUSHED_POLL_MS = 30_000

/**
 * How often to ask again, in milliseconds, for what belongs to a topic; false while paused, out of sight, signed out, or without a
 * topic. Topics are the first part of the API's addresses after the version: `runs`, `queues`, `quotes`.
 */
export function useLive(topic: string | undefined): number | false {
  return useIntervals()(topic)
}

/** The same, where the topic is known only with what was answered. */
export function useIntervals(): (topic: string | undefined) => number | false {
  const { paused, hidden, staleSince, by, signedOut } = useConnection()
  return (topic) => {
    if (topic === undefined || paused || hidden || signedOut) return false
    if (staleSince !== undefined) return STALE_POLL_MS
    return by !== undefined && PUSHED.has(topic) ? PUSHED_POLL_MS : POLL_MS
  }
}

/** Calls whenever the server tells of a topic, unless a person has paused. Undefined: there is no such topic. */
export function useTopic(topic: string | undefined, onMessage: () => unknown): void {
  useEffect(() => {
    if (topic === undefined) return
    return listen(topic, { message: () => void (connection().paused || document.hidden || onMessage()) })
  }, [topic, onMessage])
}
