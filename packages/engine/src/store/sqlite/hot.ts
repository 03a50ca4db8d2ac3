import type { Transaction } from 'kysely'
import {
  ANY_NEWS,
  type ClaimedBatch,
  type ClaimedRun,
  type EndedRun,
  type Exchange,
  type ExchangeResult,
  type HotStore,
  type NewRun,
  type Recorded,
  type Records,
} from '../hot.ts'
import { TAKE_SHARES } from '../shares.ts'
import { RECORDABLE, STEP_COLUMNS, STEP_UPDATES, type StepRow } from '../step-columns.ts'
import { SqliteConnection } from './connection.ts'
import type { SqliteHandle } from './open.ts'
import type { Statements } from './statements.ts'

const INSERT_BODY =
  'INSERT INTO engine_body (org, queue, priority, vtime, job, payload, options, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
const INSERT_READY = 'INSERT INTO engine_ready (queue, priority, vtime, id, attempt) VALUES (?, ?, ?, ?, 1)'
const INSERT_TIMER = "INSERT INTO engine_timer (due, id, kind, attempt) VALUES (?, ?, 'run', 1)"
const INSERT_DONE =
  'INSERT INTO engine_done (id, state, attempt, at, duration_ms, result) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
const FENCE = 'SELECT 1 FROM engine_worker WHERE epoch = ?'
const DELETE_LEASES = 'DELETE FROM engine_lease WHERE id IN (SELECT value FROM json_each(?))'
// CROSS JOIN keeps SQLite from starting at the larger table.
const SELECT_READY = `
  SELECT r.id, r.attempt, r.priority, r.vtime, b.org, b.job, b.payload, b.options, b.created_at
  FROM engine_ready r CROSS JOIN engine_body b ON b.id = r.id
  WHERE r.queue = ? AND NOT EXISTS (SELECT 1 FROM engine_queue q WHERE q.name = r.queue AND q.paused_at IS NOT NULL)
  ORDER BY r.priority, r.vtime, r.id LIMIT ?`
const DELETE_READY = 'DELETE FROM engine_ready WHERE queue = ? AND priority = ? AND (vtime, id) <= (?, ?)'
const INSERT_LEASE = 'INSERT INTO engine_lease (worker, queue, claimed_at, ids, attempts) VALUES (?, ?, ?, ?, ?)'
const PROMOTE = `
  INSERT INTO engine_ready (queue, priority, vtime, id, attempt)
  SELECT b.queue, b.priority, b.vtime, b.id, t.attempt
  FROM (SELECT id, attempt FROM engine_timer WHERE due <= ? AND kind = 'run' ORDER BY due, id LIMIT ?) t
  CROSS JOIN engine_body b ON b.id = t.id
  WHERE true ON CONFLICT DO NOTHING
  RETURNING queue`
const DELETE_PROMOTED = `
  DELETE FROM engine_timer WHERE (due, id, kind) IN (
    SELECT due, id, kind FROM engine_timer WHERE due <= ? AND kind = 'run' ORDER BY due, id LIMIT ?)`

const RECORD_STEP = `
  INSERT INTO engine_step (${STEP_COLUMNS.join(', ')}) VALUES (${STEP_COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (run, name) DO UPDATE SET ${STEP_UPDATES} WHERE ${RECORDABLE}`
const RECORD_STATE = `
  INSERT INTO engine_workflow (run, state) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET state = excluded.state`

const takeSharesSql = TAKE_SHARES.replaceAll('$', '?')

// Another process's write is noticed by a counter of SQLite's shared memory: no query, under a microsecond.
const WATCH_MS = 25

/**
 * The hot statements on SQLite. One prepared statement per row costs 1.6 µs here; handing the rows over as one JSON
 * array was slower (2.1 µs), because SQLite parses it again for each column.
 */
export function sqliteHot(handle: SqliteHandle): HotStore {
  return {
    async insert(runs, tx) {
      if (tx === undefined) return handle.write((statements) => insertAll(statements, runs))
      const session = await sessionOf(tx)
      return session.use((statements) => insertAll(statements, runs))
    },
    // A claim lost at a power cut leaves the run queued: only what is acknowledged must be durable.
    exchange: (exchange) =>
      handle.writer.run((statements) => exchangeNow(statements, exchange), exchange.ended.length === 0),
    record: (records) => handle.writer.run((statements) => recordNow(statements, records)),
    promote: (now, limit) => handle.writer.run((statements) => promoteNow(statements, now, limit)),
    async takeShares(queue, org, length, tx) {
      const take = (statements: Statements): number =>
        Number(statements.prepare(takeSharesSql).get(queue, org, length)?.finish)
      return tx === undefined ? handle.writer.run(take, true) : (await sessionOf(tx)).use(take)
    },
    serverNow: async () => Date.now(),
    rescan: () => {},
    listen: async (heard) => watchWrites(handle, () => heard(ANY_NEWS)),
    announce: () => {},
  }
}

/** Calls back when another process has written to the file. Returns how to stop watching. */
export function watchWrites(handle: SqliteHandle, heard: () => void): () => Promise<void> {
  let seen = handle.writer.foreignVersion()
  const timer = setInterval(() => {
    const version = handle.writer.foreignVersion()
    if (version === undefined || version === seen) return
    seen = version
    heard()
  }, WATCH_MS).unref()
  return async () => clearInterval(timer)
}

/** The transaction that is open on the writer. */
export async function sessionOf<DB>(tx: Transaction<DB>) {
  const session = await tx
    .getExecutor()
    .provideConnection(async (connection) => (connection instanceof SqliteConnection ? connection.session : undefined))
  if (session === undefined) throw new TypeError('the transaction is not one of this database')
  return session
}

function insertAll(statements: Statements, runs: readonly NewRun[]): readonly number[] {
  const body = statements.prepare(INSERT_BODY)
  const ready = statements.prepare(INSERT_READY)
  const timer = statements.prepare(INSERT_TIMER)
  return runs.map((run) => {
    const { org, queue, priority, vtime, job, payload, options, createdAt, due } = run
    const id = Number(body.run(org, queue, priority, vtime, job, payload, options, createdAt).lastInsertRowid)
    if (due === null) ready.run(queue, priority, vtime, id)
    if (due !== null) timer.run(due, id)
    return id
  })
}

function exchangeNow(statements: Statements, exchange: Exchange): ExchangeResult {
  const { epoch, now, ended, closedLeases, claims } = exchange
  if (statements.prepare(FENCE).get(epoch) === undefined) return { lost: true, batches: [] }
  insertDone(statements, ended)
  if (closedLeases.length > 0) statements.prepare(DELETE_LEASES).run(JSON.stringify(closedLeases))
  return { lost: false, batches: claims.flatMap(({ queue, limit }) => claim(statements, epoch, now, queue, limit)) }
}

function insertDone(statements: Statements, ended: readonly EndedRun[]): void {
  const done = statements.prepare(INSERT_DONE)
  for (const { id, state, attempt, at, durationMs, result } of ended)
    done.run(id, state, attempt, at, durationMs, result)
}

function recordNow(statements: Statements, { epoch, steps, states }: Records): Recorded {
  if (statements.prepare(FENCE).get(epoch) === undefined) return { lost: true, refused: new Set() }
  const record = statements.prepare(RECORD_STEP)
  const refused = steps.filter((step) => Number(record.run(...stepValues(step)).changes) === 0)
  const state = statements.prepare(RECORD_STATE)
  for (const { run, state: text } of states) state.run(run, text)
  return { lost: false, refused: new Set(refused) }
}

function stepValues(step: StepRow) {
  const { run, name, seq, kind, state, alone, attempt, due, child, startedAt, endedAt, result, error } = step
  return [run, name, seq, kind, state, alone ? 1 : 0, attempt, due, child, startedAt, endedAt, result, error] as const
}

function claim(statements: Statements, epoch: number, now: number, queue: string, limit: number): ClaimedBatch[] {
  const rows = statements.prepare(SELECT_READY).all(queue, limit)
  if (rows.length === 0) return []
  const runs = rows.map((row) => claimedRun(epoch, queue, row))
  const remove = statements.prepare(DELETE_READY)
  for (const last of lastOfEachPriority(runs)) remove.run(queue, last.priority, last.vtime, last.id)
  const ids = JSON.stringify(runs.map(({ id }) => id))
  const attempts = JSON.stringify(runs.map(({ attempt }) => attempt))
  const leaseId = Number(statements.prepare(INSERT_LEASE).run(epoch, queue, now, ids, attempts).lastInsertRowid)
  return [{ leaseId, queue, runs }]
}

/** The claimed rows are the first of the index, so everything of a priority up to its last one is ours. */
function lastOfEachPriority(runs: readonly ClaimedRun[]): readonly ClaimedRun[] {
  return runs.filter((run, index) => runs[index + 1]?.priority !== run.priority)
}

function promoteNow(statements: Statements, now: number, limit: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const row of statements.prepare(PROMOTE).all(now, limit)) {
    const queue = String(row.queue)
    counts.set(queue, (counts.get(queue) ?? 0) + 1)
  }
  statements.prepare(DELETE_PROMOTED).run(now, limit)
  return counts
}

function claimedRun(epoch: number, queue: string, row: Record<string, unknown>): ClaimedRun {
  return {
    epoch,
    id: Number(row.id),
    attempt: Number(row.attempt),
    priority: Number(row.priority),
    vtime: Number(row.vtime),
    queue,
    org: String(row.org),
    job: String(row.job),
    payload: String(row.payload),
    options: row.options === null ? null : String(row.options),
    createdAt: Number(row.created_at),
  }
}
