/** One thing that is wrong with what was sent. */
export interface ApiIssue {
  readonly path: string
  readonly code: string
  readonly message: string
  /** What was expected instead, where a form can say it in its own words. */
  readonly wants?: {
    readonly kind?: string
    readonly format?: string
    readonly least?: number
    readonly most?: number
    readonly choices?: readonly string[]
    readonly absent?: true
  }
}

/** What whoever meets a refusal can do about it. */
export type NextStep =
  | { readonly do: 'sign-in' }
  /** The message names the permission. */
  | { readonly do: 'ask-administrator' }
  /** Show the messages beside their fields. */
  | { readonly do: 'correct'; readonly errors: Readonly<Record<string, readonly string[]>> }
  /** Somebody was faster, or it is in another state by now: read it again. */
  | { readonly do: 'reload' }
  | { readonly do: 'retry'; readonly afterSeconds: number }
  /** Tell whoever runs the server; the log has the reason under the request's id. */
  | { readonly do: 'report'; readonly requestId: string | undefined }

/** What the message of a refusal names, and with `why` which of several reasons of its code it was. */
export type ApiAbout = Readonly<Record<string, string | number>>

/** What an {@link ApiError} is made of. */
export interface ApiErrorParts {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What the message names. */
  readonly about?: ApiAbout
  readonly errors?: Readonly<Record<string, readonly string[]>>
  readonly issues?: readonly ApiIssue[]
  readonly requestId?: string
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/**
 * A request that was not carried out: what the server refused (RFC 9457), or, with the status 0 and the code `OFFLINE`, that
 * it was not reached. `message` is for people, `code` for programs, `next` for buttons.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly about: ApiAbout
  /** Messages by field; those about the whole stand under an empty name. */
  readonly errors: Readonly<Record<string, readonly string[]>>
  readonly issues: readonly ApiIssue[]
  readonly requestId: string | undefined
  readonly next: NextStep

  constructor(parts: ApiErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.status = parts.status
    this.code = parts.code
    this.about = parts.about ?? {}
    this.errors = parts.errors ?? {}
    this.issues = parts.issues ?? []
    this.requestId = parts.requestId
    this.next = nextStep(parts)
  }
}

/** True when `error` is an {@link ApiError}, optionally of one given code. */
export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code)
}

function nextStep({ status, errors = {}, requestId, retryAfterSeconds = 1 }: ApiErrorParts): NextStep {
  if (status === 401) return { do: 'sign-in' }
  if (status === 403) return { do: 'ask-administrator' }
  if (status === 0 || status === 429 || status === 503) return { do: 'retry', afterSeconds: retryAfterSeconds }
  if (status === 404 || status === 409 || status === 412) return { do: 'reload' }
  if (status >= 400 && status < 500) return { do: 'correct', errors }
  return { do: 'report', requestId }
}

/** The error an answer tells. */
export async function errorOf(response: Response): Promise<ApiError> {
  const told = await readProblem(response)
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const requestId = response.headers.get('x-request-id')
  return new ApiError({
    status: response.status,
    code: typeof told.code === 'string' ? told.code : 'UNKNOWN',
    message: typeof told.message === 'string' ? told.message : `The server answered ${response.status}.`,
    ...(typeof told.about === 'object' && told.about !== null && { about: told.about as ApiAbout }),
    ...(isFields(told.errors) && { errors: told.errors }),
    ...(Array.isArray(told.issues) && { issues: told.issues as readonly ApiIssue[] }),
    ...(requestId !== null && { requestId }),
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
  })
}

/** Proxies answer pages of their own; then there is nothing to read. */
async function readProblem(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const told: unknown = await response.json()
    return typeof told === 'object' && told !== null ? (told as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

function isFields(value: unknown): value is Readonly<Record<string, readonly string[]>> {
  return typeof value === 'object' && value !== null
}
