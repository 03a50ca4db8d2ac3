import { EngineError } from '../errors.ts'
import type { AnyJob, Job, JobCall } from '../job/job.ts'
import type { CallOutcome } from '../workflow/context.ts'
import type { FlowPlan, GroupPolicy, PlannedCall, PlannedLink } from './plan.ts'
import { flowWorkflow } from './run.ts'

/** A part of a chain: a job, given the result before it, or a call with an input of its own. */
export type Link = Job<never, unknown> | JobCall

/** What a job or a call returns. */
export type ResultOf<Part> =
  Part extends JobCall<infer Out>
    ? Out
    : Part extends { readonly '~types'?: { readonly output: infer Out } }
      ? Out
      : unknown

/** Each job of a chain as it must be to take the result before it. */
export type Links<Before, Rest extends readonly Link[]> = Rest extends readonly [
  infer Head extends Link,
  ...infer Tail extends readonly Link[],
]
  ? readonly [Fitting<Before, Head>, ...Links<ResultOf<Head>, Tail>]
  : Rest

/** A result of unknown type fits every job: the engine checks it when it is there. */
type Fitting<Before, Part> = Part extends JobCall
  ? Part
  : unknown extends Before
    ? Part
    : Part extends Job<Before, unknown>
      ? Part
      : Job<Before, ResultOf<Part>>

/** What the last part of a chain returns. */
export type LastResult<First, Rest extends readonly Link[]> = Rest extends readonly [...Link[], infer Last]
  ? ResultOf<Last>
  : Rest extends readonly []
    ? ResultOf<First>
    : unknown

/** What becomes of one call of a group with the policy `settle`. */
export type Settled<Out> =
  | { readonly state: 'succeeded'; readonly result: Out }
  | Exclude<CallOutcome, { state: 'succeeded' }>

/** A group as a value; what `chord` needs. */
export interface Group<Out = unknown> extends JobCall<Out> {
  readonly input: Extract<FlowPlan, { kind: 'group' }>
}

/** How a group counts its failures. */
export interface GroupOptions<Policy extends GroupPolicy = GroupPolicy> {
  /**
   * `all`: one call that does not succeed fails the group, once the others have ended too; they are not cancelled.
   * `settle`: the group succeeds, and its result says what became of each call. Default `all`.
   */
  readonly policy?: Policy
}

/**
 * One after the other: each job is given the result of the one before as its input; a call in a later place keeps its own
 * input. The chain's result is that of the last; it fails with the first that fails. Throws `FLOW_INVALID` for no call.
 */
export function chain<First extends JobCall, const Rest extends readonly Link[]>(
  first: First,
  ...rest: Rest & Links<ResultOf<First>, Rest>
): JobCall<LastResult<First, Rest>> {
  if (first === undefined) throw new EngineError('FLOW_INVALID', 'a chain needs at least one call to begin with')
  return flow({ kind: 'chain', links: [plannedCall(first), ...rest.map(plannedLink)] })
}

/**
 * Side by side: all calls at once, in the order given; the result lists theirs in that order. Throws `FLOW_INVALID` for no
 * call; enqueueing throws `JOB_INVALID` for a unique or debounced job.
 */
export function group<const Calls extends readonly JobCall[]>(
  calls: Calls,
  options: GroupOptions<'settle'> & { readonly policy: 'settle' },
): Group<{ -readonly [Index in keyof Calls]: Settled<ResultOf<Calls[Index]>> }>
export function group<const Calls extends readonly JobCall[]>(
  calls: Calls,
  options?: GroupOptions<'all'>,
): Group<{ -readonly [Index in keyof Calls]: ResultOf<Calls[Index]> }>
export function group(calls: readonly JobCall[], { policy = 'all' }: GroupOptions = {}): Group {
  if (calls.length === 0)
    throw new EngineError('FLOW_INVALID', 'a group needs at least one call: its end would never come')
  const input = { kind: 'group', policy, calls: calls.map(plannedCall) } as const
  return { job: unbound, input }
}

/**
 * A group, and one job afterwards that is given the list of its results, exactly once. With the policy `all` a failure of
 * the group fails the chord without it; with `settle` it is always run. The chord's result is the callback's.
 */
export function chord<Results, Out>(members: Group<Results>, callback: Job<Results, Out>): JobCall<Out>
export function chord<Out>(members: Group, callback: JobCall<Out>): JobCall<Out>
export function chord(members: Group, callback: Link): JobCall {
  if (members.input?.kind !== 'group')
    throw new EngineError('FLOW_INVALID', 'a chord begins with a group: chord(group([…]), callback)')
  const { calls, policy } = members.input
  return flow({ kind: 'chord', policy, calls, callback: plannedLink(callback) })
}

/** Each engine has its own `engine.flow`, bound to its jobs, and finds it by name; this one is bound to none. */
const unbound: AnyJob = flowWorkflow(() => new Map())

function flow<Out>(input: FlowPlan): JobCall<Out> {
  return { job: unbound, input }
}

function plannedCall(call: JobCall): PlannedCall {
  if (!isCall(call)) throw noCall(call)
  return { job: call.job.name, input: call.input ?? null }
}

// The compiler refuses a job where a call has to stand, but not to whoever passes what it does not know.
function noCall(part: unknown): EngineError {
  const name = isJob(part) ? part.name : undefined
  return new EngineError(
    'FLOW_INVALID',
    name === undefined
      ? 'a part of a chain, group or chord is no call: write job.with(input)'
      : `the job ${name} stands where a call with its input has to: write ${name}.with(input)`,
  )
}

function isCall(part: unknown): part is JobCall {
  return typeof part === 'object' && part !== null && 'job' in part && isJob(part.job)
}

function isJob(part: unknown): part is Pick<AnyJob, 'name'> {
  return typeof part === 'object' && part !== null && 'name' in part && typeof part.name === 'string'
}

function plannedLink(part: Link): PlannedLink {
  if (!isCall(part) && !isJob(part)) throw noCall(part)
  return 'job' in part ? plannedCall(part) : { job: part.name }
}
