import type { EndState } from './schema.ts'
import { chunks, type Db, parseOptions } from './tables.ts'

/** A signal that a step waits for. */
export interface WaitRow {
  readonly step: string
  readonly name: string
  readonly key: string
}

/** What a workflow waits for, in the order of its steps' names. */
export function readWaits(db: Db, run: number): Promise<readonly WaitRow[]> {
  return db.selectFrom('engine_wait').select(['step', 'name', 'key']).where('run', '=', run).orderBy('step').execute()
}

/** What operating on a workflow has to know of it before. */
export interface Standing {
  readonly id: number
  readonly org: string
  readonly job: string
  /** The version of the code it began with; undefined for a run that is no workflow. */
  readonly version: number | undefined
  /** How it ended; null when it has not. */
  readonly ended: EndState | null
  readonly pausedAt: number | null
  /** How it will end, as JSON; null while it goes forward. */
  readonly ending: string | null
  /** True when the step that was asked for is recorded. */
  readonly hasStep: boolean
}

/** How these runs stand, in order of id; `step` is one that is looked for. */
export async function readStandings(db: Db, runs: readonly number[], step = ''): Promise<readonly Standing[]> {
  const standings: Standing[] = []
  for (const slice of chunks(runs)) {
    const rows = await db
      .selectFrom('engine_body as b')
      .leftJoin('engine_done as d', 'd.id', 'b.id')
      .leftJoin('engine_workflow as w', 'w.run', 'b.id')
      .leftJoin('engine_step as s', (join) => join.onRef('s.run', '=', 'b.id').on('s.name', '=', step))
      .select(['b.id', 'b.org', 'b.job', 'b.options', 'd.state', 'w.paused_at', 'w.ending', 's.seq'])
      .where('b.id', 'in', slice)
      .orderBy('b.id')
      .execute()
    for (const { id, org, job, options, state, paused_at: pausedAt, ending, seq } of rows) {
      const { v: version } = parseOptions(options)
      standings.push({ id, org, job, version, ended: state, pausedAt, ending, hasStep: seq !== null })
    }
  }
  return standings
}

/** A stored run as the code would get it. */
export interface StoredRun {
  readonly id: number
  readonly org: string
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly job: string
  readonly payload: string
  readonly options: string | null
  readonly createdAt: number
}

/** The runs with these ids, in order. */
export async function readStoredRuns(db: Db, runs: readonly number[]): Promise<readonly StoredRun[]> {
  const stored: StoredRun[] = []
  for (const slice of chunks(runs)) {
    const rows = await db.selectFrom('engine_body').selectAll().where('id', 'in', slice).orderBy('id').execute()
    for (const { created_at: createdAt, ...row } of rows) stored.push({ ...row, createdAt })
  }
  return stored
}
