import {
  type AnyEventType,
  type AnyReaction,
  type JobContext as EngineJobContext,
  type EventDefinition,
  type EventType,
  event as engineEvent,
  job as engineJob,
  projection as engineProjection,
  reaction as engineReaction,
  signal as engineSignal,
  workflow as engineWorkflow,
  type Isolation,
  type Job,
  type JobDefinition,
  type Projection,
  type ProjectionDefinition,
  type ReactionDefinition,
  type Signal,
  type Workflow,
  type WorkflowDefinition,
} from '@regie/engine'
import type { z } from 'zod'
import { topic as platformTopic, type Topic, type TopicDefinition, type TopicParams } from '../realtime/topic.ts'
import type { App } from './app.ts'
import { guarded } from './by-hand.ts'
import type { JobContext } from './context.ts'
import type { AnyRoute, RouteDefinition, RouteRequest } from './route.ts'
import { type AppScheduleDefinition, type DescribedSchedule, describedSchedule } from './schedule.ts'
import type { Scope } from './scope.ts'
import { appJobContext } from './services.ts'
import { type AppWorkflowContext, appWorkflowContext } from './workflow-context.ts'

/** Who may start it by hand. */
interface ByHand<S extends Scope> {
  /** What one needs besides `runs.manage` to start it by hand, to give a run of it another input, or to send it a signal. Default: nothing. */
  readonly permission?: S['permission']
}

/** A job of an app: as the engine's, but `run` is given the app's own context. What is isolated in a thread has none. */
export type AppJobDefinition<S extends Scope, Schema extends z.ZodType, Output> = Omit<
  JobDefinition<Schema, Output>,
  'run' | 'isolate'
> &
  ByHand<S> &
  (
    | { run(ctx: JobContext<S>, input: z.output<Schema>): Promise<Output> | Output; readonly isolate?: never }
    | { readonly isolate: Isolation; readonly run?: never }
  )

/** A workflow of an app: as the engine's, but `run` is given the app's own context. */
export type AppWorkflowDefinition<S extends Scope, Schema extends z.ZodType, Output> = Omit<
  WorkflowDefinition<Schema, Output>,
  'run'
> &
  ByHand<S> & { run(wf: AppWorkflowContext<S>, input: z.output<Schema>): Promise<Output> | Output }

/** A topic of an app: as the platform's, but its permission is one of the app. */
export type AppTopicDefinition<S extends Scope, Params extends TopicParams, Data extends z.ZodType> = Omit<
  TopicDefinition<Params, Data>,
  'access'
> & { readonly permission: S['permission'] }

/** The words of one app, bound to its scope; every name gets the app's id as prefix. */
export interface Builders<S extends Scope> {
  /** A key that is missing, or a permission that is misspelt, does not compile. */
  defineApp(app: Omit<App<S>, 'id'>): App<S>
  route<Input extends z.ZodType, Output extends z.ZodType>(definition: RouteDefinition<S, Input, Output>): AnyRoute<S>
  job<Schema extends z.ZodType, Output = void>(
    definition: AppJobDefinition<S, Schema, Output>,
  ): Job<z.input<Schema>, Output>
  workflow<Schema extends z.ZodType, Output = void>(
    definition: AppWorkflowDefinition<S, Schema, Output>,
  ): Workflow<z.input<Schema>, Output>
  signal<Schema extends z.ZodType>(definition: {
    readonly name: string
    readonly payload: Schema
  }): Signal<z.input<Schema>, z.output<Schema>>
  /** For each organisation, unless it is declared `for: 'server'`. */
  schedule<In>(definition: AppScheduleDefinition<In>): DescribedSchedule
  event<const Name extends string, Schema extends z.ZodType>(
    definition: EventDefinition<Name, Schema>,
  ): EventType<z.input<Schema>, z.output<Schema>, `${string}.${Name}`>
  /** Its tables are named `<id>_…`, and are among the app's own for Kysely. */
  projection<const Types extends readonly AnyEventType[]>(
    definition: ProjectionDefinition<S['db'], Types>,
  ): Projection<S['db'], Types>
  reaction<const Types extends readonly AnyEventType[], In>(definition: ReactionDefinition<Types, In>): AnyReaction
  topic<Params extends TopicParams = Record<never, never>, Data extends z.ZodType = z.ZodType>(
    definition: AppTopicDefinition<S, Params, Data>,
  ): Topic<Params, z.input<Data>>
}

const NO_REQUEST: RouteRequest = { header: () => undefined, body: new Uint8Array() }

/** Binds the builders to an app. `id` is the app's, lower-case. */
export function builders<S extends Scope>(id: string): Builders<S> {
  const full = (permission: string | undefined) => (permission === undefined ? undefined : `${id}.${permission}`)
  return {
    defineApp: (app) => ({ id, ...app }),
    route: (definition) => ({
      ...definition,
      status: definition.status ?? 200,
      // The server hands over what it has parsed with this very schema.
      handle: (ctx, input, request = NO_REQUEST) => definition.handle(ctx, input as never, request),
    }),
    job: ({ run, isolate, permission, ...definition }) => {
      const named = { ...definition, name: `${id}.${definition.name}` }
      if (isolate !== undefined) return guarded(full(permission), engineJob({ ...named, isolate }))
      const built = engineJob({
        ...named,
        run: (context: EngineJobContext, input) => run(appJobContext<S>(context, id), input),
      })
      return guarded(full(permission), built)
    },
    workflow: <Schema extends z.ZodType, Output>({
      permission,
      ...definition
    }: AppWorkflowDefinition<S, Schema, Output>) => {
      const built = engineWorkflow<Schema, Output>({
        ...definition,
        name: `${id}.${definition.name}`,
        run: (wf, input) => definition.run(appWorkflowContext<S>(wf, id), input),
      } as WorkflowDefinition<Schema, Output>)
      return guarded(full(permission), built)
    },
    signal: (definition) => engineSignal({ ...definition, name: `${id}.${definition.name}` }),
    schedule: (definition) =>
      describedSchedule({ for: 'each-organisation', ...definition, name: `${id}.${definition.name}` }),
    event: (definition) => engineEvent({ ...definition, name: `${id}.${definition.name}` }),
    projection: (definition) => engineProjection({ ...definition, name: `${id}.${definition.name}` }),
    topic: ({ permission, ...definition }) =>
      platformTopic({ ...definition, name: `${id}.${definition.name}`, access: `${id}.${permission}` }),
    reaction: (definition) => engineReaction({ ...definition, name: `${id}.${definition.name}` }),
  }
}
