import type { Clock, Database } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { requireFuture } from '../future.ts'
import { newId } from '../id.ts'
import { deleteOver, endSilence, insertSilence, isSilenced, listSilences } from './store.ts'

/** Until when the channels are told nothing of some alerts; the table has them all the same. Instants are milliseconds UTC. */
export interface Silence {
  readonly id: string
  readonly org: string
  /** Of the alerts; `*` at the end stands for anything. */
  readonly key: string
  readonly reason: string
  readonly createdAt: number
  readonly until: number
  /** When it was ended before its time. */
  readonly endedAt?: number
}

/** The silences of alerts. */
export interface Silences {
  /** Those that last, the one that ends first coming first; or with `all` the latest 200, over or not. */
  list(org: string, options?: { readonly all?: boolean }): Promise<readonly Silence[]>
  /** Throws `INSTANT_PASSED` for an end that has passed. */
  add(silence: Pick<Silence, 'org' | 'key' | 'reason' | 'until'>): Promise<Silence>
  /** Ends one before its time. Throws `SILENCE_UNKNOWN`. */
  end(org: string, id: string): Promise<Silence>
  /** Deletes those that were over before an instant (milliseconds UTC), of all organisations; answers how many. */
  prune(before: number): Promise<number>
  /** True while channels are to be told nothing of this key. */
  covers(org: string, key: string): Promise<boolean>
}

/** The silences of a database. */
export function createSilences(database: Database, clock: Pick<Clock, 'now'>): Silences {
  return {
    list: (org, { all = false } = {}) => listSilences(database, org, all ? undefined : clock.now()),
    async add({ org, key, reason, until }) {
      const now = clock.now()
      requireFuture(until, now)
      const silence = { id: newId(now), org, key, reason, createdAt: now, until }
      await insertSilence(database, silence)
      return silence
    },
    async end(org, id) {
      const ended = await endSilence(database, { org, id, now: clock.now() })
      if (ended !== undefined) return ended
      throw new PlatformError('SILENCE_UNKNOWN', `no silence ${id} lasts: GET /api/v1/alerts/silences lists them`, {
        status: 404,
      })
    },
    prune: (before) => deleteOver(database, before),
    covers: (org, key) => isSilenced(database, { org, key, now: clock.now() }),
  }
}
