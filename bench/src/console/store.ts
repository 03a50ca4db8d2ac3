import type { Database } from '@regie/engine'
import { type Kysely, type RawBuilder, sql } from 'kysely'

const SLICE = 50_000
const DAY_MS = 86_400_000
/** The runs were made evenly over this time. */
export const SEEDED_DAYS = 5

/** What the seeded rows are counted by. */
interface Seed {
  readonly org: string
  readonly runs: number
  readonly now: number
}

// Of a run number i: one in 40 has failed, one in 200 was cancelled, the newest 5,000 wait in a queue that is paused.
const STATE = sql`case when i % 40 = 0 then 'failed' when i % 200 = 7 then 'cancelled' else 'succeeded' end`
const QUEUE = sql`case when i % 100000 = 77 then 'rare' when i % 10 < 3 then 'mail' when i % 10 < 5 then 'media' else 'default' end`
const JOB = sql`case when i % 20000 = 123 then 'bench.report' when i % 10 < 3 then 'bench.mail' when i % 10 < 5 then 'bench.encode' else 'bench.order' end`
const ERROR = sql`case
  when i % 800 = 0 then '{"code":"ECONNREFUSED","message":"connect ECONNREFUSED 10.0.0.7:443"}'
  when i % 400000 = 40 then '{"code":"DISK_FULL","message":"no space left on device, write"}'
  else '{"code":"ADDRESS_MISSING","message":"order ' || i || ' has no address","stack":"Error: no address\\n    at ship (file:///srv/orders/ship.ts:12:9)"}'
end`
const FINGERPRINT = sql`case when i % 800 = 0 then 'econnrefused01' when i % 400000 = 40 then 'diskfull000001' else 'addressmissing' end`
const WAITING = 5_000

/** Fills the tables with ended runs, directly: a million of them through the engine would take the bench's time. */
export async function seedRuns(database: Database, { org, runs, now }: Seed): Promise<void> {
  const db = database.kysely<Record<string, never>>()
  const at = sql`cast(${now - SEEDED_DAYS * DAY_MS} as bigint) + cast(i as bigint) * ${Math.floor((SEEDED_DAYS * DAY_MS) / runs)}`
  const ended = runs - WAITING
  for (let from = 1; from <= runs; from += SLICE) {
    const to = Math.min(from + SLICE - 1, runs)
    await fill(db, from, to, sql`engine_body (id, org, queue, priority, vtime, job, payload, options, created_at)`, {
      columns: sql`i, ${org}, ${QUEUE}, 2, i, ${JOB},
        '{"orderId":' || i || ',"customer":"customer ' || (i % 5000) || '","address":"' || (i % 90) || ' rue Neuve, Lyon"}',
        case when i % 100 = 11 then '{"t":["vip"]}' end, ${at}`,
    })
    await fill(
      db,
      from,
      Math.min(to, ended),
      sql`engine_done (id, state, attempt, at, duration_ms, result, error, fingerprint)`,
      {
        columns: sql`i, ${STATE}, case when i % 40 = 0 then 3 else 1 end, ${at} + 900, 40 + i % 700,
        case when i % 40 <> 0 then '{"done":true}' end, case when i % 40 = 0 then ${ERROR} end,
        case when i % 40 = 0 then ${FINGERPRINT} end`,
      },
    )
    await fill(db, from, Math.min(to, ended), sql`engine_attempt (run, ended_at, attempt, started_at, error)`, {
      columns: sql`i, ${at} + 300, 1, ${at} + 200, ${ERROR}`,
      where: sql`i % 40 = 0`,
    })
    await fill(db, from, to, sql`engine_tag (tag, run)`, { columns: sql`'vip', i`, where: sql`i % 100 = 11` })
  }
  await fill(db, ended + 1, runs, sql`engine_ready (queue, priority, vtime, id, attempt)`, {
    columns: sql`${QUEUE}, 2, i, i, 1`,
  })
  for (const queue of ['default', 'mail', 'media', 'rare'])
    await sql`insert into engine_queue (name, paused_at, reason, vtime) values (${queue}, ${now}, ${'the bench reads'}, 0)
      on conflict (name) do update set paused_at = excluded.paused_at`.execute(db)
  await settle(database, runs)
}

/** Steps of one workflow: three in four after one another, the others four at a time; one in 500 has failed and is tried again. */
export async function seedSteps(database: Database, run: number, steps: number, now: number): Promise<void> {
  const db = database.kysely<Record<string, never>>()
  const from = now - steps * 40
  for (let first = 1; first <= steps; first += SLICE) {
    await fill(
      db,
      first,
      Math.min(first + SLICE - 1, steps),
      sql`engine_step (run, name, seq, kind, state, alone, attempt, started_at, ended_at, result)`,
      {
        columns: sql`cast(${run} as bigint), 'page ' || i, 100 + i, 'step', 'done', case when i % 4 = 0 then 0 else 1 end,
          case when i % 500 = 0 then 2 else 1 end, cast(${from} as bigint) + i * 40, cast(${from} as bigint) + i * 40 + 10 + i % 120, '{}'`,
      },
    )
  }
}

/** Inserts one row for each number i. */
async function fill(
  db: Kysely<Record<string, never>>,
  from: number,
  to: number,
  into: RawBuilder<unknown>,
  { columns, where = sql`1 = 1` }: { readonly columns: RawBuilder<unknown>; readonly where?: RawBuilder<unknown> },
): Promise<void> {
  if (from > to) return
  await sql`insert into ${into}
    with recursive n (i) as (select cast(${from} as bigint) union all select i + 1 from n where i < ${to})
    select ${columns} from n where ${where}`.execute(db)
}

/** What a store does by itself over days: ids go on after the seeded ones, and the planner knows the tables. */
async function settle(database: Database, runs: number): Promise<void> {
  const db = database.kysely<Record<string, never>>()
  if (database.dialect !== 'postgres') return
  await sql`select setval('engine_run_id', ${runs})`.execute(db)
  await sql`analyze`.execute(db)
}
