/** Every way the engine refuses or fails, as a stable code. docs/reference/errors.md has one line for each. */
export const ENGINE_ERROR_CODES = [
  'ABORTED',
  'APPEND_INVALID',
  'ARCHIVE_INCOMPLETE',
  'BATCH_EMPTY',
  'COMPENSATED',
  'COMPENSATION_FAILED',
  'CRON_INVALID',
  'DATABASE_FOREIGN',
  'DEADLINE_EXCEEDED',
  'DURATION_INVALID',
  'ENGINE_STOPPED',
  'EVENT_DUPLICATE',
  'EVENT_INVALID',
  'EVENT_UNKNOWN',
  'EVENT_UNREADABLE',
  'EXPRESSION_INVALID',
  'FILTER_INVALID',
  'FLOW_INVALID',
  'GRAPH_FAILED',
  'GRAPH_INVALID',
  'GROUP_FAILED',
  'HTTP_REFUSED',
  'HTTP_STATUS',
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
  'PERSON_FORGOTTEN',
  'PERSON_KEYS_FAILED',
  'PERSON_KEYS_MISSING',
  'PERSON_MISSING',
  'PRIORITY_INVALID',
  'PROJECTION_DUPLICATE',
  'PROJECTION_INVALID',
  'PROJECTION_STOPPED',
  'PROJECTION_UNKNOWN',
  'QUEUE_UNKNOWN',
  'REACTION_DUPLICATE',
  'REACTION_INVALID',
  'RESULT_INVALID',
  'RESULT_TOO_LARGE',
  'RUN_COMPLETED',
  'RUN_STATE',
  'RUN_UNKNOWN',
  'SCHEDULE_DUPLICATE',
  'SCHEDULE_INVALID',
  'SCHEDULE_UNKNOWN',
  'SIGNAL_UNKNOWN',
  'STATE_TOO_LARGE',
  'STEP_CONFLICT',
  'STEP_DUPLICATE',
  'STEP_FAILED',
  'STEP_NESTED',
  'STEP_UNKNOWN',
  'STORE_BUSY',
  'STORE_FAILED',
  'STREAM_ARCHIVED',
  'STREAM_CONFLICT',
  'STREAM_UNKNOWN',
  'TIMEOUT',
  'TIME_ZONE_INVALID',
  'TRANSACTION_NESTED',
  'TRANSACTION_TIMEOUT',
  'UNIQUE_CONFLICT',
  'VALUE_UNSUPPORTED',
  'WORKER_LOST',
  'WORKER_UNKNOWN',
  'WORKFLOW_DIVERGED',
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
  /** Present on `STREAM_CONFLICT`. */
  readonly conflict?: StreamConflict
  /** Present on `WORKFLOW_DIVERGED`: the step at which the code and the record differ. */
  readonly step?: string
}

/** What a writer believed of a stream, and what it was. */
export interface StreamConflict {
  readonly stream: string
  readonly expected: number | 'any' | 'new'
  readonly actual: number
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
  readonly conflict: StreamConflict | undefined
  readonly step: string | undefined

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.issues = details.issues ?? []
    this.runId = details.runId
    this.conflict = details.conflict
    this.step = details.step
  }
}

/** True when `error` is an {@link EngineError}, optionally of one given code. */
export function isEngineError(error: unknown, code?: EngineErrorCode): error is EngineError {
  return error instanceof EngineError && (code === undefined || error.code === code)
}
