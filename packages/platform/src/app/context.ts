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
import type { Scope } from './scope.ts'

/** One open transaction of an app: its rows and runs commit together or not at all. */
export interface AppTransaction<S extends Scope> extends EngineTransaction<S['db']> {
  /**
   * Adds an entry to the audit log, besides the one that each change over HTTP gets: what exactly was changed, before and
   * after. It commits with this transaction. Throws `AUDIT_FAILED`, which must roll it back.
   */
  audit(detail: AuditDetail): Promise<void>
}

/** What an app's routes and jobs are given. */
export interface Context<S extends Scope = Scope> extends Enqueue, Append {
  /** The organisation this request or run belongs to. Every query names it. */
  readonly org: string
  /** Who is behind it: a person, a key, an operator, or the platform itself. */
  readonly actor: Actor
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly config: S['config']
  /** Queries outside a transaction. */
  readonly db: Kysely<S['db']>
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
