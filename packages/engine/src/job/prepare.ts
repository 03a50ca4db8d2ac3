import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { EnqueueOptions } from '../context.ts'
import { durationMs } from '../duration.ts'
import type { QueueOptions } from '../engine-api.ts'
import { EngineError, type ValidationIssue } from '../errors.ts'
import type { NewRun } from '../store/hot.ts'
import { priorityNumber, type StoredOptions, startersWith } from '../store/schema.ts'
import type { AnyJob } from './job.ts'
import type { KnownJob, Registry } from './registry.ts'
import { isTag, LONGEST_TAG, MOST_TAGS } from './tags.ts'

/** Longest input and inline result, as JSON text. */
export const MAX_PAYLOAD_BYTES = 1_048_576

/** What enqueueing needs to know of its surroundings. */
export interface PrepareGround {
  readonly registry: Registry
  readonly queues: Readonly<Record<string, QueueOptions>>
  readonly org: string
  readonly now: number
  /** The enqueuing run and its deadline, inside a job. */
  readonly parentId?: number
  readonly batchId?: number
  /** The batch whose callback it is. */
  readonly closesBatchId?: number
  /** The schedule it is a slot of; `serial` makes it wait for the slot before. */
  readonly schedule?: { readonly name: string; readonly serial: boolean }
  /** The step of the parent that waits for it, and the parent's deadline. */
  readonly waiter?: { readonly step: string | null; readonly deadline: number | undefined }
  /** The trace of whoever enqueues. */
  readonly trace?: string | undefined
}

/** A checked run, ready to be stored, and what must be stored beside it. */
export interface PreparedRun {
  readonly known: KnownJob
  readonly run: NewRun
  readonly options: StoredOptions
  readonly unique?: {
    readonly key: string
    readonly until: number | null
    readonly onConflict: 'return' | 'replace' | 'refuse'
  }
}

/** Checks an input and works out everything that is stored with it. Throws what `Enqueue` documents. */
export function prepareRun(
  ground: PrepareGround,
  job: AnyJob,
  input: unknown,
  options: EnqueueOptions = {},
): PreparedRun {
  const known = ground.registry.get(job.name)
  if (known === undefined)
    throw new EngineError('JOB_UNKNOWN', `the job ${job.name} is not one of this engine's: add it to \`jobs\``)
  const payload = serialisePayload(known.name, input)
  const parsed = parsePayload(known, payload)
  known.definition.workflow?.check?.(parsed)
  const org = options.org ?? ground.org
  const queue = options.queue ?? known.queue
  if (!Object.hasOwn(ground.queues, queue)) {
    throw new EngineError(
      'QUEUE_UNKNOWN',
      `there is no queue ${queue}: choose one of ${Object.keys(ground.queues).join(', ')}`,
    )
  }
  const due = dueAt(known, options, ground.now)
  const from = due ?? ground.now
  const unique = uniqueOf(known, org, parsed, payload, ground.now)
  const stored: StoredOptions = {
    ...(unique === undefined ? {} : { u: unique.key, ...startOf(unique) }),
    ...limitsOf(known, org, parsed, ground.schedule?.serial === true ? ground.schedule.name : undefined),
    ...instant('e', options.expires === undefined ? known.expiresMs : durationMs(options.expires, 'expires'), from),
    ...deadlineOf(known, options, ground),
    ...(options.tags === undefined || options.tags.length === 0 ? {} : { t: checkTags(options.tags) }),
    ...(options.startedBy === undefined || options.startedBy.length === 0
      ? {}
      : { by: startersWith([], options.startedBy) }),
    ...(ground.parentId === undefined ? {} : { p: ground.parentId }),
    ...(ground.batchId === undefined ? {} : { b: ground.batchId }),
    ...(ground.closesBatchId === undefined ? {} : { cb: ground.closesBatchId }),
    ...(ground.schedule === undefined ? {} : { s: ground.schedule.name }),
    ...(known.definition.workflow === undefined ? {} : { v: known.definition.workflow.version }),
    ...(ground.waiter?.step == null ? {} : { w: ground.waiter.step }),
    ...(ground.trace === undefined ? {} : { tr: ground.trace }),
    // What settles down first is put off again and again.
    ...(due === null ? {} : { r: known.debounce === undefined ? due : 0 }),
  }
  const priority = options.priority === undefined ? known.priority : checkedPriority(options.priority)
  const text = Object.keys(stored).length === 0 ? null : JSON.stringify(stored)
  const run = { org, queue, priority, vtime: 0, job: known.name, payload, options: text, createdAt: ground.now, due }
  return { known, run, options: stored, ...(unique === undefined ? {} : { unique }) }
}

/** The input as it is read back from the store. Throws `PAYLOAD_INVALID` with one issue for each field. */
export function parsePayload(known: Pick<KnownJob, 'name' | 'definition'>, payload: string): unknown {
  const { input } = known.definition
  const value: unknown = JSON.parse(payload)
  const parsed = input.safeParse(value)
  // JSON has no undefined: a job without input is stored with null.
  const result = parsed.success || value !== null ? parsed : input.safeParse(undefined)
  if (result.success) return result.data
  const issues = toIssues(result.error)
  const listed = issues.map(({ path, message }) => `${path === '' ? 'input' : path}: ${message}`).join('; ')
  throw new EngineError('PAYLOAD_INVALID', `the input of ${known.name} is not valid: ${listed}`, {
    issues,
    cause: result.error,
  })
}

/** What Zod found, one entry for each field. */
export function toIssues({ issues }: z.ZodError): readonly ValidationIssue[] {
  return issues.map(({ path, code, message }) => ({ path: path.join('.'), code: code ?? 'custom', message }))
}

/** An input as JSON text. Throws `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`. */
export function serialisePayload(name: string, input: unknown): string {
  const payload = input === undefined ? 'null' : toJson(name, input)
  const bytes = payload.length > MAX_PAYLOAD_BYTES / 4 ? Buffer.byteLength(payload) : payload.length
  if (bytes <= MAX_PAYLOAD_BYTES) return payload
  throw new EngineError(
    'PAYLOAD_TOO_LARGE',
    `the input of ${name} is ${bytes} bytes, more than 1 MiB: store it elsewhere and pass a reference`,
  )
}

function toJson(name: string, input: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(input)
    if (text === undefined) throw new TypeError(`a ${typeof input} has no JSON form`)
    return text
  } catch (cause) {
    throw new EngineError(
      'PAYLOAD_INVALID',
      `the input of ${name} cannot be written as JSON: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    )
  }
}

function dueAt(known: KnownJob, { delay, runAt }: EnqueueOptions, now: number): number | null {
  // The last instant that a Date can hold.
  if (runAt !== undefined && !(Number.isSafeInteger(runAt) && Math.abs(runAt) <= 8.64e15))
    throw new EngineError(
      'DURATION_INVALID',
      `runAt ${runAt} is not an instant: give whole milliseconds since 1970 UTC`,
    )
  const wanted = runAt ?? (delay === undefined ? undefined : now + durationMs(delay, 'delay'))
  const calm = known.debounce === undefined ? undefined : now + known.debounce.waitMs
  const due = Math.max(wanted ?? 0, calm ?? 0)
  return due > now ? due : null
}

function uniqueOf(known: KnownJob, org: string, input: unknown, payload: string, now: number) {
  const { unique, debounce } = known.definition
  const rule = unique ?? debounce
  if (rule === undefined) return undefined
  const own =
    rule.key === undefined ? payload : keyBy(known, unique === undefined ? 'debounce' : 'unique', rule.key, input)
  const key = `${org}\u001f${known.name}\u001f${own.length > 100 ? createHash('sha256').update(own).digest('hex') : own}`
  if (unique === undefined) return { key, until: null, onConflict: 'replace' as const, releaseAtStart: true }
  const onConflict = unique.onConflict ?? 'return'
  if (known.uniquePeriodMs !== undefined)
    return { key, until: now + known.uniquePeriodMs, onConflict, releaseAtStart: false }
  return {
    key,
    until: null,
    onConflict,
    releaseAtStart: unique.while !== undefined && !unique.while.includes('running'),
  }
}

/** What its start means for a unique key. */
function startOf({
  releaseAtStart,
  onConflict,
}: NonNullable<ReturnType<typeof uniqueOf>>): Pick<StoredOptions, 'us' | 'ur'> {
  if (releaseAtStart) return { us: true }
  return onConflict === 'replace' ? { ur: true } : {}
}

function limitsOf(known: KnownJob, org: string, input: unknown, serial: string | undefined): Pick<StoredOptions, 'l'> {
  const limits = known.limits.map(({ key, slots, intervalMs, burst }) => {
    const own = typeof key === 'string' ? key : keyBy(known, 'limits', key, input)
    return [`${org}\u001f${own}`, slots, intervalMs, burst] as const
  })
  if (serial !== undefined) limits.push([`${org}\u001fschedule:${serial}`, 1, 0, 0])
  return limits.length === 0 ? {} : { l: limits }
}

/** What the job's own function makes of an input. Throws `JOB_INVALID`, naming the job, when that throws or makes no text. */
function keyBy(known: KnownJob, rule: string, key: (input: never) => string, input: unknown): string {
  let why = 'answers no text'
  let cause: unknown
  try {
    const own: unknown = key(input as never)
    if (typeof own === 'string') return own
  } catch (error) {
    cause = error
    why = `throws: ${error instanceof Error ? error.message : String(error)}`
  }
  throw new EngineError('JOB_INVALID', `${rule}.key of the job ${known.name} ${why}`, { cause })
}

/** A child ends no later than what waits for it. */
function deadlineOf(known: KnownJob, { deadline }: EnqueueOptions, { now, waiter }: PrepareGround) {
  const own = deadline === undefined ? known.deadlineMs : durationMs(deadline, 'deadline')
  const latest = Math.min(
    own === undefined ? Number.POSITIVE_INFINITY : now + own,
    waiter?.deadline ?? Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(latest) ? { d: latest } : {}
}

function instant(name: 'e', lengthMs: number | undefined, from: number): Pick<StoredOptions, 'e'> {
  return lengthMs === undefined ? {} : { [name]: from + lengthMs }
}

function checkTags(tags: readonly string[]): readonly string[] {
  const bad = tags.find((tag) => !isTag(tag))
  if (bad === undefined && tags.length <= MOST_TAGS) return [...new Set(tags)]
  throw new EngineError(
    'NAME_INVALID',
    `tags are at most ${MOST_TAGS} words of 1 to ${LONGEST_TAG} characters, without spaces and commas${bad === undefined ? '' : `, not ${JSON.stringify(bad.slice(0, 80))}`}`,
  )
}

function checkedPriority(priority: NonNullable<EnqueueOptions['priority']>): number {
  const number = priorityNumber(priority)
  if (number >= 0) return number
  throw new EngineError('PRIORITY_INVALID', `there is no priority ${priority}: choose urgent, high, normal or low`)
}
