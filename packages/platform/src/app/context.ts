import type {
  Append,
  Clock,
  JobContext as EngineJobContext,
  EngineTransaction,
  Enqueue,
  Logger,
  Random,
} from '@regie/engine'
import type { Kysely } from 'kysely'
import type { Alerts } from '../alert/alert.ts'
import type { AuditDetail } from '../audit/entry.ts'
import type { Actor } from '../auth/principal.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Publish } from './publish.ts'
import type { Scope } from './scope.ts'

/** One open transaction of an app: its rows and runs commit together or not at all. */
export interface AppTransaction<S extends Scope> extends EngineTransaction<S['db']>, Publish {
  /**
   * Adds an entry to the audit log, besides the one that each change over HTTP gets: what exactly was changed, before and
   * after. It commits with this transaction. Throws `AUDIT_FAILED`, which must roll it back.
   */
  audit(detail: AuditDetail): Promise<void>
  /**
   * Takes out of the audit log what it says of these persons or objects, by their ids: names where they acted, and what was
   * before and after where they are the object or the `person` of an entry. Who did what and when stays. The lines that runs have
   * logged with one of the ids go too, right after the commit. It commits with this transaction; a `purge` of personal data
   * must do it. Throws `AUDIT_FAILED`, which must roll it back.
   */
  forget(ids: readonly string[]): Promise<void>
}

/** What an app's routes and jobs are given. */
export interface Context<S extends Scope = Scope> extends Enqueue, Append, Publish {
  /** The organisation this request or run belongs to. `db` and `tx.db` see its rows only. */
  readonly org: string
  /** Who is behind it: a person, a key, an operator, or the platform itself. */
  readonly actor: Actor
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly config: S['config']
  /**
   * Queries outside a transaction, bound to `org`: every table shows that organisation's rows only, and inserts get its
   * `org_id`. In a route it only reads (`WRITE_OUTSIDE_TRANSACTION`). Throws `QUERY_REFUSED` for what cannot be bound, such as
   * whole statements of SQL text, and `ORGANISATION_FOREIGN` for a row of another organisation.
   */
  readonly db: Kysely<S['db']>
  /**
   * The same tables with the rows of all organisations: the exception, which is recorded with who asked and `reason`, a
   * sentence for whoever reads the audit log. In a route it only reads. Rows it inserts name their `org_id`.
   */
  allOrgs(reason: string): Promise<Kysely<S['db']>>
  readonly mail: Mailer
  readonly alerts: Alerts
  /** A folder of this app under the data directory; made on first use. */
  folder(name: string): Promise<string>
  transaction<T>(work: (tx: AppTransaction<S>) => Promise<T>): Promise<T>
}

/** What a job of an app is given. */
export interface JobContext<S extends Scope = Scope> extends Context<S> {
  readonly run: EngineJobContext['run']
  /** Aborts on cancel, time-out, stop or lost lease. */
  readonly signal: AbortSignal
  progress(percent: number, message?: string): Promise<void>
  /** Rows, child runs, this run's completion and its result in one commit; see the engine's `JobContext.complete`. */
  complete<T>(work: (tx: AppTransaction<S>) => Promise<T>): Promise<T>
}
