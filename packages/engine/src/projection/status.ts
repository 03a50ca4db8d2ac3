import type { Clock } from '../clock.ts'
import { formatCursor } from '../event/cursor.ts'
import type { Database } from '../store/database.ts'
import { firstEvent, lastEvent, readLag } from '../store/event-lag.ts'
import { BEGINNING } from '../store/events.ts'
import type { GenerationRow, ProjectionRows, ServingRow } from '../store/projections.ts'
import type { EngineTables } from '../store/schema.ts'
import type { ProjectionPlans } from './plan.ts'
import type { BuildProgress, GenerationStatus, ProjectionStatus, Stuck } from './projection-api.ts'

/** What telling how projections are doing needs. */
export interface StatusGround {
  readonly database: Database
  readonly clock: Clock
  readonly plans: ProjectionPlans
}

interface Lag {
  readonly count: number
  readonly since?: number
}

// To count a hundred thousand takes some milliseconds; a list that is looked at every few seconds counts no further.
const COUNT_CAP = 100_000

/** How one projection is doing, by the rows of all. */
export async function statusOf(ground: StatusGround, name: string, rows: ProjectionRows): Promise<ProjectionStatus> {
  const plan = ground.plans.get(name)
  const anchor = rows.projections.find((each) => each.name === name)
  const own = rows.generations.filter(({ projection }) => projection === name)
  const served = own.find(({ generation }) => generation === anchor?.serving)
  const built = own.find((each) => each !== served)
  const status = (row: GenerationRow) => generationStatus(ground, row, anchor, rows.workers)
  return {
    name,
    mode: anchor?.mode ?? plan?.mode ?? 'async',
    declared: plan !== undefined,
    tables: plan?.tables ?? (served ?? built)?.tables ?? [],
    ...(served === undefined ? {} : { serving: await status(served) }),
    ...(built === undefined ? {} : { building: await status(built) }),
  }
}

const TAKEN_WITHIN_MS = 10_000

async function generationStatus(
  { database, clock }: StatusGround,
  row: GenerationRow,
  anchor: ServingRow | undefined,
  workers: ReadonlySet<number>,
): Promise<GenerationStatus> {
  const db = database.kysely<EngineTables>()
  const serving = anchor?.serving === row.generation
  const inline = serving && anchor.mode === 'inline'
  const cursor = inline ? await lastEvent(db) : row.cursor
  const lag: Lag = inline ? { count: 0 } : await readLag(db, row.cursor, COUNT_CAP)
  const { generation, version, error, failedAt, tries, retryAt, stoppedAt } = row
  const now = clock.now()
  const driven = inline || (row.owner !== null && workers.has(row.owner))
  // Workers look around every second: one that is there takes it in a moment.
  const isSoon = workers.size > 0 && now - Math.max(row.movedAt, lag.since ?? 0) < TAKEN_WITHIN_MS
  const stuck = stuckOf(row, lag, driven || isSoon)
  const progress = serving ? undefined : await progressOf(database, row, lag, now, stuck === undefined)
  return {
    generation,
    version,
    state: stateOf(row, serving),
    cursor: formatCursor(cursor),
    behind: lag.count,
    lagMs: lag.since === undefined ? 0 : Math.max(0, now - lag.since),
    ...(progress === undefined ? {} : { progress }),
    ...(stuck === undefined ? {} : { stuck }),
    ...(error === undefined ? {} : { error, tries }),
    ...(failedAt === undefined ? {} : { failedPosition: failedAt }),
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  }
}

function stateOf({ stoppedAt, error }: GenerationRow, serving: boolean): GenerationStatus['state'] {
  if (stoppedAt !== undefined) return 'stopped'
  if (error !== undefined) return 'failing'
  return serving ? 'live' : 'building'
}

/** It last moved, or the first event it should have applied was appended: whichever came later is when it got stuck. */
function stuckOf({ stoppedAt, error, movedAt }: GenerationRow, lag: Lag, driven: boolean): Stuck | undefined {
  const since = Math.max(movedAt, lag.since ?? 0)
  if (stoppedAt !== undefined) return { why: 'stopped', since }
  if (error !== undefined) return { why: 'failing', since }
  return driven || lag.count === 0 ? undefined : { why: 'no-worker', since }
}

async function progressOf(
  database: Database,
  { cursor, createdAt }: GenerationRow,
  { count }: Lag,
  now: number,
  moves: boolean,
): Promise<BuildProgress> {
  const db = database.kysely<EngineTables>()
  const whole = (await readLag(db, BEGINNING, COUNT_CAP)).count
  const [first, last] = [await firstEvent(db), await lastEvent(db)]
  // Positions have gaps where an append was rolled back: only where counting would take long they stand for the events.
  const total = whole < COUNT_CAP ? whole : Math.max(whole, last.position - first.position + 1)
  const left = count < COUNT_CAP ? count : Math.max(count, last.position - cursor.position)
  const read = Math.max(0, total - left)
  const elapsed = now - createdAt
  if (!moves || read === 0 || elapsed <= 0) return { read, total }
  return { read, total, perSecond: (read * 1_000) / elapsed, endsAt: now + Math.round((left * elapsed) / read) }
}
