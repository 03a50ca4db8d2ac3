import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { QueryConfig } from 'pg'
import { EngineError } from '../base.ts'
import type { ClaimedBatch, ClaimedRun, Exchange, ExchangeResult, HotStore, NewRun, Recorded, Records } from '../hot.ts'
import { PRIORITY_COUNT } from '../schema.ts'
import { TAKE_SHARES } from '../shares.ts'
import { RECORDABLE, STEP_COLUMNS, STEP_UPDATES } from '../step-columns.ts'
import { NOW } from './clock.ts'
import { PostgresConnection } from './connection.ts'
import { createAnnouncer, listenTo } from './notify.ts'
import type { PostgresHandle } from './open.ts'
import { type Send, takeTurns } from './turns.ts'
import { createWatermarks } from './watermark.ts'

const INSERT = `
  with input as materialized (
    select nextval('engine_run_id') as id, r.*
    from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[])
      with ordinality as r(org, queue, priority, vtime, job, payload, options, created_at, due, position)
  ), body as (
    insert into engine_body (id, org, queue, priority, vtime, job, payload, options, created_at)
    select id, org, queue, priority, vtime, job, payload, options, created_at from input
  ), ready as (
    insert into engine_ready (queue, priority, vtime, id, attempt)
    select queue, priority, vtime, id, 1 from input where due is null
  ), timer as (
    insert into engine_timer (due, id, kind, attempt) select due, id, 'run', 1 from input where due is not null
  )
  select id from input order by position`

// A claim lost when the server's machine loses power leaves the run queued: only acknowledgements wait for the disk.
// Deleting by ctid needs no second look into the index: the rows are locked, so they cannot have moved.
const EXCHANGE = `
  with fence as materialized (
    select case when cardinality($3::bigint[]) = 0 then set_config('synchronous_commit', 'off', true) end
    from engine_worker where epoch = $1 for key share
  ), acknowledged as (
    insert into engine_done (id, state, attempt, at, duration_ms, result)
    select * from unnest($3::bigint[], $4::text[], $5::int[], $6::bigint[], $7::bigint[], $8::text[])
    where exists (select from fence)
    on conflict do nothing
  ), closed as (
    delete from engine_lease where id = any($9::bigint[]) and worker = $1
  ), picked as materialized (
    select q.queue, q.lease, r.*
    from unnest($10::text[], $11::int[], $16::bigint[]) as q(queue, size, lease)
    cross join lateral (
      select x.row, x.priority, x.vtime, x.id, x.attempt
      from generate_series(0, ${PRIORITY_COUNT - 1}) as p(priority)
      cross join lateral (
        select y.ctid as row, y.priority, y.vtime, y.id, y.attempt
        from engine_ready y
        where y.queue = q.queue and y.priority = p.priority
          and (y.vtime, y.id) > (
            coalesce((select w.vtime from unnest($12::text[], $13::int[], $14::bigint[], $15::bigint[]) as w(queue, priority, vtime, id)
              where w.queue = q.queue and w.priority = p.priority), -1),
            coalesce((select w.id from unnest($12::text[], $13::int[], $14::bigint[], $15::bigint[]) as w(queue, priority, vtime, id)
              where w.queue = q.queue and w.priority = p.priority), -1))
        order by y.vtime, y.id
        limit q.size
        for update skip locked
      ) x
      limit q.size
    ) r
    where exists (select from fence)
      and not exists (select from engine_queue z where z.name = q.queue and z.paused_at is not null)
  ), removed as (
    delete from engine_ready where ctid = any(array(select row from picked))
  ), leased as (
    insert into engine_lease (id, worker, queue, claimed_at, ids, attempts)
    select lease, $1, queue, $2, array_agg(id order by priority, vtime, id), array_agg(attempt order by priority, vtime, id)
    from picked group by queue, lease
    returning id, queue
  )
  select f.alive, r.*
  from (select count(*)::int as alive from fence) f
  left join (
    select l.id as lease, p.queue, p.priority, p.vtime, p.id, p.attempt, b.org, b.job, b.payload, b.options, b.created_at
    from picked p join leased l on l.queue = p.queue join engine_body b on b.id = p.id
  ) r on true
  order by r.queue, r.priority, r.vtime, r.id`

const PROMOTE = `
  with due as materialized (
    select ctid, id, attempt from engine_timer where due <= $1 and kind = 'run' order by due, id limit $2 for update skip locked
  ), removed as (
    delete from engine_timer where ctid = any(array(select ctid from due))
  ), ready as (
    insert into engine_ready (queue, priority, vtime, id, attempt)
    select b.queue, b.priority, b.vtime, b.id, d.attempt from due d join engine_body b on b.id = d.id
    on conflict do nothing
    returning queue
  )
  select queue, count(*)::int as runs from ready group by queue`

// The workflows' own rows are locked in order of id, so that two workers never wait for each other in a circle.
const RECORD = `
  with fence as materialized (
    select 1 from engine_worker where epoch = $1 for key share
  ), states as (
    insert into engine_workflow (run, state)
    select s.run, s.state from unnest($15::bigint[], $16::text[]) as s(run, state)
    where exists (select from fence) order by s.run
    on conflict (run) do update set state = excluded.state
  ), steps as (
    insert into engine_step (${STEP_COLUMNS.join(', ')})
    select * from unnest($2::bigint[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::int[], $9::bigint[],
      $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::text[])
    where exists (select from fence)
    on conflict (run, name) do update set ${STEP_UPDATES} where ${RECORDABLE}
    returning run, name
  )
  select f.alive, s.run, s.name
  from (select count(*)::int as alive from fence) f left join steps s on true`

// The planner must never choose a scan of the whole table because it was small when the statement was first planned.
const LOOP_SETTINGS = ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin']
  .map((node) => `set enable_${node} = off`)
  .join('; ')

// 2^33 claims for each of 2^20 workers fit into 2^53.
const LEASES_OF_A_WORKER = 2 ** 33

/** The hot statements on PostgreSQL, each one round trip. The loop has a connection of its own. */
export function postgresHot(handle: PostgresHandle): HotStore {
  const self = randomUUID()
  const announcer = createAnnouncer(handle, self)
  const watermarks = createWatermarks()
  let loop: Promise<LoopClient> | undefined
  let replaced = false
  let claimed = 0
  // Not from a sequence: a claim does not wait for the disk, and after a crash the server would give its number again, to
  // a worker that still believes in the first.
  const nextLeases = ({ epoch, claims }: Exchange): readonly number[] =>
    claims.map(() => epoch * LEASES_OF_A_WORKER + claimed++)
  const loopClient = (): Promise<LoopClient> => {
    loop ??= openLoop(handle, () => {
      loop = undefined
      replaced = true
    })
    return loop
  }
  handle.onClose(async () => {
    await announcer.close()
    await (await loop?.catch(() => undefined))?.end()
  })
  return {
    async insert(runs, tx) {
      if (tx === undefined) handle.nesting.forbid()
      const query = insertQuery(runs)
      const { rows } = tx === undefined ? await handle.write(query) : await (await sendOf(tx))(query)
      return rows.map(({ id }: { id: number }) => id)
    },
    async exchange(exchange) {
      const client = await loopClient()
      if (replaced) {
        replaced = false
        // The server may have crashed and lost claims, which do not wait for its disk: the worker has to compare.
        throw new EngineError('STORE_FAILED', 'the connection to PostgreSQL was cut and has been replaced')
      }
      const { rows } = await client.query(
        exchangeQuery(exchange, watermarks.list(exchange.claims.map(({ queue }) => queue)), nextLeases(exchange)),
      )
      const result = readExchange(rows, exchange.epoch)
      watermarks.learn(exchange, result.batches)
      return result
    },
    async record(records) {
      handle.nesting.forbid()
      const { rows } = await handle.pool.query(recordQuery(records))
      return readRecorded(records, rows)
    },
    async promote(now, limit) {
      const client = await loopClient()
      const { rows } = await client.query({ name: 'engine-promote', text: PROMOTE, values: [now, limit] })
      const counts = new Map(rows.map(({ queue, runs }: { queue: string; runs: number }) => [queue, runs]))
      // A retry comes back under its old id, below what was claimed since.
      watermarks.forget(counts.keys())
      return counts
    },
    async takeShares(queue, org, length) {
      const client = await loopClient()
      const { rows } = await client.query({ name: 'engine-shares', text: TAKE_SHARES, values: [queue, org, length] })
      return rows[0].finish
    },
    async serverNow() {
      const client = await loopClient()
      const { rows } = await client.query(`select ${NOW} as now`)
      return rows[0].now
    },
    rescan: (queues) => watermarks.forget(queues),
    listen: (heard) => listenTo(handle, self, heard),
    announce: (news) => announcer.announce(news),
  }
}

/** A connection that many ask at once: their statements take turns. */
export interface LoopClient {
  readonly query: Send
  end(): Promise<void>
}

/** A connection outside the pool whose plans follow the indexes, whatever the planner knows of the tables. */
export async function openLoop(handle: PostgresHandle, lost: () => void): Promise<LoopClient> {
  try {
    const client = await handle.connect()
    client.once('end', lost)
    await client.query(`${LOOP_SETTINGS}; set jit = off`)
    return { query: takeTurns(client), end: () => client.end() }
  } catch (error) {
    lost()
    throw error
  }
}

/** Sends on the connection that holds an open transaction. */
export async function sendOf<DB>(tx: Transaction<DB>): Promise<Send> {
  return tx.getExecutor().provideConnection(async (connection) => {
    if (connection instanceof PostgresConnection) return connection.send
    throw new TypeError('the transaction is not one of this database')
  })
}

function insertQuery(runs: readonly NewRun[]): QueryConfig {
  return {
    name: 'engine-insert',
    text: INSERT,
    values: [
      runs.map(({ org }) => org),
      runs.map(({ queue }) => queue),
      runs.map(({ priority }) => priority),
      runs.map(({ vtime }) => vtime),
      runs.map(({ job }) => job),
      runs.map(({ payload }) => payload),
      runs.map(({ options }) => options),
      runs.map(({ createdAt }) => createdAt),
      runs.map(({ due }) => due),
    ],
  }
}

function exchangeQuery(
  exchange: Exchange,
  marks: ReturnType<ReturnType<typeof createWatermarks>['list']>,
  leases: readonly number[],
): QueryConfig {
  const { epoch, now, ended, closedLeases, claims } = exchange
  return {
    name: 'engine-exchange',
    text: EXCHANGE,
    values: [
      epoch,
      now,
      ended.map(({ id }) => id),
      ended.map(({ state }) => state),
      ended.map(({ attempt }) => attempt),
      ended.map(({ at }) => at),
      ended.map(({ durationMs }) => durationMs),
      ended.map(({ result }) => result),
      closedLeases,
      claims.map(({ queue }) => queue),
      claims.map(({ limit }) => limit),
      marks.map(({ queue }) => queue),
      marks.map(({ priority }) => priority),
      marks.map(({ vtime }) => vtime),
      marks.map(({ id }) => id),
      leases,
    ],
  }
}

function recordQuery({ epoch, steps, states }: Records): QueryConfig {
  return {
    name: 'engine-record',
    text: RECORD,
    values: [
      epoch,
      steps.map(({ run }) => run),
      steps.map(({ name }) => name),
      steps.map(({ seq }) => seq),
      steps.map(({ kind }) => kind),
      steps.map(({ state }) => state),
      steps.map(({ alone }) => (alone ? 1 : 0)),
      steps.map(({ attempt }) => attempt),
      steps.map(({ due }) => due),
      steps.map(({ child }) => child),
      steps.map(({ startedAt }) => startedAt),
      steps.map(({ endedAt }) => endedAt),
      steps.map(({ result }) => result),
      steps.map(({ error }) => error),
      states.map(({ run }) => run),
      states.map(({ state }) => state),
    ],
  }
}

function readRecorded(
  { steps }: Records,
  rows: readonly { readonly alive: number; readonly run: number | null; readonly name: string | null }[],
): Recorded {
  if (rows[0]?.alive !== 1) return { lost: true, refused: new Set() }
  const written = new Set(rows.map(({ run, name }) => `${run} ${name}`))
  return { lost: false, refused: new Set(steps.filter(({ run, name }) => !written.has(`${run} ${name}`))) }
}

interface ExchangeRow {
  readonly alive: number
  readonly lease: number | null
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly id: number
  readonly attempt: number
  readonly org: string
  readonly job: string
  readonly payload: string
  readonly options: string | null
  readonly created_at: number
}

function readExchange(rows: readonly ExchangeRow[], epoch: number): ExchangeResult {
  if (rows[0]?.alive !== 1) return { lost: true, batches: [] }
  const batches = new Map<number, ClaimedBatch & { readonly runs: ClaimedRun[] }>()
  for (const { alive, lease, created_at: createdAt, ...run } of rows) {
    if (lease === null) continue
    const batch = batches.get(lease) ?? { leaseId: lease, queue: run.queue, runs: [] }
    batch.runs.push({ ...run, epoch, createdAt })
    batches.set(lease, batch)
  }
  return { lost: false, batches: [...batches.values()] }
}
