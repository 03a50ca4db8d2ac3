import type { Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import type { RunFilter, Runs, WithinSlice } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { type PrepareGround, prepareRun } from '../job/prepare.ts'
import { FINAL_STATES, type Run, type RunDetail } from '../job/run.ts'
import { readBatch } from '../store/beside.ts'
import type { Database } from '../store/database.ts'
import { findErrorGroups } from '../store/error-groups.ts'
import type { HotStore } from '../store/hot.ts'
import { readLeases } from '../store/leases.ts'
import { cancelRuns, replayRuns, reprioritise } from '../store/run-changes.ts'
import { countRuns, findRun, findRunIds, findRuns } from '../store/run-filter.ts'
import { type RunRow, readAttempts, readResults, replaysOf, toRun } from '../store/run-rows.ts'
import { type EngineTables, priorityNumber } from '../store/schema.ts'
import { parseOptions } from '../store/tables.ts'
import { beginAfresh } from './begin-afresh.ts'

/** What operating on runs needs of the engine. */
export interface RunsGround {
  readonly database: Database
  readonly hot: HotStore
  readonly clock: Clock
  readonly prepare: () => PrepareGround
  /** Something may be ready, or is to be stopped: here and in other processes. */
  readonly changed: () => void
}

const PAGE = 50
const MAX_PAGE = 200
const BULK = 500
const COUNT_CAP = 100_000

/** The operator's side of runs. */
export function createRuns(ground: RunsGround): Runs {
  const db = () => ground.database.kysely<EngineTables>()
  return {
    get: (id) => getRun(ground, id),
    results: (ids) => readResults(db(), ids),
    async search(filter = {}, { limit = PAGE, after } = {}) {
      const size = Math.min(Math.max(1, limit), MAX_PAGE)
      const rows = await findRuns(db(), filter, readCursor(after), size + 1)
      const runs = await toRuns(ground, rows.slice(0, size))
      const last = runs.at(-1)
      return rows.length > size && last !== undefined ? { runs, next: String(last.id) } : { runs }
    },
    count: (filter = {}, atMost = COUNT_CAP) => countRuns(db(), filter, Math.min(Math.max(1, atMost), COUNT_CAP)),
    async errors({ limit = PAGE, ...which } = {}) {
      const size = Math.min(Math.max(1, limit), MAX_PAGE)
      return findErrorGroups(db(), { ...which, limit: size, now: ground.clock.now() })
    },
    async batch(id) {
      const batch = await readBatch(db(), id)
      if (batch === undefined)
        throw new EngineError('RUN_UNKNOWN', `there is no batch ${id}: it may have been forgotten after its retention`)
      return batch
    },
    async cancel(id, reason = 'cancelled by an operator') {
      const { cancelled, requested } = await inBulk(ground, [id], reason)
      ground.changed()
      if (cancelled.length > 0) return 'cancelled'
      if (requested.length > 0) return 'requested'
      await getRun(ground, id)
      return 'already-ended'
    },
    async cancelMany(filter, reason = 'cancelled by an operator', within) {
      const count = await eachSlice(ground, filter, async (ids) => {
        const { cancelled, requested } = await inBulk(ground, ids, reason, within)
        return cancelled.length + requested.length
      })
      ground.changed()
      return count
    },
    retry: (id, options) => retryRun(ground, id, options),
    async retryMany(filter, { by, within } = {}) {
      const count = await eachSlice(ground, { state: ['failed'], ...filter }, (ids) =>
        ground.database.transaction<number, EngineTables>(async (tx) => {
          const { length } = await replayRuns(tx, ids, { now: ground.clock.now(), by }, 'waiting too')
          await within?.(tx as unknown as Transaction<unknown>, length)
          return length
        }),
      )
      ground.changed()
      return count
    },
    async setPriority(id, priority) {
      const number = priorityNumber(priority)
      if (number < 0)
        throw new EngineError(
          'PRIORITY_INVALID',
          `there is no priority ${priority}: choose urgent, high, normal or low`,
        )
      const moved = await ground.database.transaction<boolean, EngineTables>((tx) => reprioritise(tx, id, number))
      if (!moved) throw notInState(await getRun(ground, id), 'does not wait any more')
      ground.changed()
    },
    wait: (id, signal) => waitFor(ground, id, signal),
  }
}

async function getRun(ground: RunsGround, id: number): Promise<RunDetail> {
  const db = ground.database.kysely<EngineTables>()
  const row = Number.isSafeInteger(id) ? await findRun(db, id) : undefined
  const [run] = row === undefined ? [] : await toRuns(ground, [row])
  if (run === undefined)
    throw new EngineError('RUN_UNKNOWN', `there is no run ${id}: it may have been forgotten after its retention`)
  const result = run.state === 'succeeded' ? (await readResults(db, [id])).get(id) : undefined
  const replays = replaysOf(row?.options ?? null)
  const { by: startedBy } = parseOptions(row?.options ?? null)
  return {
    ...run,
    attempts: await readAttempts(db, id),
    ...(replays.length === 0 ? {} : { replays }),
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(result === undefined ? {} : { result }),
  }
}

async function toRuns(ground: RunsGround, rows: readonly RunRow[]): Promise<readonly Run[]> {
  const running = rows.some(({ state }) => state === 'running')
  const leases = running ? await readLeases(ground.database.kysely<EngineTables>()) : []
  const leased = new Map(
    leases.flatMap(({ ids, attempts, claimedAt }) =>
      ids.map((id, index) => [id, { attempt: attempts[index] ?? 1, claimedAt }] as const),
    ),
  )
  const { registry } = ground.prepare()
  return rows.map((row) => {
    const known = row.last_error === null ? undefined : registry.get(row.job)
    return { ...toRun(row, leased), ...(known !== undefined && { maxAttempts: known.attempts }) }
  })
}

function readCursor(after: string | undefined): number | undefined {
  if (after === undefined) return undefined
  if (/^\d{1,16}$/.test(after)) return Number(after)
  throw new EngineError(
    'FILTER_INVALID',
    `${JSON.stringify(after.slice(0, 40))} is not a page of this list: pass \`next\` of the page before`,
  )
}

function inBulk(ground: RunsGround, ids: readonly number[], reason: string, within?: WithinSlice) {
  const { database, hot, clock } = ground
  return database.transaction<Awaited<ReturnType<typeof cancelRuns>>, EngineTables>(async (tx) => {
    const outcome = await cancelRuns(tx, hot, ids, reason, clock.now())
    await within?.(tx as unknown as Transaction<unknown>, outcome.cancelled.length + outcome.requested.length)
    return outcome
  })
}

/** Works through everything that matches, a transaction for each slice. */
async function eachSlice(
  ground: RunsGround,
  filter: RunFilter,
  work: (ids: readonly number[]) => Promise<number>,
): Promise<number> {
  let done = 0
  let ids = await findRunIds(ground.database.kysely<EngineTables>(), filter, 0, BULK)
  while (ids.length > 0) {
    done += await work(ids)
    ids = await findRunIds(ground.database.kysely<EngineTables>(), filter, ids.at(-1) ?? 0, BULK)
  }
  return done
}

async function retryRun(
  ground: RunsGround,
  id: number,
  options: { readonly input?: unknown; readonly delayMs?: number; readonly by?: string } = {},
): Promise<void> {
  const run = await getRun(ground, id)
  const fresh = options.input === undefined ? undefined : checkInput(ground, run, options.input)
  const { database, clock } = ground
  const due = options.delayMs === undefined || options.delayMs <= 0 ? null : clock.now() + options.delayMs
  const replayed = await database.transaction<readonly number[], EngineTables>(async (tx) => {
    const ids = await replayRuns(
      tx,
      [id],
      { now: clock.now(), due, afresh: fresh !== undefined, by: options.by },
      'waiting too',
    )
    if (ids.length > 0 && fresh !== undefined) await beginAfresh(ground, tx, { ids, ...fresh })
    return ids
  })
  if (replayed.length === 0)
    throw notInState(
      run,
      run.endedAt === undefined
        ? 'has not ended'
        : 'is a workflow that has nothing left to do: give it an input to begin from scratch, or fork it',
    )
  ground.changed()
}

/** The input as it is stored, and of a workflow the version it begins with. */
function checkInput(ground: RunsGround, run: Run, input: unknown) {
  const place = ground.prepare()
  const known = place.registry.get(run.job)
  if (known === undefined)
    throw new EngineError(
      'JOB_UNKNOWN',
      `this code does not know the job ${run.job}, so its input cannot be checked: retry without a new input`,
    )
  const { payload } = prepareRun(place, known.job, input, { org: run.org }).run
  return { payload, version: known.definition.workflow?.version }
}

function notInState(run: Run, why: string): EngineError {
  return new EngineError('RUN_STATE', `run ${run.id} ${why}: it is ${run.state}`)
}

const POLL_MS = 15
const MAX_POLL_MS = 250

async function waitFor(ground: RunsGround, id: number, signal: AbortSignal | undefined): Promise<RunDetail> {
  const final: ReadonlySet<string> = new Set(FINAL_STATES)
  for (let wait = POLL_MS; ; wait = Math.min(wait * 1.5, MAX_POLL_MS)) {
    signal?.throwIfAborted()
    const run = await getRun(ground, id)
    if (final.has(run.state)) return run
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
