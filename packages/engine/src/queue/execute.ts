import { EngineError } from '../errors.ts'
import { runIsolated } from '../job/isolate.ts'
import { MAX_PAYLOAD_BYTES, parsePayload } from '../job/prepare.ts'
import { type Outcome, outcomeOfError } from './outcome.ts'
import type { RunContext } from './run-context.ts'

/** Largest result that is kept at all; over 1 MiB it is stored apart from the run. */
const MAX_RESULT_BYTES = 64 * MAX_PAYLOAD_BYTES

/** Runs one attempt to its end, whatever happens in it. Never throws. */
export async function executeAttempt(context: RunContext): Promise<Outcome> {
  const { known, claimed, options } = context
  if (context.isWorkflow) return context.activate()
  try {
    const input = parsePayload(known, context.payload)
    const { run, isolate } = known.definition
    const value = isolate === undefined ? await run?.(context, input) : await runIsolated(isolate, context, input)
    if (context.completed) return { kind: 'completed' }
    // It ended in the end, but another worker has had the run since: what it returned is not to be written as ours.
    if (context.interruption?.code === 'LEASE_LOST') return { kind: 'lost' }
    return succeeded(known.name, value)
  } catch (error) {
    if (context.completed) {
      context.log.warn(
        { job: known.name, error: String(error) },
        'a job threw after ctx.complete: its completion stands',
      )
      return { kind: 'completed' }
    }
    const ground = {
      now: context.clock.now(),
      random: context.random,
      deadline: options.d,
      interruption: context.interruption,
    }
    return outcomeOfError(error, known, claimed.attempt, ground)
  }
}

/** A result as it is stored: JSON text, apart from the run when it is long. Throws `RESULT_TOO_LARGE` and `RESULT_INVALID`. */
export function serialiseResult(
  name: string,
  value: unknown,
): { readonly result: string | null; readonly blob?: string } {
  if (value === undefined) return { result: null }
  const text = toJson(name, value)
  if (text === null || text.length <= MAX_PAYLOAD_BYTES / 4) return { result: text }
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_PAYLOAD_BYTES) return { result: text }
  if (bytes <= MAX_RESULT_BYTES) return { result: null, blob: text }
  throw new EngineError(
    'RESULT_TOO_LARGE',
    `the result of ${name} is ${bytes} bytes, more than 64 MiB: store it elsewhere and return a reference`,
  )
}

function toJson(name: string, value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null
  } catch (cause) {
    throw new EngineError('RESULT_INVALID', `the result of ${name} has no JSON form`, { cause })
  }
}

function succeeded(name: string, value: unknown): Outcome {
  return { kind: 'succeeded', ...serialiseResult(name, value) }
}
