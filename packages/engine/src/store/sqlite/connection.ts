import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { Accompaniment } from '../accompaniment.ts'
import type { Row, SqlConnection, SqlValue } from '../database.ts'
import { isRead } from '../statement-kind.ts'
import type { StatementResult, Statements } from './statements.ts'
import type { WriteSession } from './write-session.ts'
import type { SqliteWriter } from './writer.ts'

/** What connections share. */
export interface SqliteParts {
  readonly writer: SqliteWriter
  readonly reader: Statements
  readonly accompaniment: Accompaniment
}

const CHANGES = 'SELECT total_changes() AS changes'

/** What Kysely holds while it works: reads go to the reader, writes to the writer, or all to the transaction that is open. */
export class SqliteConnection implements DatabaseConnection, SqlConnection {
  readonly #parts: SqliteParts
  #session: WriteSession | undefined
  #changesBefore: unknown

  constructor(parts: SqliteParts) {
    this.#parts = parts
  }

  /** The open transaction; undefined outside one. */
  get session(): WriteSession | undefined {
    return this.#session
  }

  async begin(): Promise<void> {
    const { writer, accompaniment } = this.#parts
    this.#session = await writer.begin()
    if (accompaniment.waiting()) this.#changesBefore = this.#changes()
  }

  async commit(): Promise<void> {
    const { accompaniment } = this.#parts
    const commit = async (): Promise<void> => {
      const session = this.#session
      this.#session = undefined
      await session?.commit()
    }
    if (!accompaniment.waiting() || this.#changes() === this.#changesBefore) return commit()
    await accompaniment.commit(this, commit)
  }

  rollback(): void {
    this.#session?.rollback()
    this.#session = undefined
  }

  /** For the hot path: prepared statements within the open transaction. */
  use<T>(work: (statements: Statements) => T): T {
    if (this.#session === undefined) throw new TypeError('no transaction is open on this connection')
    return this.#session.use(work)
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
    const { writer, reader } = this.#parts
    if (!isRead(sql)) return writeAlone(this.#parts, (statements) => statements.execute(sql, values))
    const result = reader.execute(sql, values)
    // What is not yet durable must not be seen from outside: it could still vanish with the power. Waiting first would
    // not do: a commit that arrives meanwhile would be read, and is covered by a later sync.
    await writer.settled()
    return result
  }

  #changes(): unknown {
    return this.#session?.execute(CHANGES, []).rows[0]?.changes
  }
}

/** A group of statements as a commit of its own, accompanied when something waits for that. */
export async function writeAlone<T>(parts: SqliteParts, work: (statements: Statements) => T): Promise<T> {
  if (!parts.accompaniment.waiting()) return parts.writer.run(work)
  const connection = new SqliteConnection(parts)
  await connection.begin()
  try {
    const value = connection.use(work)
    await connection.commit()
    return value
  } catch (error) {
    connection.rollback()
    throw error
  }
}
