import { type Clock, systemClock } from '../base.ts'
import type { HotStore } from '../hot.ts'

/** The server's time in milliseconds since 1970 UTC. */
export const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** Says that a worker lives, by the server's time. */
export const BEAT = `update engine_worker set beat_at = ${NOW} where epoch = $1`

/** The server's time, carried on by this process's monotonic clock. */
export interface DatabaseClock extends Clock {
  /** Measures the offset again; half of the round trip is taken as the way back. */
  sync(): Promise<void>
}

/**
 * All processes on one PostgreSQL share its time: a machine whose clock is wrong, or is set while we run, must not make
 * timers early or leases long.
 */
export async function createDatabaseClock(hot: HotStore): Promise<DatabaseClock> {
  let offset = Date.now() - performance.now()
  const clock: DatabaseClock = {
    now: () => Math.round(performance.now() + offset),
    setTimer: systemClock.setTimer,
    async sync() {
      const sent = performance.now()
      const serverNow = await hot.serverNow()
      offset = serverNow - (sent + performance.now()) / 2
    },
  }
  await clock.sync()
  return clock
}
