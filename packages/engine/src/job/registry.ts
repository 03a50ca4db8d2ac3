import { type Duration, durationMs } from '../duration.ts'
import type { QueueOptions } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { priorityNumber } from '../store/schema.ts'
import type { Backoff } from './backoff.ts'
import type { AnyDefinition, AnyJob, ErrorClass, Limit } from './job.ts'

/** A job with every default filled in and every duration in milliseconds. */
export interface KnownJob {
  readonly job: AnyJob
  readonly name: string
  readonly definition: AnyDefinition
  readonly queue: string
  readonly priority: number
  readonly timeoutMs: number
  readonly deadlineMs: number | undefined
  readonly expiresMs: number | undefined
  readonly attempts: number
  readonly backoff: Backoff
  readonly permanent: readonly ErrorClass[]
  readonly limits: readonly KnownLimit[]
  readonly uniquePeriodMs: number | undefined
  readonly debounce: { readonly waitMs: number; readonly maxMs: number | null } | undefined
}

/** A limit with its rate taken apart. */
export interface KnownLimit {
  readonly key: Limit<unknown>['key']
  readonly slots: number
  /** Milliseconds between two starts, and how many may start at once; 0 for no rate. */
  readonly intervalMs: number
  readonly burst: number
}

/** All jobs of an engine, by name. */
export type Registry = ReadonlyMap<string, KnownJob>

const NAME = /^[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*$/

/** Refuses what could not be typed in a filter or an address. Throws `NAME_INVALID`. */
export function checkName(what: string, name: string): void {
  if (NAME.test(name) && name.length <= 100) return
  throw new EngineError(
    'NAME_INVALID',
    `the ${what} name ${JSON.stringify(name)} is not one: use lower-case words joined by '-', '_' or '.', at most 100 characters`,
  )
}

/** Checks every job at once. Throws `JOB_DUPLICATE`, `JOB_INVALID`, `QUEUE_UNKNOWN`, `NAME_INVALID` or `DURATION_INVALID`. */
export function createRegistry(jobs: readonly AnyJob[], queues: Readonly<Record<string, QueueOptions>>): Registry {
  const registry = new Map<string, KnownJob>()
  for (const job of jobs) {
    if (registry.has(job.name)) throw new EngineError('JOB_DUPLICATE', `two jobs are named ${job.name}: rename one`)
    registry.set(job.name, knowJob(job, queues))
  }
  return registry
}

/** Checks one job by itself, without an engine and its queues, and throws as `createEngine` would. */
export function checkJob(job: AnyJob): void {
  knowJob(job, { [job.definition.queue ?? 'default']: {} })
}

function knowJob(job: AnyJob, queues: Readonly<Record<string, QueueOptions>>): KnownJob {
  const { name, definition } = job
  checkName('job', name)
  const queue = definition.queue ?? 'default'
  if (!Object.hasOwn(queues, queue)) {
    throw new EngineError(
      'QUEUE_UNKNOWN',
      `the job ${name} names the queue ${queue}, which the engine does not have: add it to \`queues\` (known: ${Object.keys(queues).join(', ')})`,
    )
  }
  if (definition.run === undefined && definition.isolate === undefined && definition.workflow === undefined) {
    throw new EngineError('JOB_INVALID', `the job ${name} has neither \`run\` nor \`isolate\`: give it one`)
  }
  const { retry = {}, unique, debounce } = definition
  const attempts = retry.attempts ?? 10
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new EngineError('JOB_INVALID', `the job ${name} has ${attempts} attempts: give it a whole number from 1`)
  const priority = priorityNumber(definition.priority ?? 'normal')
  if (priority < 0)
    throw new EngineError(
      'PRIORITY_INVALID',
      `the job ${name} has the priority ${definition.priority}: choose urgent, high, normal or low`,
    )
  if (unique !== undefined && debounce !== undefined)
    throw new EngineError(
      'JOB_INVALID',
      `the job ${name} is both unique and debounced: debounce includes unique, drop one`,
    )
  if (unique?.while !== undefined && !unique.while.includes('queued'))
    throw new EngineError(
      'JOB_INVALID',
      `the job ${name} is unique while running but not while queued: add 'queued' to unique.while, or limit its concurrency instead`,
    )
  const ms = (duration: Duration | undefined, field: string): number | undefined =>
    duration === undefined ? undefined : durationMs(duration, `${field} of the job ${name}`)
  return {
    job,
    name,
    definition,
    queue,
    priority,
    // A workflow's steps have a time-out each; the whole may take months.
    timeoutMs:
      definition.workflow === undefined ? (ms(definition.timeout, 'timeout') ?? 300_000) : Number.POSITIVE_INFINITY,
    deadlineMs: ms(definition.deadline, 'deadline'),
    expiresMs: ms(definition.expires, 'expires'),
    attempts,
    backoff: {
      backoff: retry.backoff ?? 'exponential',
      baseMs: ms(retry.base, 'retry.base') ?? 1_000,
      maxMs: ms(retry.max, 'retry.max') ?? 3_600_000,
      jitter: retry.jitter ?? 'full',
    },
    permanent: retry.permanent ?? [],
    limits: (definition.limits ?? []).map((limit) => knowLimit(name, limit)),
    uniquePeriodMs: ms(unique?.period, 'unique.period'),
    debounce: debounce && {
      waitMs: ms(debounce.wait, 'debounce.wait') ?? 0,
      maxMs: ms(debounce.max, 'debounce.max') ?? null,
    },
  }
}

function knowLimit(job: string, { key, concurrency, rate }: Limit<unknown>): KnownLimit {
  if (concurrency === undefined && rate === undefined)
    throw new EngineError(
      'JOB_INVALID',
      `a limit of the job ${job} limits nothing: give it \`concurrency\` or \`rate\``,
    )
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new EngineError(
      'JOB_INVALID',
      `a limit of the job ${job} allows ${concurrency} at a time: give a whole number from 1`,
    )
  }
  if (rate === undefined) return { key, slots: concurrency ?? 0, intervalMs: 0, burst: 0 }
  const [count = '', per = ''] = rate.split('/')
  const burst = Number(count)
  if (!(Number.isInteger(burst) && burst >= 1))
    throw new EngineError('JOB_INVALID', `the rate '${rate}' of the job ${job} is not one: write it like '20/1m'`)
  return {
    key,
    slots: concurrency ?? 0,
    intervalMs: durationMs(per as Duration, `the rate of the job ${job}`) / burst,
    burst,
  }
}
