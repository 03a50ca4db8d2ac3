import { durationMs } from '../duration.ts'
import { EngineError } from '../errors.ts'
import type { AnyJob, JobCall } from '../job/job.ts'
import type { Db } from '../store/tables.ts'
import type { Activation } from './activation.ts'
import {
  carryOutCall,
  carryOutMany,
  carryOutSignal,
  carryOutSleep,
  carryOutStep,
  carryOutWait,
  recall,
} from './carry-out.ts'
import { undoOf } from './compensation.ts'
import type { CallOptions, SignalAddress, StepOptions, WorkflowContext } from './context.ts'
import { sideBySide } from './side-by-side.ts'
import { listedSignal, parseSignal } from './signalling.ts'

/** Longest state that a workflow publishes, as JSON text. */
const MAX_STATE_BYTES = 65_536

/** What a workflow's code works with, on top of one activation. */
export function createWorkflowContext(activation: Activation, db: Db): WorkflowContext {
  const { context, ground, record } = activation
  const { claimed, options } = context
  const version = options.v ?? 1
  const { p: parentId, t: tags = [], tr: traceId } = options
  // The shapes of inputs and results are checked where they are stored; here they are what the record holds.
  const answer = recall as (row: Parameters<typeof recall>[0]) => never
  const own: SignalAddress = { run: claimed.id }
  const sleep = async (name: string, until: number): Promise<void> =>
    activation.perform(
      name,
      'sleep',
      () => {},
      (call) => carryOutSleep(activation, call, until),
    )
  return {
    run: {
      id: claimed.id,
      org: claimed.org,
      workflow: claimed.job,
      version,
      createdAt: claimed.createdAt,
      tags,
      generation: record.row?.generation ?? 0,
      ...(parentId === undefined ? {} : { parentId }),
      ...(traceId === undefined ? {} : { traceId }),
    },
    get log() {
      return context.log
    },
    services: ground.services,
    step(name, work, given) {
      if (given?.undo !== undefined) activation.undos.set(name, undoOf(given.undo, given))
      return activation.perform(
        name,
        'step',
        answer,
        (call) => carryOutStep(activation, call, work, given as StepOptions<never> | undefined) as Promise<never>,
      )
    },
    all: (works, { concurrency } = {}) =>
      activation.aside(() => sideBySide(works, concurrency ?? works.length)) as Promise<never>,
    call(...given: CallArguments) {
      const { call: prepared, options: callOptions } = callOf(given)
      const name = callOptions.name ?? prepared.job.name
      if (callOptions.undo !== undefined) activation.undos.set(name, undoOf(callOptions.undo, {}))
      return activation.perform(
        name,
        'call',
        answer,
        (call) => carryOutCall(activation, call, prepared, callOptions) as Promise<never>,
      )
    },
    callMany: async (calls, { name, ...callOptions } = {}) =>
      activation.perform(
        name ?? 'call many',
        'many',
        answer,
        (call) => carryOutMany(activation, call, calls, callOptions, db) as Promise<never>,
      ),
    sleep: async (duration, { name } = {}) =>
      sleep(name ?? `sleep ${duration}`, ground.clock.now() + durationMs(duration, 'the duration of wf.sleep')),
    async sleepUntil(instant, { name } = {}) {
      if (!Number.isSafeInteger(instant))
        throw new EngineError(
          'DURATION_INVALID',
          `${instant} is no instant to sleep until: give whole milliseconds since 1970 UTC`,
        )
      return sleep(name ?? `sleep until ${instant}`, instant)
    },
    async wait(given, { key, timeout, name } = {}) {
      const signal = listedSignal(ground.signals, context.known, given.name)
      const to = key === undefined ? own : { key }
      const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, 'the timeout of wf.wait')
      const stepName = name ?? `wait ${given.name}${key === undefined ? '' : ` ${key}`}`
      const text = await activation.perform(
        stepName,
        'wait',
        (row) => row.result,
        (call) => carryOutWait(activation, call, signal, to, timeoutMs),
      )
      return text === null ? undefined : (parseSignal(signal, text) as never)
    },
    async signal(given, payload, { name, ...to }) {
      const signal = listedSignal(ground.signals, context.known, given.name)
      await activation.perform(
        name ?? `signal ${given.name}`,
        'signal',
        () => {},
        (call) => carryOutSignal(activation, call, signal, payload, to),
      )
    },
    set(state) {
      const text = JSON.stringify(state) ?? 'null'
      if (Buffer.byteLength(text) > MAX_STATE_BYTES)
        throw new EngineError('STATE_TOO_LARGE', 'the state of wf.set is more than 64 KiB: publish a summary')
      activation.publish(text)
    },
    compensate: (reason) => activation.conclude({ kind: 'compensate', reason }),
    since: (asked) => version >= asked,
    continueAsNew: (input) => activation.conclude({ kind: 'continue', input }),
  }
}

type CallArguments =
  | readonly [job: AnyJob, input: unknown, options?: CallOptions<never> | undefined]
  | readonly [call: JobCall, options?: CallOptions<never> | undefined]

function callOf(given: CallArguments): { readonly call: JobCall; readonly options: CallOptions<never> } {
  const [first, second, third] = given
  if ('job' in first) return { call: first, options: (second as CallOptions<never> | undefined) ?? {} }
  return { call: { job: first, input: second }, options: third ?? {} }
}
