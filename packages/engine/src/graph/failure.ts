import { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'

/** What the expressions behind an error edge see as `error`. */
export interface Failure {
  readonly node: string
  readonly code: string
  readonly message: string
}

/** A node has failed for good and has no error edge: the failure of what is around it. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure'
  readonly failure: Failure
  /** What it failed with. */
  readonly thrown: unknown

  constructor(failure: Failure, thrown: unknown) {
    super(failure.message)
    this.failure = failure
    this.thrown = thrown
  }
}

/** What a node can fail with; anything else ends the whole run at once. */
const FAILURES: ReadonlySet<EngineErrorCode> = new Set([
  'STEP_FAILED',
  'EXPRESSION_INVALID',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
  'RESULT_TOO_LARGE',
  'DURATION_INVALID',
  'JOB_UNKNOWN',
  'JOB_INVALID',
])

/** The failure of a node as data; undefined for what is none. */
export function failureOf(node: string, error: unknown): Failure | undefined {
  if (error instanceof NodeFailure) return error.failure
  if (!isEngineError(error) || !FAILURES.has(error.code)) return undefined
  const { cause } = error
  // What the step failed with says more than that it failed.
  if (error.code === 'STEP_FAILED' && cause instanceof Error)
    return { node, code: 'code' in cause ? String(cause.code) : cause.name, message: cause.message }
  return { node, code: error.code, message: error.message }
}

/** The error of a run that a node's failure ends; it names the node. */
export function endingError({ failure, thrown }: NodeFailure): unknown {
  if (!isEngineError(thrown) || thrown.code === 'STEP_FAILED') return thrown
  return new EngineError(thrown.code, `the node ${failure.node} failed: ${thrown.message}`, { issues: thrown.issues })
}
