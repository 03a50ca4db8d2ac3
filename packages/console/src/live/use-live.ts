import { useConnection } from './connection.ts'
import { PUSHED_TOPICS } from './push.ts'

const PUSHED: ReadonlySet<string> = new Set(PUSHED_TOPICS)
const POLL_MS = 2_000
const STALE_POLL_MS = 3_000
// With pushed changes asking is only a safeguard.
const PUSHED_POLL_MS = 30_000

/**
 * How often to ask again, in milliseconds, for what belongs to a topic; false while paused, out of sight, signed out, or without a
 * topic. Topics are the first part of the API's addresses after the version: `runs`, `queues`, `quotes`.
 */
export function useLive(topic: string | undefined): number | false {
  const { paused, hidden, staleSince, pushed, signedOut } = useConnection()
  if (topic === undefined || paused || hidden || signedOut) return false
  if (staleSince !== undefined) return STALE_POLL_MS
  return pushed && PUSHED.has(topic) ? PUSHED_POLL_MS : POLL_MS
}
