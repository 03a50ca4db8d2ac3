import { type JobContext as EngineJobContext, job as engineJob, type Job, type JobDefinition } from '@regie/engine'
import type { z } from 'zod'
import type { App } from './app.ts'
import type { JobContext } from './context.ts'
import type { AnyRoute, RouteDefinition } from './route.ts'
import { type DescribedDefinition, type DescribedSchedule, describedSchedule } from './schedule.ts'
import type { Scope } from './scope.ts'
import { appJobContext } from './services.ts'

/** A job of an app: as the engine's, but `run` is given the app's own context. */
export type AppJobDefinition<S extends Scope, Schema extends z.ZodType, Output> = Omit<
  JobDefinition<Schema, Output>,
  'run' | 'isolate'
> & { run(ctx: JobContext<S>, input: z.output<Schema>): Promise<Output> | Output }

/** The words of one app, bound to its scope; every name gets the app's id as prefix. */
export interface Builders<S extends Scope> {
  defineApp(app: Omit<App<S>, 'id'>): App<S>
  route<Input extends z.ZodType, Output extends z.ZodType>(definition: RouteDefinition<S, Input, Output>): AnyRoute<S>
  job<Schema extends z.ZodType, Output = void>(
    definition: AppJobDefinition<S, Schema, Output>,
  ): Job<z.input<Schema>, Output>
  schedule<In>(definition: DescribedDefinition<In>): DescribedSchedule
}

/** Binds the builders to an app. `id` is the app's, lower-case. */
export function builders<S extends Scope>(id: string): Builders<S> {
  return {
    defineApp: (app) => ({ id, ...app }),
    route: (definition) => ({
      ...definition,
      status: definition.status ?? 200,
      handle: (ctx, input) => definition.handle(ctx, definition.input.parse(input)),
    }),
    job: (definition) =>
      engineJob({
        ...definition,
        name: `${id}.${definition.name}`,
        run: (context: EngineJobContext, input) => definition.run(appJobContext<S>(context, id), input),
      }),
    schedule: (definition) => describedSchedule({ ...definition, name: `${id}.${definition.name}` }),
  }
}
