import { type Duration, durationMs } from '../duration.ts'
import { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
import { type Backoff, backoffMs } from '../job/backoff.ts'
import { PermanentError, RetryAfter } from '../job/errors.ts'
import type { ErrorClass, RetryPolicy } from '../job/job.ts'
import type { Random } from '../random.ts'

/** How often and how patiently a step is tried, with every default filled in. */
export interface StepPolicy {
  readonly attempts: number
  readonly backoff: Backoff
  readonly permanent: readonly ErrorClass[]
  readonly timeoutMs: number
}

const DEFAULT_TIMEOUT_MS = 300_000

/** Throws `DURATION_INVALID` or `JOB_INVALID`. `attempts`: what holds when the policy does not say. */
export function stepPolicy(
  { retry = {}, timeout }: { readonly retry?: RetryPolicy; readonly timeout?: Duration },
  attempts: number,
): StepPolicy {
  const ms = (duration: Duration | undefined, field: string, otherwise: number): number =>
    duration === undefined ? otherwise : durationMs(duration, `${field} of a step`)
  const own = retry.attempts ?? attempts
  if (!Number.isInteger(own) || own < 1)
    throw new EngineError('JOB_INVALID', `a step has ${own} attempts: give it a whole number from 1`)
  return {
    attempts: own,
    backoff: {
      backoff: retry.backoff ?? 'exponential',
      baseMs: ms(retry.base, 'retry.base', 1_000),
      maxMs: ms(retry.max, 'retry.max', 3_600_000),
      jitter: retry.jitter ?? 'full',
    },
    permanent: retry.permanent ?? [],
    timeoutMs: ms(timeout, 'timeout', DEFAULT_TIMEOUT_MS),
  }
}

const HOPELESS: ReadonlySet<EngineErrorCode> = new Set([
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'STEP_NESTED',
])

/** When a step that failed is tried again; undefined when it has failed for good. */
export function nextAttemptAt(
  error: unknown,
  { attempts, backoff, permanent }: StepPolicy,
  attempt: number,
  ground: { readonly now: number; readonly random: Random },
): number | undefined {
  if (attempt >= attempts || error instanceof PermanentError) return undefined
  if (isEngineError(error) && HOPELESS.has(error.code)) return undefined
  if (permanent.some((kind) => error instanceof kind)) return undefined
  const asked = error instanceof RetryAfter ? Math.ceil(error.delayMs) : Number.NaN
  return ground.now + (Number.isSafeInteger(asked) ? Math.max(0, asked) : backoffMs(backoff, attempt, ground.random))
}
