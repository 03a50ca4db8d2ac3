import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Carries a statement out, or not: what it throws, the caller of the statement gets. */
export type Guard = <T>(sql: string, execute: () => T, connection: GuardedDatabase) => T

/** SQLite's own error, as node throws it. */
export class SqliteRefusal extends Error {
  readonly code = 'ERR_SQLITE_ERROR'
  readonly errcode: number
  readonly errstr: string

  constructor(errcode: keyof typeof WORDS) {
    super(WORDS[errcode])
    this.errcode = errcode
    this.errstr = WORDS[errcode]
  }
}

const WORDS = { 5: 'database is locked', 10: 'disk I/O error', 13: 'database or disk is full' } as const

/** A connection each of whose statements passes a guard. */
export class GuardedDatabase extends DatabaseSync {
  #guard: Guard

  constructor(path: string, options: { readonly readOnly: boolean }, guard: Guard) {
    super(path, options)
    this.#guard = guard
  }

  /** Its guard is let go: node holds a connection for as long as a statement of it is reachable, and the guard reaches them. */
  override close(): void {
    super.close()
    this.#guard = closed
  }

  override exec(sql: string): void {
    this.#guard(sql, () => super.exec(sql), this)
  }

  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql)
    const guarded = {
      columns: () => statement.columns(),
      setReturnArrays: (enabled: boolean) => statement.setReturnArrays(enabled),
      run: (...values: never[]) => this.#guard(sql, () => statement.run(...values), this),
      get: (...values: never[]) => this.#guard(sql, () => statement.get(...values), this),
      all: (...values: never[]) => this.#guard(sql, () => statement.all(...values), this),
    }
    return guarded as unknown as StatementSync
  }

  /** Past the guard: what SQLite does by itself when the disk is full. */
  rollBack(): void {
    super.exec('ROLLBACK')
  }
}

/** Thrown to whoever goes on with a connection that was closed. */
export class ConnectionClosed extends Error {}

const closed: Guard = (sql) => {
  throw new ConnectionClosed(`the connection that is to do ${sql} is closed`)
}
