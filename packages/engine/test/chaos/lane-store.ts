import type { Database } from '@regie/engine'
import { type Kysely, sql } from 'kysely'
import { type BalanceRow, balanceTable } from './follower.ts'

/** The business table of the lanes. No key keeps a row from being there twice: that is what the verdict looks for. */
export interface LaneTables {
  chaos_mark: { lane: string; what: string }
}

/** Creates the business table. */
export async function createLaneTables(db: Kysely<unknown>): Promise<void> {
  await sql`create table chaos_mark (lane text not null, what text not null)`.execute(db)
}

/** One run, as a lane's verdict looks at it. */
export interface LaneRun {
  readonly id: number
  readonly queue: string
  readonly job: string
  readonly state: string | null
  readonly result: string | null
  readonly error: string | null
}

/** One recorded step of a workflow. */
export interface LaneStep {
  readonly run: number
  readonly name: string
  readonly state: string
  readonly result: string | null
}

/** Everything the store holds of some lanes. */
export interface LaneRemains {
  readonly runs: readonly LaneRun[]
  readonly steps: readonly LaneStep[]
  readonly marks: readonly { readonly lane: string; readonly what: string }[]
  readonly batches: readonly { readonly id: number; readonly total: number; readonly pending: number }[]
  /** When it was seen that the process of a run had died. */
  readonly lost: readonly { readonly queue: string; readonly at: number }[]
  /** Rows of tables that should be empty. */
  readonly leftovers: Readonly<Record<string, number>>
}

const TRANSIENT = [
  'engine_ready',
  'engine_timer',
  'engine_blocked',
  'engine_lease',
  'engine_cancel',
  'engine_wait',
] as const

/** Reads all of it. */
export async function readLaneRemains(db: Kysely<unknown>): Promise<LaneRemains> {
  const rows = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> =>
    (await query.execute(db)).rows
  const counts = sql.join(
    TRANSIENT.map((name) => sql`select ${sql.lit(name)} as name, count(*) as rows from ${sql.table(name)}`),
    sql` union all `,
  )
  const leftovers = await rows(
    sql<{
      name: string
      rows: number
    }>`${counts} union all select 'engine_workflow, waiting', count(*) from engine_workflow where waiting = 1`,
  )
  return {
    runs: await rows(
      sql`select b.id, b.queue, b.job, d.state, d.result, d.error
        from engine_body b left join engine_done d on d.id = b.id order by b.id`,
    ),
    steps: await rows(sql`select run, name, state, result from engine_step order by run, seq`),
    marks: await rows(sql`select lane, what from chaos_mark`),
    batches: await rows(sql`select id, total, pending from engine_batch`),
    lost: await rows(
      sql`select b.queue, min(a.ended_at) as at from engine_attempt a join engine_body b on b.id = a.run
        where a.error like '%WORKER_LOST%' group by b.queue`,
    ),
    leftovers: Object.fromEntries(leftovers.map(({ name, rows: count }) => [name, Number(count)])),
  }
}

/** An event that a lane's projection listens to. */
export interface LaneEvent {
  readonly stream: string
  readonly amount: number
}

/** What readers of a lane's projection see, and the events before its checkpoint, at one instant. */
export interface LaneView {
  readonly rows: readonly BalanceRow[]
  readonly applied: readonly LaneEvent[]
  readonly all: readonly LaneEvent[]
}

/** Reads what readers see of a lane's projection. */
export async function readLaneView(database: Database, lane: string): Promise<LaneView> {
  // One statement is one snapshot on both stores.
  const tx = sql.raw(database.dialect === 'postgres' ? 'tx' : '0')
  const before = sql`(${tx}, position) <= (select g.tx, g.position from engine_projection p
    join engine_projection_generation g on g.projection = p.name and g.generation = p.serving where p.name = ${`balance-${lane}`})`
  const { rows } = await sql<{
    kind: 'row' | 'event'
    stream: string
    amount: number
    events: number
    trail: number
    tx: number
    position: number
    data: string
  }>`
    select 'row' as kind, stream, amount, events, trail, 0 as tx, 0 as position, '' as data from ${sql.table(balanceTable(lane))}
    union all
    select 'event', stream, 0, case when ${before} then 1 else 0 end, 0, ${tx}, position, data
    from engine_event where type = ${`moved-${lane}`}
    order by 6, 7`.execute(database.kysely())
  const events = rows.filter(({ kind }) => kind === 'event')
  const toEvent = ({ stream, data }: (typeof events)[number]): LaneEvent => ({
    stream,
    amount: JSON.parse(data).amount,
  })
  return {
    rows: rows
      .filter(({ kind }) => kind === 'row')
      .map(({ stream, amount, events: count, trail }) => ({ stream, amount, events: count, trail }))
      .toSorted((a, b) => a.stream.localeCompare(b.stream)),
    applied: events.filter(({ events: applied }) => applied === 1).map(toEvent),
    all: events.map(toEvent),
  }
}
