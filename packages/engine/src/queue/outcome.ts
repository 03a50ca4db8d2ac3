import { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
import { backoffMs } from '../job/backoff.ts'
import { PermanentError, RetryAfter, storedError } from '../job/errors.ts'
import type { KnownJob } from '../job/registry.ts'
import type { StoredError } from '../job/run.ts'
import type { Random } from '../random.ts'

/** What became of one attempt, or of a claimed run that was not started. */
export type Outcome =
  | {
      readonly kind: 'succeeded'
      readonly result: string | null
      readonly blob?: string
      /** A workflow that has returned while something of it still waits for a signal. */
      readonly waits?: true
    }
  /** Its completion was committed by `ctx.complete`. */
  | { readonly kind: 'completed' }
  | { readonly kind: 'retry'; readonly error: StoredError; readonly due: number }
  | { readonly kind: 'failed'; readonly error: StoredError }
  | { readonly kind: 'cancelled'; readonly error: StoredError }
  | { readonly kind: 'expired'; readonly error: StoredError }
  /** Not started, or interrupted by a stop: the same attempt again. */
  | { readonly kind: 'returned'; readonly keepsSlot?: true }
  | { readonly kind: 'blocked'; readonly gate: string }
  | { readonly kind: 'postponed'; readonly due: number }
  /** A workflow that has nothing to do now; see `Suspension`. */
  | { readonly kind: 'suspended'; readonly wakes: number; readonly due: number | null }
  /** A workflow that begins anew with this input and these options. */
  | { readonly kind: 'continued'; readonly payload: string; readonly options: string | null }
  /** Another worker has it now. */
  | { readonly kind: 'lost' }

const HOPELESS: ReadonlySet<EngineErrorCode> = new Set([
  'PAYLOAD_INVALID',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'DEADLINE_EXCEEDED',
  'JOB_INVALID',
])

/** What a thrown error means for the run. `interruption` is why its signal was aborted, if it was. */
export function outcomeOfError(
  error: unknown,
  known: KnownJob,
  attempt: number,
  ground: {
    readonly now: number
    readonly random: Random
    readonly deadline: number | undefined
    readonly interruption: EngineError | undefined
  },
): Outcome {
  const { interruption } = ground
  if (interruption?.code === 'ABORTED') return { kind: 'cancelled', error: storedError(interruption) }
  if (interruption?.code === 'ENGINE_STOPPED') return { kind: 'returned' }
  if (interruption?.code === 'LEASE_LOST' || isEngineError(error, 'LEASE_LOST')) return { kind: 'lost' }
  const reason = interruption ?? error
  const stored = storedError(reason)
  if (isPermanent(reason, known) || attempt >= known.attempts) return { kind: 'failed', error: stored }
  const delay = error instanceof RetryAfter ? error.delayMs : backoffMs(known.backoff, attempt, ground.random)
  const due = ground.now + delay
  if (ground.deadline === undefined || due < ground.deadline) return { kind: 'retry', error: stored, due }
  const late = new EngineError('DEADLINE_EXCEEDED', `the next attempt of ${known.name} would come after its deadline`, {
    cause: error,
  })
  return { kind: 'failed', error: storedError(late) }
}

function isPermanent(error: unknown, { permanent }: KnownJob): boolean {
  if (error instanceof PermanentError) return true
  if (isEngineError(error)) return HOPELESS.has(error.code)
  return permanent.some((kind) => error instanceof kind)
}
