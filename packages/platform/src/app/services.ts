import { type Engine, type JobContext as EngineJobContext, type EnqueueArguments, preparedCall } from '@regie/engine'
import type { Alerts } from '../alert/alert.ts'
import type { Actor } from '../auth/principal.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Publisher } from '../realtime/realtime.ts'
import type { AppTransaction, Context, JobContext } from './context.ts'
import { publishIn } from './publish.ts'
import type { Scope } from './scope.ts'

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
  /** A context outside any run, for routes and for the platform's own tasks. `actor`: default the platform itself. */
  context<S extends Scope>(app: string, org: string, actor?: Actor): Context<S>
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
    complete: <T>(work: (tx: AppTransaction<S>) => Promise<T>) =>
      context.complete<T, S['db']>((tx) => work({ ...tx, ...publishIn(services, context.run.org, tx) })),
  }
}
