import type { Engine, WithinSlice } from '@regie/engine'
import type { Kysely } from 'kysely'
import type { AuditInput } from '../audit/entry.ts'
import type { AuditLog } from '../audit/log.ts'
import type { AuditWriter } from '../audit/store/entries.ts'
import { SYSTEM } from '../auth/principal.ts'
import { isPlatformError, PlatformError } from '../errors.ts'
import { retriedOf } from '../filter/grammar.ts'
import { bothFilters, runFilterOf } from '../filter/run-filter.ts'
import { newId } from '../id.ts'
import {
  addSlice,
  type BulkAct,
  type BulkRow,
  type BulkTables,
  deleteEnded,
  endBulk,
  findBulk,
  findCancels,
  insertBulk,
  selectLeft,
} from './store.ts'

/** Who does it, and by which request. */
export type BulkCaller = Pick<AuditInput, 'org' | 'actor' | 'requestId' | 'traceId'>

/** What is to be done with all runs that match. */
export interface BulkOrder {
  readonly act: BulkAct
  /** In the filter language. */
  readonly filter: string
  /** Retry what has succeeded too, so that it does everything once more. Default false. */
  readonly succeeded?: boolean | undefined
  readonly reason?: string | undefined
}

/** How far it is. */
export interface BulkState {
  /** Runs that were looked at. */
  readonly seen: number
  /** Those of them that it fitted, and that were changed. */
  readonly done: number
  readonly ended: boolean
  /** Those that this call has looked at. */
  readonly ids: readonly number[]
}

/**
 * Cancels or retries any number of runs, a slice at a time, so that whoever began it sees how far it is and can stop it. In the
 * audit log the whole is one entry, with the filter and the number of runs, in the commit that makes it possible to do the first
 * slice: nothing is done of which nobody knows. A second entry tells how it ended, in the commit that ends it.
 */
export interface Bulks {
  /** Answers its id, and how many runs match and fit, counted no further than 100,000. Throws `INPUT_INVALID` for a filter that cannot be read. */
  begin(by: BulkCaller, order: BulkOrder): Promise<{ readonly id: string; readonly count: number }>
  /** Does the next 200; `wish` is kept with runs that are retried. Throws `BULK_UNKNOWN`, and `BULK_ENDED` when it was stopped meanwhile. */
  next(by: BulkCaller, id: string, wish: string): Promise<BulkState>
  /** Stops it; what was done stays done. Throws `BULK_UNKNOWN`, `BULK_ENDED`. */
  stop(by: BulkCaller, id: string): Promise<BulkState>
  /** By which of them a run was cancelled at an instant; undefined when by none, or when it could be several. */
  cancelling(org: string, run: number, at: number): Promise<string | undefined>
  /** Ends what nobody has gone on with for a day, because a browser was closed, and forgets what ended long ago. Answers how many were ended. */
  tidy(): Promise<number>
}

const SLICE = 200
const COUNT_CAP = 100_000
const LEFT_MS = 86_400_000
// Longer than runs are: who cancelled one is found by it.
const KEPT_MS = 400 * LEFT_MS

/** Over an engine that may not be there yet. */
export function createBulks(engine: () => Engine, audit: Pick<AuditLog, 'record'>): Bulks {
  const db = () => engine().database.kysely<BulkTables>()
  const get = async (org: string, id: string): Promise<BulkRow> => {
    const row = await findBulk(db(), org, id)
    if (row === undefined)
      throw new PlatformError(
        'BULK_UNKNOWN',
        `there is no action on many runs ${id}: POST /api/v1/runs/bulk begins one`,
        {
          status: 404,
        },
      )
    if (row.ended_at !== null) throw over(id)
    return row
  }
  /** Tells of an end in the transaction that makes it. */
  const tell = async (
    tx: AuditWriter,
    by: BulkCaller,
    { id, act, seen, done }: BulkRow,
    outcome: 'completed' | 'stopped' | 'left',
  ): Promise<void> =>
    void (await audit.record(tx, {
      ...by,
      action: `runs.bulk.${outcome}`,
      object: { type: 'bulk', id },
      after: { act, seen, done },
    }))
  const end = (by: BulkCaller, row: BulkRow, outcome: 'stopped' | 'left'): Promise<BulkState> =>
    engine().database.transaction<BulkState, BulkTables>(async (tx) => {
      const ended = await endBulk(tx, row, engine().clock.now())
      if (ended === undefined) throw over(row.id)
      await tell(tx, by, ended, outcome)
      return stateOf(ended, [])
    })
  const next: Bulks['next'] = async (by, id, wish) => {
    const { runs, clock, database } = engine()
    const row = await get(by.org, id)
    const { act, newest, place, reason } = row
    // Ages are those of the beginning: the last slice means the same runs as the first.
    const filter = bothFilters(runFilterOf(row.filter, row.started_at), { org: by.org })
    // Newest first, so that the place in the list stays valid while runs change their state.
    const page = await runs.search(filter, { limit: SLICE, after: place ?? String(newest + 1) })
    const ids = page.runs.map((run) => run.id)
    let moved: BulkRow | undefined
    // In the transaction of the slice: whoever dies in between has done neither, and of two at once one does it.
    const count = async (tx: Kysely<BulkTables>, done: number): Promise<void> => {
      const slice = { seen: ids.length, done, place: page.next ?? null, ended: page.next === undefined }
      moved = await addSlice(tx, row, slice, clock.now())
      if (moved === undefined) throw new Overtaken()
      if (slice.ended) await tell(tx, by, moved, 'completed')
    }
    const within: WithinSlice = (tx, done) => count(tx as unknown as Kysely<BulkTables>, done)
    const of = { ...filter, ids }
    try {
      if (ids.length > 0 && act === 'cancel') await runs.cancelMany(of, reason ?? undefined, within)
      if (ids.length > 0 && act === 'retry') await runs.retryMany(of, { by: wish, within })
      // There was nothing to change.
      if (moved === undefined) await database.transaction<void, BulkTables>((tx) => count(tx, 0))
    } catch (error) {
      // Ended meanwhile, which the next look says, or another call did this slice.
      if (error instanceof Overtaken) return next(by, id, wish)
      throw error
    }
    return stateOf(moved ?? row, ids)
  }
  return {
    async begin(by, { act, filter: asked, succeeded = false, reason }) {
      const { runs, clock, database } = engine()
      const now = clock.now()
      const text = act === 'retry' && !succeeded ? retriedOf(asked) : asked
      const filter = bothFilters(runFilterOf(text, now), { org: by.org })
      const count = await runs.count(filter, COUNT_CAP)
      const [first] = (await runs.search(filter, { limit: 1 })).runs
      const id = newId(now)
      const row = { id, org_id: by.org, act, filter: text, reason: reason ?? null, newest: first?.id ?? 0 }
      const fresh = { place: null, seen: 0, done: 0, started_at: now, moved_at: now, ended_at: null }
      await database.transaction<void, BulkTables>(async (tx) => {
        await insertBulk(tx, { ...row, ...fresh })
        await audit.record(tx, {
          ...by,
          action: `runs.bulk.${act}`,
          object: { type: 'bulk', id },
          after: {
            filter: asked,
            ...(succeeded && { succeeded }),
            count,
            ...(count === COUNT_CAP && { orMore: true }),
            ...(reason !== undefined && { reason }),
          },
        })
      })
      return { id, count }
    },
    next,
    async stop(by, id) {
      return end(by, await get(by.org, id), 'stopped')
    },
    async cancelling(org, run, at) {
      const [one, other] = await findCancels(db(), org, { run, at })
      return other === undefined ? one?.id : undefined
    },
    async tidy() {
      const now = engine().clock.now()
      const left = await selectLeft(db(), now - LEFT_MS)
      let count = 0
      for (const row of left) {
        try {
          await end({ org: row.org_id, actor: SYSTEM }, row, 'left')
          count += 1
        } catch (error) {
          // Somebody has just stopped or ended it.
          if (!isPlatformError(error, 'BULK_ENDED')) throw error
        }
      }
      await deleteEnded(db(), now - KEPT_MS)
      return count
    },
  }
}

/** Another call moved it first. */
class Overtaken extends Error {}

function stateOf({ seen, done, ended_at }: BulkRow, ids: readonly number[]): BulkState {
  return { seen, done, ended: ended_at !== null, ids }
}

function over(id: string): PlatformError {
  return new PlatformError('BULK_ENDED', `the action on many runs ${id} has ended: begin another one`, { status: 409 })
}
