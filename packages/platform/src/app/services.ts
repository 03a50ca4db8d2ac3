import {
  type Engine,
  type JobContext as EngineJobContext,
  type EngineTransaction,
  type EnqueueArguments,
  preparedCall,
} from '@regie/engine'
import type { CompiledQuery, Kysely } from 'kysely'
import type { Alerts } from '../alert/alert.ts'
import type { AuditLog } from '../audit/log.ts'
import type { AuditTables } from '../audit/store/entries.ts'
import { type Actor, SYSTEM } from '../auth/principal.ts'
import type { Bound } from '../bound/bound-db.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Publisher } from '../realtime/realtime.ts'
import type { AppTransaction, Context, JobContext } from './context.ts'
import { publishIn } from './publish.ts'
import type { Scope } from './scope.ts'

/** Who uses a context, and how. */
export interface ContextUse {
  /** Default: the platform itself. */
  readonly actor?: Actor
  /** On whose behalf the runs are started that it enqueues; they may follow them. Default: nobody's. */
  readonly startedBy?: readonly string[]
  /** `transaction`: `ctx.db` only reads, as in routes. Default `anywhere`. */
  readonly writes?: 'anywhere' | 'transaction'
}

/** What the platform hands to every job through the engine's `services`. */
export interface Services {
  readonly mail: Mailer
  readonly alerts: Alerts
  readonly realtime: Publisher
  readonly inbox: Pick<Inbox, 'notify'>
  /** The data directory. */
  readonly dataDir: string
  /** Parsed settings of each app, by its id. */
  readonly appConfig: ReadonlyMap<string, unknown>
  /** A context outside any run, for routes and for the platform's own tasks. */
  context<S extends Scope>(app: string, org: string, use?: ContextUse): Context<S>
  /** What binds the queries of an app to an organisation. */
  bound(app: string, org: string, writes?: ContextUse['writes']): Bound
  readonly audit: Pick<AuditLog, 'detail'>
  /** Takes what tells of persons out of the audit log and out of what runs have logged, in the transaction given. */
  forgetIn(tx: ReturnType<typeof auditWriter>, org: string, persons: readonly string[]): Promise<void>
  /** Set once the engine exists. */
  readonly engine: () => Engine
}

/** True for what {@link appJobContext} can work with. */
export function isServices(value: unknown): value is Services {
  return typeof value === 'object' && value !== null && 'context' in value && 'appConfig' in value
}

/** The app's own view of a run. Throws a TypeError when the engine was created without the platform's services. */
export function appJobContext<S extends Scope>(context: EngineJobContext, app: string): JobContext<S> {
  if (!isServices(context.services)) {
    throw new TypeError(`the job ${context.run.job} needs the platform: create the engine with createPlatform()`)
  }
  const { services } = context
  const { org } = context.run
  let db: Kysely<S['db']> | undefined
  return {
    ...services.context<S>(app, org),
    // What an attempt that is over still writes with it is refused, too.
    get db() {
      db ??= services.bound(app, org).db(services.engine().database.kysely<S['db']>(), () => context.throwIfGivenUp())
      return db
    },
    // Made when it is first asked for: most runs log nothing.
    get log() {
      return context.log
    },
    run: context.run,
    signal: context.signal,
    enqueue: (...given: EnqueueArguments) => {
      const { call, options } = preparedCall(given)
      return context.enqueue(call, options)
    },
    enqueueMany: (job, inputs, options) => context.enqueueMany(job, inputs, options),
    enqueueBatch: (calls, options) => context.enqueueBatch(calls, options),
    append: (stream, expected, events, options) => context.append(stream, expected, events, options),
    decide: (decider, stream, command, options) => context.decide(decider, stream, command, options),
    progress: (percent, message) => context.progress(percent, message),
    transaction: (work) =>
      context.transaction((tx: EngineTransaction<S['db']>) => work(auditedIn(tx, services, app, org))),
    complete: (work) => context.complete((tx: EngineTransaction<S['db']>) => work(auditedIn(tx, services, app, org))),
  }
}

/** A transaction of a run, with the words `audit` and `forget`, and with rows of the run's organisation only. */
export function auditedIn<S extends Scope>(
  tx: EngineTransaction<S['db']>,
  services: unknown,
  app: string,
  org: string,
): AppTransaction<S> {
  if (!isServices(services)) throw new TypeError('a run needs the platform: create the engine with createPlatform()')
  const { audit, bound, forgetIn } = services
  const writer = auditWriter(tx)
  const db = bound(app, org).transaction(tx.db)
  const own = publishIn(services, org, tx)
  return {
    ...{ ...tx, ...own, db },
    audit: (detail) => audit.detail(writer, { app, org, actor: SYSTEM }, detail),
    forget: (ids) => forgetIn(writer, org, ids),
  }
}

/** An open transaction, as the audit log writes in it. */
export function auditWriter<DB>(tx: Pick<EngineTransaction<DB>, 'db' | 'afterCommit'>) {
  return {
    // The same connection: an app's types do not know the tables of the platform.
    db: tx.db as unknown as Kysely<AuditTables>,
    executeQuery: (query: CompiledQuery) => tx.db.executeQuery(query),
    afterCommit: (callback: () => void) => tx.afterCommit(callback),
  }
}
