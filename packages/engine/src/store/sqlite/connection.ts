import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { Row, SqlConnection, SqlValue } from '../database.ts'
import { isRead } from '../statement-kind.ts'
import type { StatementResult, Statements } from './statements.ts'
import type { WriteSession } from './write-session.ts'
import type { SqliteWriter } from './writer.ts'

/** What Kysely holds while it works: reads go to the reader, writes to the writer, or all to the transaction that is open. */
export class SqliteConnection implements DatabaseConnection, SqlConnection {
  readonly #writer: SqliteWriter
  readonly #reader: Statements
  #session: WriteSession | undefined

  constructor(writer: SqliteWriter, reader: Statements) {
    this.#writer = writer
    this.#reader = reader
  }

  /** The open transaction; undefined outside one. */
  get session(): WriteSession | undefined {
    return this.#session
  }

  async begin(): Promise<void> {
    this.#session = await this.#writer.begin()
  }

  async commit(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.commit()
  }

  rollback(): void {
    this.#session?.rollback()
    this.#session = undefined
  }

  afterCommit(callback: () => void): void {
    if (this.#session === undefined) callback()
    this.#session?.afterCommit(callback)
  }

  /** Replaces the time limit of the open transaction, counted from now. */
  limit(timeoutMs: number): void {
    this.#session?.limit(timeoutMs)
  }

  async query(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.#execute(sql, values)).rows
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes, lastId } = await this.#execute(query.sql, query.parameters)
    return { rows: rows as R[], numAffectedRows: BigInt(changes), insertId: BigInt(lastId) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  async #execute(sql: string, values: readonly unknown[]): Promise<StatementResult> {
    if (this.#session !== undefined) return this.#session.execute(sql, values)
    if (!isRead(sql)) return this.#writer.run((statements) => statements.execute(sql, values))
    const result = this.#reader.execute(sql, values)
    // What is not yet durable must not be seen from outside: it could still vanish with the power. Waiting first would
    // not do: a commit that arrives meanwhile would be read, and is covered by a later sync.
    await this.#writer.settled()
    return result
  }
}
