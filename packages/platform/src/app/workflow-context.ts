import {
  type AnyJob,
  type CallOptions,
  type EngineTransaction,
  type EnqueueArguments,
  type Job,
  type JobCall,
  preparedCall,
  type StepContext,
  type StepOptions,
  type WorkflowContext,
} from '@regie/engine'
import type { AppTransaction, Context } from './context.ts'
import type { Scope } from './scope.ts'
import { auditedIn, isServices } from './services.ts'

/** What a step of an app's workflow is given. */
export interface AppStepContext<S extends Scope = Scope> extends Context<S> {
  readonly step: StepContext['step']
  readonly run: StepContext['run']
  /** Aborts on cancel, time-out, stop or lost lease. */
  readonly signal: AbortSignal
  /** Rows, child runs and this step's result in one commit; see the engine's `StepContext.complete`. */
  complete<T>(work: (tx: AppTransaction<S>) => Promise<T>): Promise<T>
}

type Undo<S extends Scope, Out> = (result: Out, ctx: AppStepContext<S>) => Promise<unknown> | unknown

/** As the engine's, with the app's own context for `undo`. */
export interface AppStepOptions<S extends Scope, Out> extends Omit<StepOptions<Out>, 'undo'> {
  readonly undo?: Undo<S, Out>
}

/** As the engine's, with the app's own context for `undo`. */
export interface AppCallOptions<S extends Scope, Out> extends Omit<CallOptions<Out>, 'undo'> {
  readonly undo?: Undo<S, Out>
}

/** What the code of an app's workflow is given: as the engine's, but its steps have the app's own context. */
export interface AppWorkflowContext<S extends Scope = Scope> extends Omit<WorkflowContext, 'step' | 'call'> {
  step<Out>(
    name: string,
    work: (ctx: AppStepContext<S>) => Promise<Out> | Out,
    options?: AppStepOptions<S, Out>,
  ): Promise<Out>
  call<In, Out>(job: Job<In, Out>, input: In, options?: AppCallOptions<S, Out>): Promise<Out>
  call<Out = unknown>(call: JobCall<Out>, options?: AppCallOptions<S, Out>): Promise<Out>
}

type CallArguments<S extends Scope> =
  | readonly [job: AnyJob, input: unknown, options?: AppCallOptions<S, never>]
  | readonly [call: JobCall, options?: AppCallOptions<S, never>, nothing?: undefined]

/** The app's own view of a workflow. */
export function appWorkflowContext<S extends Scope>(wf: WorkflowContext, app: string): AppWorkflowContext<S> {
  const undoBy = <Out>(undo: Undo<S, Out> | undefined) =>
    undo === undefined
      ? {}
      : { undo: (result: Out, context: StepContext) => undo(result, stepContext<S>(context, app)) }
  return {
    ...wf,
    get log() {
      return wf.log
    },
    step: (name, work, { undo, ...options } = {}) =>
      wf.step(name, (context) => work(stepContext<S>(context, app)), { ...options, ...undoBy(undo) }),
    call: ((...[first, second, third]: CallArguments<S>) => {
      const call = 'job' in first ? first : { job: first, input: second }
      const { undo, ...options } = (('job' in first ? second : third) ?? {}) as AppCallOptions<S, unknown>
      return wf.call(call, { ...options, ...undoBy(undo) })
      // Of a function with two forms the compiler cannot tell that one body serves both.
    }) as unknown as AppWorkflowContext<S>['call'],
  }
}

function stepContext<S extends Scope>(context: StepContext, app: string): AppStepContext<S> {
  const { run, step } = context
  if (!isServices(context.services))
    throw new TypeError(`the workflow ${run.workflow} needs the platform: create the engine with createPlatform()`)
  return {
    ...context.services.context<S>(app, run.org),
    get log() {
      return context.log
    },
    run,
    step,
    // Asked for when it is needed: most steps never look at it.
    get signal() {
      return context.signal
    },
    enqueue: (...given: EnqueueArguments) => {
      const { call, options } = preparedCall(given)
      return context.enqueue(call, options)
    },
    enqueueMany: (job, inputs, options) => context.enqueueMany(job, inputs, options),
    enqueueBatch: (calls, options) => context.enqueueBatch(calls, options),
    transaction: (work) =>
      context.transaction((tx: EngineTransaction<S['db']>) => work(auditedIn(tx, context.services, app, run.org))),
    complete: (work) =>
      context.complete((tx: EngineTransaction<S['db']>) => work(auditedIn(tx, context.services, app, run.org))),
  }
}
