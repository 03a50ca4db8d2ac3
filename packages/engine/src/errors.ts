/** Every way the engine refuses or fails, as a stable code. docs/reference/errors.md has one line for each. */
export const ENGINE_ERROR_CODES = [
  'ABORTED',
  'BATCH_EMPTY',
  'CRON_INVALID',
  'DATABASE_FOREIGN',
  'DEADLINE_EXCEEDED',
  'DURATION_INVALID',
  'ENGINE_STOPPED',
  'FILTER_INVALID',
  'ISOLATED_CRASH',
  'ISOLATED_MEMORY',
  'JOB_DUPLICATE',
  'JOB_INVALID',
  'JOB_UNKNOWN',
  'LEASE_LOST',
  'MIGRATION_CHANGED',
  'MIGRATION_FAILED',
  'NAME_INVALID',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'PRIORITY_INVALID',
  'QUEUE_UNKNOWN',
  'RESULT_TOO_LARGE',
  'RUN_COMPLETED',
  'RUN_STATE',
  'RUN_UNKNOWN',
  'SCHEDULE_DUPLICATE',
  'SCHEDULE_INVALID',
  'SCHEDULE_UNKNOWN',
  'STORE_BUSY',
  'STORE_FAILED',
  'TIMEOUT',
  'TIME_ZONE_INVALID',
  'TRANSACTION_NESTED',
  'TRANSACTION_TIMEOUT',
  'UNIQUE_CONFLICT',
  'VALUE_UNSUPPORTED',
  'WORKER_LOST',
] as const

/** A stable, documented failure code of the engine. */
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number]

/** One field that did not validate: where, Zod's code, and the sentence for a person. */
export interface ValidationIssue {
  readonly path: string
  readonly code: string
  readonly message: string
}

/** What an {@link EngineError} may carry besides its code and message. */
export interface EngineErrorDetails {
  readonly cause?: unknown
  /** Present on `PAYLOAD_INVALID`: one entry for each field that did not validate. */
  readonly issues?: readonly ValidationIssue[]
  /** Present on `UNIQUE_CONFLICT`: the run that holds the key. */
  readonly runId?: number
}

/**
 * The only error class the engine throws on purpose. The message names the thing and the way out; `code` is stable
 * across releases and is what programs should look at.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  readonly issues: readonly ValidationIssue[]
  readonly runId: number | undefined

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.issues = details.issues ?? []
    this.runId = details.runId
  }
}

/** True when `error` is an {@link EngineError}, optionally of one given code. */
export function isEngineError(error: unknown, code?: EngineErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code)
}
