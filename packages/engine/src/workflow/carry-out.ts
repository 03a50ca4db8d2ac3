import { EngineError, isEngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import type { JobCall } from '../job/job.ts'
import { prepareRun } from '../job/prepare.ts'
import type { StoredError } from '../job/run.ts'
import { readOutcomes, type StepRow } from '../store/steps.ts'
import type { Db } from '../store/tables.ts'
import type { Activation } from './activation.ts'
import type { CallOptions, CallOutcome, SignalAddress, StepContext, StepOptions } from './context.ts'
import type { StepCall } from './recollection.ts'
import type { AnySignal } from './signal.ts'
import { addressOf, serialiseSignal } from './signalling.ts'
import { nextAttemptAt, type StepPolicy, stepPolicy } from './step-policy.ts'
import { inTime, StepRun, serialiseStep } from './step-run.ts'

const DEFAULT_ATTEMPTS = 3
const DEFAULT_POLICY = stepPolicy({}, DEFAULT_ATTEMPTS)

/** The record of a call that begins now. */
function rowOf(activation: Activation, call: StepCall, given: Partial<StepRow>): StepRow {
  const now = activation.ground.clock.now()
  const { name, kind, seq, alone, row } = call
  const begun = { run: activation.context.claimed.id, name, kind, seq, alone, startedAt: now }
  const empty = { attempt: 1, due: null, child: null, endedAt: null, result: null, error: null }
  return { ...empty, ...begun, ...row, state: 'pending', ...given }
}

/** The answer of a closed step. Throws `STEP_FAILED`. */
export function recall({ name, state, result, error, attempt }: StepRow): unknown {
  if (state === 'failed' || state === 'again') throw stepFailed(name, attempt, JSON.parse(error ?? 'null'))
  return result === null ? undefined : JSON.parse(result)
}

/** The same error whether the step has failed just now or the failure is remembered. */
function stepFailed(name: string, attempt: number, stored: StoredError | null): EngineError {
  const { code = 'UNKNOWN', message = 'nothing is known of it', stack } = stored ?? {}
  const cause = Object.assign(new Error(message), { name: code, code }, stack === undefined ? {} : { stack })
  const times = attempt === 1 ? '' : ` after ${attempt} attempts`
  return new EngineError('STEP_FAILED', `the step ${JSON.stringify(name)} failed${times}`, { cause })
}

/** Does a step, or its next attempt. */
export async function carryOutStep(
  activation: Activation,
  call: StepCall,
  work: (context: StepContext) => unknown,
  options: StepOptions<never> | undefined,
): Promise<unknown> {
  const { row } = call
  const { clock } = activation.ground
  if (row?.state === 'retry' && row.due !== null && row.due > clock.now()) return activation.block(row.due)
  const policy = options === undefined ? DEFAULT_POLICY : stepPolicy(options, DEFAULT_ATTEMPTS)
  const attempt = row?.state === 'retry' ? row.attempt + 1 : row?.state === 'again' ? 1 : (row?.attempt ?? 1)
  const begun = rowOf(activation, call, { state: 'begun', attempt, due: null, endedAt: null, error: null })
  // Only of what is known to have begun can it be known later that it must be undone.
  if (options?.undo !== undefined && row?.state !== 'begun') await activation.write(begun)
  return attemptStep(activation, begun, work, policy)
}

async function attemptStep(
  activation: Activation,
  begun: StepRow,
  work: (context: StepContext) => unknown,
  policy: StepPolicy,
): Promise<unknown> {
  const { ground, context } = activation
  const { name, attempt } = begun
  const done = (result: string | null): StepRow => ({ ...begun, state: 'done', endedAt: ground.clock.now(), result })
  const step = new StepRun(ground, context.claimed, { name, attempt, attempts: policy.attempts }, done)
  try {
    const value = await activation.hold(step, () => inTime(step, policy.timeoutMs, () => work(step)))
    if (step.completed !== undefined) {
      activation.rows.set(name, done(step.completed.text))
      return parse(step.completed.text)
    }
    const text = serialiseStep(name, value)
    await activation.write(done(text))
    // What the code gets now is what it will get when it runs again.
    return parse(text)
  } catch (error) {
    if (step.completed !== undefined) {
      activation.rows.set(name, done(step.completed.text))
      return parse(step.completed.text)
    }
    return failAttempt(activation, begun, step, error, policy)
  }
}

async function failAttempt(
  activation: Activation,
  begun: StepRow,
  step: StepRun,
  thrown: unknown,
  policy: StepPolicy,
): Promise<unknown> {
  const { clock, random } = activation.ground
  const { interruption } = step
  // Stopped from outside: nobody has to hear of it, and it is no failure.
  if (interruption !== undefined && interruption.code !== 'TIMEOUT') return activation.block(null)
  if (isEngineError(thrown, 'LEASE_LOST') || isEngineError(thrown, 'STEP_CONFLICT'))
    return activation.ask(Promise.reject(thrown))
  const failure = interruption ?? thrown
  const now = clock.now()
  const error = storedError(failure)
  const due = nextAttemptAt(failure === interruption ? failure : thrown, policy, begun.attempt, { now, random })
  const closed = { ...begun, endedAt: now, error: JSON.stringify(error) }
  if (due === undefined) {
    await activation.write({ ...closed, state: 'failed' })
    throw stepFailed(begun.name, begun.attempt, error)
  }
  await activation.write({ ...closed, state: 'retry', due })
  return activation.block(due)
}

/** Starts a child, or waits for it. */
export async function carryOutCall(
  activation: Activation,
  call: StepCall,
  { job, input }: JobCall,
  { name: _name, undo: _undo, ...options }: CallOptions<never>,
): Promise<unknown> {
  if (waits(call)) return activation.block(null)
  refuseUnique([job])
  const { org } = activation.context.claimed
  const prepared = prepareRun(childGround(activation, call.name), job, input, { ...options, org })
  const row = rowOf(activation, call, AFRESH)
  await activation.written(
    activation.ground.starter.start(activation.context.claimed.epoch, { kind: 'call', row, prepared }),
  )
  return activation.block(null)
}

/** Starts many children, waits for them, or gathers what became of them. */
export async function carryOutMany(
  activation: Activation,
  call: StepCall,
  calls: readonly JobCall[],
  options: Omit<CallOptions<never>, 'name' | 'undo' | 'delay'>,
  db: Db,
): Promise<unknown> {
  const { ground, context } = activation
  if (call.row?.state === 'ended') return gather(activation, call, db)
  if (waits(call)) return activation.block(null)
  if (calls.length === 0) {
    await activation.write(rowOf(activation, call, { state: 'done', endedAt: ground.clock.now(), result: '[]' }))
    return []
  }
  refuseUnique(calls.map(({ job }) => job))
  const place = childGround(activation, null)
  const prepare = (batchId: number) =>
    calls.map(({ job, input }) => prepareRun({ ...place, batchId }, job, input, { ...options, org: place.org }))
  // Everything is checked before a transaction is begun.
  prepare(0)
  const row = rowOf(activation, call, AFRESH)
  const start = { kind: 'many' as const, row, org: context.claimed.org, prepare }
  await activation.written(ground.starter.start(context.claimed.epoch, start))
  return activation.block(null)
}

async function gather(activation: Activation, call: StepCall, db: Db): Promise<unknown> {
  const ids: readonly number[] = JSON.parse(call.row?.result ?? '[]')
  const outcomes = await activation.ask(readOutcomes(db, ids))
  const list = ids.map((id): CallOutcome => {
    const outcome = outcomes.get(id)
    if (outcome === undefined) {
      const error = { code: 'RUN_UNKNOWN', message: `run ${id} was forgotten after its retention` }
      return { state: 'failed', error }
    }
    if (outcome.state === 'succeeded') return { state: 'succeeded', result: JSON.parse(outcome.result ?? 'null') }
    const { code, message }: StoredError = JSON.parse(outcome.error ?? '{}')
    return { state: outcome.state as Exclude<CallOutcome['state'], 'succeeded'>, error: { code, message } }
  })
  const at = activation.ground.clock.now()
  try {
    const result = serialiseStep(call.name, list)
    await activation.write(rowOf(activation, call, { state: 'done', endedAt: at, result }))
    return list
  } catch (error) {
    const stored = storedError(error)
    const failed = { state: 'failed' as const, endedAt: at, result: null, error: JSON.stringify(stored) }
    await activation.write(rowOf(activation, call, failed))
    throw stepFailed(call.name, 1, stored)
  }
}

/** True of children that were started and have not all ended. */
function waits({ row }: StepCall): boolean {
  return row !== undefined && row.state !== 'again'
}

/** What a step that failed before leaves behind. */
const AFRESH = { attempt: 1, endedAt: null, result: null, error: null }

/** Waits until an instant. */
export async function carryOutSleep(activation: Activation, call: StepCall, until: number): Promise<void> {
  const due = call.row?.due ?? until
  if (call.row === undefined) await activation.write(rowOf(activation, call, { due }))
  if (activation.ground.clock.now() < due) return activation.block(due)
  // Once over it stays over, even if the clock is set back.
  await activation.write(rowOf(activation, call, { state: 'done', due, endedAt: activation.ground.clock.now() }))
}

/** Waits for a signal, or gives up. */
export async function carryOutWait(
  activation: Activation,
  call: StepCall,
  signal: AnySignal,
  to: SignalAddress,
  timeoutMs: number | undefined,
): Promise<string | null> {
  const { ground, context } = activation
  const { epoch, org } = context.claimed
  const now = ground.clock.now()
  const address = addressOf(org, signal.name, to)
  if (call.row === undefined) {
    const row = rowOf(activation, call, { due: timeoutMs === undefined ? null : now + timeoutMs })
    const waiting = await activation.written(ground.starter.start(epoch, { kind: 'wait', row, address }))
    return waiting?.state === 'done' ? waiting.result : activation.block(row.due)
  }
  if (call.row.due === null || call.row.due > now) return activation.block(call.row.due)
  const row = rowOf(activation, call, { state: 'done', endedAt: now })
  const over = await activation.written(ground.starter.start(epoch, { kind: 'giveUp', row, address }))
  // The signal came just now; waking up again shows it.
  return over === undefined ? activation.block(now) : null
}

/** Sends a signal. */
export async function carryOutSignal(
  activation: Activation,
  call: StepCall,
  signal: AnySignal,
  payload: unknown,
  to: SignalAddress,
): Promise<void> {
  const { ground, context } = activation
  const address = addressOf(context.claimed.org, signal.name, to)
  const row = rowOf(activation, call, { state: 'done', endedAt: ground.clock.now() })
  const start = { kind: 'signal' as const, row, address, payload: serialiseSignal(signal, payload) }
  await activation.written(ground.starter.start(context.claimed.epoch, start))
}

/** A child belongs to its parent's organisation, ends no later, and tells the step that waits for it. */
function childGround({ ground, context }: Activation, step: string | null) {
  return { ...ground.prepare(context.claimed), waiter: { step, deadline: context.options.d } }
}

function refuseUnique(jobs: readonly JobCall['job'][]): void {
  const unique = jobs.find(({ definition }) => definition.unique !== undefined || definition.debounce !== undefined)
  if (unique === undefined) return
  throw new EngineError(
    'JOB_INVALID',
    `the unique job ${unique.name} cannot be called: a run that is there already belongs to somebody else. Enqueue it in a step`,
  )
}

function parse(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text)
}
