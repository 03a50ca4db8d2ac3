import { EngineError, isEngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import { parsePayload, serialisePayload } from '../job/prepare.ts'
import type { KnownJob } from '../job/registry.ts'
import { serialiseResult } from '../queue/execute.ts'
import type { Outcome } from '../queue/outcome.ts'
import type { RunContext } from '../queue/run-context.ts'
import type { Db } from '../store/tables.ts'
import { type Activated, Activation, type Conclusion, type Ending } from './activation.ts'
import { compensate } from './compensation.ts'
import type { WorkflowGround } from './ground.ts'
import type { WorkflowRecord } from './loader.ts'
import { createWorkflowContext } from './workflow-context.ts'

/** Runs a workflow as far as it goes now. Never throws. */
export async function activate(ground: WorkflowGround, context: RunContext, db: Db): Promise<Outcome> {
  let record: WorkflowRecord | undefined
  try {
    record = await ground.loader.load(context.claimed.id)
    return await goOn(ground, context, record, db)
  } catch (error) {
    return pauseAfter(faultOutcome(error, context), record, ground.clock.now(), error)
  }
}

async function goOn(ground: WorkflowGround, context: RunContext, record: WorkflowRecord, db: Db): Promise<Outcome> {
  const { known, claimed } = context
  const pending = record.row?.ending == null ? undefined : (JSON.parse(record.row.ending) as Ending)
  if (pending !== undefined && claimed.attempt > 2 * known.attempts) return lostWhileUndoing(context, pending)
  const ending = pending ?? endingOf(context, record, ground.clock.now())
  if (ending !== undefined && record.steps.length === 0) return { kind: ending.state, error: ending.error }
  if (tooLate(context, record, ground.clock.now()))
    return { kind: 'expired', error: { code: 'EXPIRED', message: 'it was not started in time' } }
  const paused = record.row?.pausedAt != null
  if (paused && ending === undefined) return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due: null }
  const part = known.definition.workflow
  if (part === undefined) throw new EngineError('JOB_INVALID', `${known.name} is no workflow`)
  const activation = new Activation(ground, context, record, ending)
  const stopListening = context.onOrder({
    rest: (why) => activation.rest(why),
    interrupt: (reason) => interrupt(activation, reason),
  })
  try {
    const input = parsePayload(known, context.payload)
    const conclusion = await activation.run(part.run, createWorkflowContext(activation, db), input)
    return await outcomeOf(activation, conclusion, known)
  } finally {
    stopListening()
  }
}

/** What keeps a workflow from going forward at all. */
function endingOf(
  { options, claimed, known }: RunContext,
  { cancelled }: WorkflowRecord,
  now: number,
): Ending | undefined {
  if (cancelled !== undefined) return { state: 'cancelled', error: { code: 'ABORTED', message: cancelled } }
  if (options.d !== undefined && now >= options.d)
    return { state: 'failed', error: { code: 'DEADLINE_EXCEEDED', message: `it did not end before its deadline` } }
  if (claimed.attempt <= known.attempts) return undefined
  const message = `its process died ${known.attempts} times in a row while it had it: does ${known.name} end it?`
  return { state: 'failed', error: { code: 'WORKER_LOST', message } }
}

/** An undo that ends its process again and again must not do so for ever. */
function lostWhileUndoing({ known }: RunContext, { error }: Ending): Outcome {
  const message = `its process died again and again while it was undone (it was ending because of ${error.code}: ${error.message}): does an undo of ${known.name} end it? Put it right by hand or in the code, then retry`
  return { kind: 'failed', error: { code: 'COMPENSATION_FAILED', message } }
}

/** `expires` is about the first start only. */
function tooLate({ options, claimed }: RunContext, { steps, row }: WorkflowRecord, now: number): boolean {
  const isFirst = claimed.attempt === 1 && steps.length === 0 && row === undefined
  return options.e !== undefined && now >= options.e && isFirst
}

function interrupt(activation: Activation, reason: EngineError): void {
  if (reason.code === 'ABORTED') activation.end({ state: 'cancelled', error: storedError(reason) })
  else if (reason.code === 'DEADLINE_EXCEEDED') activation.end({ state: 'failed', error: storedError(reason) })
  else activation.interrupt(reason)
}

async function outcomeOf(activation: Activation, conclusion: Conclusion, known: KnownJob): Promise<Outcome> {
  const { interruption, resting, record, divergence, ground } = activation
  const { kind } = conclusion
  if (kind === 'fault')
    return pauseAfter(faultOutcome(conclusion.error, activation.context), record, ground.clock.now(), conclusion.error)
  if (interruption !== undefined) return { kind: interruption.code === 'LEASE_LOST' ? 'lost' : 'returned' }
  if (kind === 'resting' && resting === 'stop') return { kind: 'returned' }
  if (kind === 'resting') return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due: null }
  if (divergence !== undefined) return { kind: 'failed', error: storedError(divergence) }
  const ending = activation.ending ?? endingBy(conclusion)
  if (ending !== undefined) return compensate(activation, ending)
  if (kind === 'continue') return continued(activation, known, conclusion.input)
  if (kind !== 'returned') return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due: activation.due }
  return succeeded(activation, known, conclusion.value)
}

function endingBy(conclusion: Conclusion): Ending | undefined {
  if (conclusion.kind === 'threw') return { state: 'failed', error: storedError(conclusion.error) }
  if (conclusion.kind !== 'compensate') return undefined
  return { state: 'cancelled', error: { code: 'COMPENSATED', message: conclusion.reason } }
}

function succeeded(activation: Activation, known: KnownJob, value: unknown): Outcome | Promise<Outcome> {
  try {
    const waits = [...activation.rows.values()].some(({ kind, state }) => kind === 'wait' && state === 'pending')
    return { kind: 'succeeded', ...serialiseResult(known.name, value), ...(waits ? { waits } : {}) }
  } catch (error) {
    return compensate(activation, { state: 'failed', error: storedError(error) })
  }
}

function continued(activation: Activation, known: KnownJob, input: unknown): Outcome | Promise<Outcome> {
  try {
    const payload = serialisePayload(known.name, input)
    parsePayload(known, payload)
    const { version = 1 } = known.definition.workflow ?? {}
    // From its first start on its input was nobody's to replace.
    const { ur: _ur, ...kept } = activation.context.options
    return { kind: 'continued', payload, options: JSON.stringify({ ...kept, v: version }) }
  } catch (error) {
    return compensate(activation, { state: 'failed', error: storedError(error) })
  }
}

/** What cannot be read or written now is tried again by whoever claims the run next, from what is recorded. */
function faultOutcome(error: unknown, context: Activated): Outcome {
  if (isEngineError(error, 'LEASE_LOST')) return { kind: 'lost' }
  const { known } = context
  if (isEngineError(error, 'WORKFLOW_DIVERGED') || isEngineError(error, 'PAYLOAD_INVALID'))
    return { kind: 'failed', error: storedError(error) }
  context.log.warn(
    { workflow: known.name, error: storedError(error) },
    'a workflow could not be recorded and begins again from what is',
  )
  return { kind: 'returned' }
}

const FAULT_PAUSE_MS = 1_000

/**
 * What the store has just refused is not asked of it again at once: a read, an undo or its record that it keeps refusing
 * would otherwise be tried hundreds of times a second. What others have recorded meanwhile can be read at once.
 */
function pauseAfter(outcome: Outcome, record: WorkflowRecord | undefined, now: number, error: unknown): Outcome {
  if (outcome.kind !== 'returned' || isEngineError(error, 'STEP_CONFLICT') || isEngineError(error, 'ENGINE_STOPPED'))
    return outcome
  const due = now + FAULT_PAUSE_MS
  // Of what could not be read nobody knows what it has seen: it comes back by its instant alone.
  if (record === undefined) return { kind: 'postponed', due }
  return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due }
}
