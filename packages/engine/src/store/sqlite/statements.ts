import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { EngineError } from '../base.ts'
import type { Row } from '../database.ts'

/** What one statement did. */
export interface StatementResult {
  readonly rows: readonly Row[]
  readonly changes: number
  readonly lastId: number
}

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

// Kysely writes one text for each length of an `in` list; without a bound the cache would keep them all.
const CACHE_SIZE = 400

/** Prepared statements of one SQLite connection, kept by their text. */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** False once a fault such as a full disk has made SQLite roll the whole transaction back by itself. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** For the hot path: the statement itself. */
  prepare(sql: string): StatementSync {
    return this.#get(sql).statement
  }

  execute(sql: string, values: readonly unknown[]): StatementResult {
    const { statement, returnsRows } = this.#get(sql)
    const parameters = values.map(checkedValue)
    if (returnsRows) return { rows: allRows(statement, parameters), changes: 0, lastId: 0 }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], changes: Number(changes), lastId: Number(lastInsertRowid) }
  }

  /** Rolls back to a savepoint and forgets it. */
  undo(savepoint: string): void {
    if (!this.inTransaction) return
    this.prepare(`ROLLBACK TO ${savepoint}`).run()
    this.prepare(`RELEASE ${savepoint}`).run()
  }

  #get(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    if (this.#prepared.size >= CACHE_SIZE) this.#forgetOldest()
    this.#prepared.set(sql, prepared)
    return prepared
  }

  #forgetOldest(): void {
    const oldest = this.#prepared.keys().next()
    if (oldest.done !== true) this.#prepared.delete(oldest.value)
  }
}

function allRows(statement: StatementSync, parameters: readonly SQLInputValue[]): readonly Row[] {
  try {
    return statement.all(...parameters)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new EngineError('VALUE_UNSUPPORTED', 'the database holds an integer beyond 2^53: store it as text', { cause })
  }
}

/** Refuses what node:sqlite would store as something else, such as a `Date` (NULL). */
function checkedValue(value: unknown): SQLInputValue {
  if (typeof value === 'string' || value === null || typeof value === 'bigint') return value
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  if (value instanceof Uint8Array) return value
  const kind = value instanceof Date ? 'a Date (store milliseconds)' : typeof value
  throw new EngineError('VALUE_UNSUPPORTED', `a query parameter is ${kind}: pass text, a number, bytes or null`)
}
