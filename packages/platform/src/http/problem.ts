import { STATUS_CODES } from 'node:http'
import { type EngineErrorCode, isEngineError } from '@regie/engine'
import { type About, type Issue, isPlatformError, type PlatformError } from '../errors.ts'

/** An error as it is answered: application/problem+json (RFC 9457). */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** The same sentence as `detail`. */
  readonly message: string
  /** Stable, for programs. */
  readonly code: string
  /** What the message names, for whoever says it in another language. */
  readonly about?: About
  /** Messages by field, for forms; a message about the whole stands under an empty name. */
  readonly errors?: Readonly<Record<string, readonly string[]>>
  readonly issues?: readonly Issue[]
}

/** What a problem is made of. */
export interface ProblemParts {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly about?: About | undefined
  readonly issues?: readonly Issue[]
}

// What the engine refuses is the client's to mend; what fails is ours, and the client may come back.
/** The status an error of the engine is answered with; 500 for the others. */
export const ENGINE_STATUS: Partial<Record<EngineErrorCode, number>> = {
  BATCH_EMPTY: 400,
  DURATION_INVALID: 400,
  JOB_UNKNOWN: 404,
  FILTER_INVALID: 400,
  PAYLOAD_INVALID: 400,
  PAYLOAD_TOO_LARGE: 413,
  PRIORITY_INVALID: 400,
  QUEUE_UNKNOWN: 404,
  RUN_STATE: 409,
  RUN_UNKNOWN: 404,
  SCHEDULE_UNKNOWN: 404,
  WORKER_UNKNOWN: 404,
  PROJECTION_UNKNOWN: 404,
  SIGNAL_UNKNOWN: 404,
  STEP_UNKNOWN: 404,
  STREAM_ARCHIVED: 409,
  STREAM_CONFLICT: 409,
  STREAM_UNKNOWN: 404,
  UNIQUE_CONFLICT: 409,
  ENGINE_STOPPED: 503,
  STORE_BUSY: 503,
  STORE_FAILED: 503,
  TRANSACTION_TIMEOUT: 503,
}

// Fastify's own errors, in our words.
const FRAMEWORK: Readonly<Record<string, ProblemParts>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'BODY_TOO_LARGE',
    message: 'The body is larger than this address takes (1 MiB, unless its documentation says otherwise).',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'MEDIA_TYPE_UNSUPPORTED',
    message: 'Send the body as JSON, with the header "Content-Type: application/json".',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'JSON_INVALID', message: 'The body is not valid JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'REQUEST_INVALID',
    message: 'The body is not as long as its Content-Length says.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'REQUEST_INVALID', message: 'The address is not well-formed.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'REQUEST_INVALID', message: 'A part of the address is too long.' },
  FST_ERR_HANDLER_TIMEOUT: {
    status: 503,
    code: 'HANDLER_TIMEOUT',
    message: 'The answer took too long. What was begun may still be done.',
  },
}

const INTERNAL: ProblemParts = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong here. The log has the reason, under the X-Request-Id of this answer.',
}

/** A problem, completed. */
export function problem({ status, code, message, about, issues = [] }: ProblemParts): Problem {
  return {
    type: `urn:regie:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    message,
    code,
    ...(about !== undefined && { about }),
    ...(issues.length > 0 && { errors: byField(issues), issues }),
  }
}

/**
 * The problem an error is answered with. Shown are: the platform's and the engine's refusals, and errors of apps that carry
 * `status` (400 to 499) and `code`. Anything else is a 500 that tells nothing.
 */
export function problemOf(error: unknown): Problem {
  if (isEngineError(error)) {
    const status = ENGINE_STATUS[error.code] ?? 500
    if (status === 503)
      return problem({
        status,
        code: error.code,
        message: 'The service is busy or its database does not answer; try again shortly.',
      })
    return problem(
      status === 500 ? INTERNAL : { status, code: error.code, message: error.message, issues: error.issues },
    )
  }
  if (isPlatformError(error))
    // A 503 of ours says what to do, and nothing of why.
    return problem(error.status < 500 || error.status === 503 ? partsOf(error) : INTERNAL)
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return problem(malformed(error) ?? INTERNAL)
  return problem(FRAMEWORK[error.code] ?? refusalOf(error, error.code) ?? malformed(error) ?? INTERNAL)
}

function partsOf({ status, code, message, about, issues }: PlatformError): ProblemParts {
  return { status, code, message, about, issues }
}

function refusalOf(error: Error, code: string): ProblemParts | undefined {
  if (!('status' in error) || typeof error.status !== 'number' || error.status < 400 || error.status > 499)
    return undefined
  const issues = 'issues' in error && Array.isArray(error.issues) ? error.issues.filter(isIssue) : []
  const about = 'about' in error && isAbout(error.about) ? error.about : undefined
  return { status: error.status, code, message: error.message, about, issues }
}

/** secure-json-parse and JSON.parse throw a SyntaxError to which Fastify adds the status. */
function malformed(error: unknown): ProblemParts | undefined {
  const isBodyError = error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400
  return isBodyError ? FRAMEWORK.FST_ERR_CTP_INVALID_JSON_BODY : undefined
}

function isAbout(value: unknown): value is About {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string' || typeof each === 'number')
  )
}

function isIssue(value: unknown): value is Issue {
  return typeof value === 'object' && value !== null && 'path' in value && 'message' in value
}

function byField(issues: readonly Issue[]): Readonly<Record<string, readonly string[]>> {
  const fields = Map.groupBy(issues, ({ path }) => path)
  return Object.fromEntries([...fields].map(([path, list]) => [path, list.map(({ message }) => message)]))
}
