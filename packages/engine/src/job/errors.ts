import { createHash } from 'node:crypto'
import { type Duration, durationMs } from '../duration.ts'
import { ENGINE_ERROR_CODES, isEngineError } from '../errors.ts'
import { hideSecrets } from './hide-secrets.ts'
import type { StoredError } from './run.ts'
import { plainStack } from './stack.ts'

/** Thrown by a job that knows when it makes sense to try again, such as after a 429 with `Retry-After`. Counts as an attempt. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter'
  /** Milliseconds to wait. */
  readonly delayMs: number

  constructor(delay: Duration | number, message = 'asked to be tried again later', options?: ErrorOptions) {
    super(message, options)
    this.delayMs = typeof delay === 'number' ? delay : durationMs(delay, 'the delay of RetryAfter')
  }
}

/** Thrown by a job for a failure that no retry can cure. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
}

const ENGINE_CODES: ReadonlySet<string> = new Set(ENGINE_ERROR_CODES)
const MAX_ERROR_BYTES = 16 * 1024

/**
 * An error as it is kept: its code or class, its message, its stack; causes included; at most 16 KiB. Whoever may see runs
 * reads it, alerts carry it: what looks like a secret is hidden.
 */
export function storedError(error: unknown): StoredError {
  const code = errorCode(error)
  const message = kept(withoutRepeats(messages(error)).join(': '), MAX_ERROR_BYTES / 4)
  const stack = stackOf(error)
  return stack === undefined ? { code, message } : { code, message, stack: kept(stack, MAX_ERROR_BYTES / 2) }
}

/** Errors with the same fingerprint are the same fault: numbers, ids and quoted values do not count. */
export function fingerprint(job: string, { code, message }: StoredError): string {
  const shape = message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+|"[^"]*"|'[^']*'/gi, '·')
  return createHash('sha256').update(`${job}\n${code}\n${shape}`).digest('hex').slice(0, 16)
}

/** What the engine says is told by its code; where it went wrong is told by what caused it. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (isEngineError(error)) return stackOf(error.cause)
  return error.stack === undefined ? undefined : plainStack(error.stack)
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'NOT_AN_ERROR'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function messages(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [describe(error)]
  if (error.cause === undefined) return [error.message]
  const causes = messages(error.cause).slice(0, 4)
  const code = errorCode(error.cause)
  // A step that failed says with which code of its own, where that says more than a class; the engine's words need none.
  const isOwn = /^[A-Z][A-Z0-9_]+$/.test(code) && !ENGINE_CODES.has(code)
  const isTold = isOwn && isEngineError(error, 'STEP_FAILED')
  return [error.message, ...(isTold ? [`${code}: ${causes[0]}`, ...causes.slice(1)] : causes)]
}

/** Many libraries put the words of the cause into their own message. */
function withoutRepeats(chain: readonly string[]): readonly string[] {
  return chain.filter((message, index) => !chain.slice(0, index).some((outer) => outer.includes(message)))
}

/** What was thrown may be anything, even something that cannot be turned into text. */
function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown))
  } catch {
    return 'something that cannot be shown was thrown'
  }
}

/** Cut twice: an error may hold megabytes, which are not to be searched. */
function kept(text: string, length: number): string {
  return clip(hideSecrets(clip(text, 4 * length)), length)
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
