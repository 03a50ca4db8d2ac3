import type { AnyEventType, AnyJob, AnyProjection, AnyReaction, Duration } from '@regie/engine'
import type { Migration } from 'kysely/migration'
import type { z } from 'zod'
import type { Context } from './context.ts'
import type { AnyRoute } from './route.ts'
import type { DescribedSchedule } from './schedule.ts'
import type { Scope } from './scope.ts'

/** A kind of personal data an app keeps: where, why, for how long, and what becomes of it. */
export interface PersonalData<S extends Scope = Scope> {
  /** What it is: `client`, `quote`. */
  readonly kind: string
  readonly table: keyof S['db'] & string
  /** Why it is kept, for the register of processing. */
  readonly purpose: string
  /** Kept this long. */
  readonly keep: Duration
  /** Deletes or anonymises what is older than `before` (milliseconds UTC) in the context's organisation; answers how many rows. Safe to repeat. */
  purge(ctx: Context<S>, before: number): Promise<number>
}

/** Work that was begun and may have been left: found and put right by `cleanup.stuck-operations`. */
export interface StuckOperation<S extends Scope = Scope> {
  readonly kind: string
  /** Begun longer ago than this, it is stuck. */
  readonly after: Duration
  /** Puts right what was begun before `before` (milliseconds UTC); answers how many. Safe to repeat. */
  release(ctx: Context<S>, before: number): Promise<number>
}

/** An app is data: the server, the command line and the tests read this object and nothing else. */
export interface App<S extends Scope = Scope> {
  /** Lower-case, unique. Prefixes the app's tables, jobs, schedules and addresses. */
  readonly id: string
  readonly title: string
  /** Settings under `apps.<id>` of the configuration, checked at boot. Nothing else reads the environment. */
  readonly config: z.ZodType<S['config']>
  /** Applied in key order. Tables are named `<id>_…`. */
  readonly migrations: Readonly<Record<string, Migration>>
  readonly routes: readonly AnyRoute<S>[]
  readonly jobs: readonly AnyJob[]
  readonly workflows?: readonly AnyJob[]
  readonly schedules: readonly DescribedSchedule[]
  /** What happens in this app, and is kept for ever. */
  readonly events?: readonly AnyEventType[]
  /** Tables made from events. They are named `<id>_…`, like the others. */
  readonly projections?: readonly AnyProjection[]
  /** The only door between apps: when that event happens, whosever it is, enqueue this job of ours. */
  readonly reactions?: readonly AnyReaction[]
  readonly personalData: readonly PersonalData<S>[]
  readonly stuckOperations: readonly StuckOperation<S>[]
  /** Permission → what it lets a person do. */
  readonly permissions: Readonly<Record<S['permission'], string>>
  /** Every code it refuses with, and the HTTP status of each, for the reference. */
  readonly errors?: Readonly<Record<string, number>>
  /** Fills an empty organisation with realistic examples; does nothing when it already has rows. Answers what it made, as a sentence. */
  readonly sample?: (ctx: Context<S>) => Promise<string>
}

/**
 * Any app, whatever its scope: what the product composes. Nobody can make a context for an unknown scope, so its
 * functions take `never`; the platform alone calls them, with the context it made for that very app.
 */
export interface AnyApp
  extends Pick<
    App,
    | 'id'
    | 'title'
    | 'migrations'
    | 'jobs'
    | 'workflows'
    | 'schedules'
    | 'events'
    | 'projections'
    | 'reactions'
    | 'errors'
  > {
  readonly config: z.ZodType
  readonly routes: readonly ErasedRoute[]
  readonly personalData: readonly ErasedPersonalData[]
  readonly stuckOperations: readonly ErasedStuckOperation[]
  readonly permissions: Readonly<Record<string, string>>
  readonly sample?: (ctx: never) => Promise<string>
}

/** A route of any app. */
export interface ErasedRoute extends Omit<AnyRoute, 'handle'> {
  handle(ctx: never, input: unknown): Promise<unknown>
}

/** Personal data of any app. */
export interface ErasedPersonalData extends Omit<PersonalData, 'table' | 'purge'> {
  readonly table: string
  purge(ctx: never, before: number): Promise<number>
}

/** A stuck operation of any app. */
export interface ErasedStuckOperation extends Omit<StuckOperation, 'release'> {
  release(ctx: never, before: number): Promise<number>
}
