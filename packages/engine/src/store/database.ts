import type { Kysely, Transaction } from 'kysely'

/** A row as the drivers hand it over: text, checked numbers, null. */
export type Row = Readonly<Record<string, unknown>>

/** What a driver accepts as a parameter. A `Date`, `undefined`, `boolean` or object is refused with `VALUE_UNSUPPORTED`. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** One connection of our drivers, as `transaction` holds it: raw statements, and hooks on its commit. */
export interface SqlConnection {
  /** Rows of a `select` or of `returning`; an empty list for other statements. */
  query(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]>
  /** Called once the commit of the transaction now open is durable; never after a rollback. */
  afterCommit(callback: () => void): void
}

/** How to reach an embedded SQLite file. */
export interface SqliteSource {
  readonly kind: 'sqlite'
  /** The database file; its folder must exist. */
  readonly path: string
  /** `full`: nothing acknowledged is lost at a power cut. `fast`: only at a power cut, the last moments may be. Default `full`. */
  readonly durability?: 'full' | 'fast'
}

/** How to reach a PostgreSQL server. */
export interface PostgresSource {
  readonly kind: 'postgres'
  /** `postgres://user:password@host:port/database` */
  readonly url: string
  /** Connections of the pool. Default 10. */
  readonly poolSize?: number
  /** Schema of all tables. Default: the role's own search path. */
  readonly schema?: string
}

/** Where an engine keeps its work. */
export type DatabaseSource = SqliteSource | PostgresSource

/** An open database: one set of Kysely queries on either store. */
export interface Database extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  readonly source: DatabaseSource
  /** Queries outside a transaction; each is its own commit. */
  kysely<DB = unknown>(): Kysely<DB>
  /**
   * Runs `work` in one transaction. On SQLite it waits its turn as the only writer and shares its commit with others.
   * Throws `TRANSACTION_NESTED` when called inside another and `TRANSACTION_TIMEOUT` after `timeoutMs` (default 5,000).
   */
  transaction<T, DB = unknown>(
    work: (tx: Transaction<DB>) => Promise<T>,
    options?: { readonly timeoutMs?: number },
  ): Promise<T>
  /**
   * Runs `work`. The first transaction it commits that changed something, whoever opens it, also runs `hook` just before
   * its commit, on its connection: both are kept or neither. A hook that throws rolls the change back, and its error is
   * what the writer gets. `connection.afterCommit` tells whether it was kept. Without a change `hook` never runs. What
   * workers do with runs is not accompanied. Throws `TRANSACTION_NESTED` inside a transaction.
   */
  accompany<T>(work: () => Promise<T>, hook: (connection: SqlConnection) => Promise<void>): Promise<T>
}

/** What processes at one database tell each other. Texts may be lost; nothing may rest on them but speed. */
export interface Broadcast extends AsyncDisposable {
  /** False on SQLite, where other processes only notice that something was written. */
  readonly carriesText: boolean
  /** Tells every process, also this one; at most 7,900 bytes. */
  send(text: string): Promise<void>
}
