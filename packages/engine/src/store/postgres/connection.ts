import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import type { Accompaniment, Ambient } from '../accompaniment.ts'
import { runAll } from '../after-commit.ts'
import { EngineError } from '../base.ts'
import type { Row, SqlConnection, SqlValue } from '../database.ts'
import type { Nesting } from '../nesting.ts'
import { isRead } from '../statement-kind.ts'
import { type Send, takeTurns } from './turns.ts'

/** As on SQLite: the longest a transaction may stay open, unless it asks for more. */
const TRANSACTION_MS = 5_000

const PATIENCE_MS = 1_000

const CHANGED = 'select pg_current_xact_id_if_assigned() is not null as changed'

/**
 * The server ends a transaction whose client says nothing for this long: a process that is frozen, or cut off from the
 * network, cannot keep its own time, and its locks would keep others from taking its runs over.
 */
export const SILENT_TRANSACTION_MS = TRANSACTION_MS + PATIENCE_MS

/** One pooled connection, as Kysely and the engine hold it. */
export class PostgresConnection implements DatabaseConnection, SqlConnection {
  /** One statement at a time, in the order asked for: callers may ask for several at once. */
  readonly send: Send
  readonly #client: PoolClient
  readonly #nesting: Nesting
  readonly #accompaniment: Accompaniment
  #afterCommit: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #failure: EngineError | undefined
  #open = false
  #broken = false

  constructor(client: PoolClient, { nesting, accompaniment }: Ambient) {
    this.#client = client
    this.send = takeTurns(client)
    this.#nesting = nesting
    this.#accompaniment = accompaniment
  }

  async begin(isolation?: string): Promise<void> {
    await this.send(isolation === undefined ? 'begin' : `begin isolation level ${isolation}`)
    this.#open = true
    this.#afterCommit = []
    this.limit(TRANSACTION_MS)
  }

  async commit(): Promise<void> {
    this.#check()
    if (await this.#isAccompanied()) await this.#accompaniment.commit(this, () => this.#commitNow())
    else await this.#commitNow()
  }

  /** One statement as a transaction of its own. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.begin()
    try {
      const value = await work()
      await this.commit()
      return value
    } catch (error) {
      await this.rollback()
      throw error
    }
  }

  /** Transactions that changed nothing, and those already broken, are not. */
  async #isAccompanied(): Promise<boolean> {
    await this.#accompaniment.settled()
    if (!this.#accompaniment.waiting()) return false
    const changed = await this.send(CHANGED).catch(() => undefined)
    return changed?.rows[0].changed === true
  }

  async #commitNow(): Promise<void> {
    this.#end()
    const { command } = await this.send('commit')
    // The server answers so, without an error, when a statement had failed and the caller went on as if it had not.
    if (command !== 'COMMIT') {
      throw new EngineError(
        'STORE_FAILED',
        'a statement of this transaction failed, so nothing of it was kept: do not catch errors inside a transaction',
      )
    }
    runAll(this.#afterCommit.splice(0))
  }

  async rollback(): Promise<void> {
    this.#end()
    if (this.#failure !== undefined) return
    // Whoever rolls back has an error already, which says more than that the connection is gone.
    await this.send('rollback').catch(() => (this.#broken = true))
  }

  afterCommit(callback: () => void): void {
    if (this.#open) this.#afterCommit.push(callback)
    if (!this.#open) callback()
  }

  /** Replaces the time limit of the open transaction, counted from now. */
  limit(timeoutMs: number): void {
    clearTimeout(this.#timer)
    // Sent ahead of the next statement; if it does not arrive, that one will not either.
    // A SET, unlike a query, may come before the transaction's isolation level is chosen.
    const patience = `set local idle_in_transaction_session_timeout = ${Math.ceil(timeoutMs + PATIENCE_MS)}`
    if (timeoutMs > TRANSACTION_MS) this.send(patience).catch(() => {})
    this.#timer = setTimeout(() => {
      this.#failure = new EngineError(
        'TRANSACTION_TIMEOUT',
        `a transaction was open for more than ${timeoutMs} ms and was rolled back: do slow work before it, not inside`,
      )
      // Closing the socket is the only way to end a statement that may be running; the server rolls back.
      this.release()
    }, timeoutMs).unref()
  }

  async query(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    this.#check()
    const result = await this.#tell(this.send<Record<string, unknown>>(sql, values.map(checkedValue)))
    return result.rows
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#check()
    // It would not hang here, but it does on SQLite, and it would not be rolled back with the rest.
    const writesAlone = !this.#open && !isRead(query.sql)
    if (writesAlone) this.#nesting.forbid()
    const run = () => this.#tell(this.send(query.sql, query.parameters.map(checkedValue)))
    const result = await (writesAlone && this.#accompaniment.waiting() ? this.alone(run) : run())
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  /** A statement that was cut off by the time limit fails with a closed socket: says why it was closed. */
  async #tell<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      throw this.#failure ?? error
    }
  }

  #released = false

  /** Back to the pool; destroyed when its transaction was cut off. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#client.release(this.#broken || this.#failure !== undefined)
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#open = false
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}

/** The same refusals as on SQLite, so that code which passes here passes there. Arrays are the engine's own. */
function checkedValue(value: unknown): unknown {
  if (typeof value === 'string' || value === null || typeof value === 'bigint') return value
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  if (value instanceof Uint8Array || Array.isArray(value)) return value
  const kind = value instanceof Date ? 'a Date (store milliseconds)' : typeof value
  throw new EngineError('VALUE_UNSUPPORTED', `a query parameter is ${kind}: pass text, a number, bytes or null`)
}
