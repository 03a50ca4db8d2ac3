import type { AnyEventType, AnyProjection, AnyReaction, Duration, QueueOptions } from '@regie/engine'
import type { Migration } from 'kysely/migration'
import type { z } from 'zod'
import type { AnyTopic } from '../realtime/topic.ts'
import type { GuardedJob } from './by-hand.ts'
import type { Check } from './check.ts'
import type { Context } from './context.ts'
import type { ConsolePage } from './page.ts'
import type { AnyRoute, RouteRequest } from './route.ts'
import type { DescribedSchedule, Translated } from './schedule.ts'
import type { Scope } from './scope.ts'
import type { Slo } from './slo.ts'

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

/**
 * An app is data: the server, the command line, the console, the documentation and the tests read this object and nothing
 * else. docs/reference/app-contract.md explains each key.
 */
export interface App<S extends Scope = Scope> {
  /** Lower-case, unique. Prefixes the app's tables, jobs, events, permissions, metrics, addresses and settings. */
  readonly id: string
  readonly title: string
  /** Settings under `apps.<id>` of the configuration, checked at boot. Nothing else reads the environment. */
  readonly config: z.ZodType<S['config']>
  /** Applied in key order. Tables are named `<id>_…`, and each has an `org_id`. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** What happens in this app, and is kept for ever. */
  readonly events: readonly AnyEventType[]
  /** Tables made from events. They are named `<id>_…`, like the others. */
  readonly projections: readonly AnyProjection[]
  /** Where personal data lies, why, for how long, what becomes of it. */
  readonly personalData: readonly PersonalData<S>[]
  readonly routes: readonly AnyRoute<S>[]
  readonly jobs: readonly GuardedJob[]
  /**
   * The queues its jobs name besides `default`, which all apps share. `concurrency` is how many runs one process takes at the
   * same time (default 10); `fair` gives each organisation its share (default true). The operator may change both. Default none.
   */
  readonly queues?: Readonly<Record<string, QueueOptions>>
  readonly workflows: readonly GuardedJob[]
  readonly schedules: readonly DescribedSchedule[]
  /** The only door between apps: when that event happens, whosever it is, enqueue this job of ours. */
  readonly reactions: readonly AnyReaction[]
  /** What can be subscribed to, live. Default nothing. */
  readonly topics?: readonly AnyTopic[]
  /** Permission → what it lets a person do, in the languages of the console or in one for both. */
  readonly permissions: Readonly<Record<S['permission'], string | Translated>>
  /** Role → what whoever has it may do here. */
  readonly roles: Readonly<Record<string, readonly S['permission'][]>>
  /** What the app depends on. */
  readonly checks: readonly Check<S>[]
  /** What it promises. */
  readonly slos: readonly Slo[]
  /** Its entries in the console's menu. */
  readonly pages: readonly ConsolePage<S>[]
  /** Work that is begun and may be left. Default none. */
  readonly stuckOperations?: readonly StuckOperation<S>[]
  /** Every code it refuses with, and the HTTP status of each, for the reference. */
  readonly errors?: Readonly<Record<string, number>>
  /** Fills an empty organisation with realistic examples; does nothing when it already has rows. Answers what it made, as a sentence. */
  readonly sample?: (ctx: Context<S>) => Promise<string>
  /** Starts what is worth looking at once `regie start --demo` has run the recurring tasks; answers the run, or undefined for nothing. */
  readonly demo?: (ctx: Context<S>) => Promise<number | undefined>
  /**
   * Last resort, for what must stay open, such as sockets and watchers: called in every process once it runs, in the
   * organisation of the configuration; what it answers is disposed at shutdown. What it throws ends the start.
   */
  start?(ctx: Context<S>): Promise<AsyncDisposable>
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
    | 'events'
    | 'projections'
    | 'jobs'
    | 'queues'
    | 'workflows'
    | 'schedules'
    | 'reactions'
    | 'roles'
    | 'slos'
    | 'pages'
    | 'errors'
    | 'topics'
  > {
  readonly config: z.ZodType
  readonly routes: readonly ErasedRoute[]
  readonly personalData: readonly ErasedPersonalData[]
  readonly permissions: Readonly<Record<string, string | Translated>>
  readonly checks: readonly ErasedCheck[]
  readonly stuckOperations?: readonly ErasedStuckOperation[]
  readonly sample?: (ctx: never) => Promise<string>
  readonly demo?: (ctx: never) => Promise<number | undefined>
  start?(ctx: never): Promise<AsyncDisposable>
}

/** A route of any app. */
export interface ErasedRoute extends Omit<AnyRoute, 'handle'> {
  handle(ctx: never, input: unknown, request?: RouteRequest): Promise<unknown>
}

/** Personal data of any app. */
export interface ErasedPersonalData extends Omit<PersonalData, 'table' | 'purge'> {
  readonly table: string
  purge(ctx: never, before: number): Promise<number>
}

/** A check of any app. */
export interface ErasedCheck extends Omit<Check, 'probe'> {
  probe(ctx: never): Promise<void>
}

/** A stuck operation of any app. */
export interface ErasedStuckOperation extends Omit<StuckOperation, 'release'> {
  release(ctx: never, before: number): Promise<number>
}
