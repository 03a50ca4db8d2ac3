import { type Engine, type JobContext as EngineJobContext, type EnqueueArguments, preparedCall } from '@regie/engine'
import type { Alerts } from '../alert/alert.ts'
import type { Actor } from '../auth/principal.ts'
import type { Bound } from '../bound/bound-db.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Context, JobContext } from './context.ts'
import { boundTransaction } from './organisation-context.ts'
import type { Scope } from './scope.ts'

/** Who uses a context, and how. */
export interface ContextUse {
  /** Default: the platform itself. */
  readonly actor?: Actor
  /** `transaction`: `ctx.db` only reads, as in routes. Default `anywhere`. */
  readonly writes?: 'anywhere' | 'transaction'
}

/** What the platform hands to every job through the engine's `services`. */
export interface Services {
  readonly mail: Mailer
  readonly alerts: Alerts
  /** The data directory. */
  readonly dataDir: string
  /** Parsed settings of each app, by its id. */
  readonly appConfig: ReadonlyMap<string, unknown>
  /** A context outside any run, for routes and for the platform's own tasks. */
  context<S extends Scope>(app: string, org: string, use?: ContextUse): Context<S>
  /** What binds the queries of an app to an organisation. */
  bound(app: string, org: string, writes?: ContextUse['writes']): Bound
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
  const bound = context.services.bound(app, context.run.org)
  return {
    ...context.services.context<S>(app, context.run.org),
    log: context.log,
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
    complete: (work) => context.complete((tx) => work(boundTransaction(tx, bound))),
  }
}
