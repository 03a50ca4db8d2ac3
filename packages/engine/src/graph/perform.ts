import { EngineError } from '../errors.ts'
import { PermanentError } from '../job/errors.ts'
import type { RetryPolicy } from '../job/job.ts'
import { jobNamed } from '../job/named.ts'
import type { Registry } from '../job/registry.ts'
import type { CallOptions, StepOptions, WorkflowContext } from '../workflow/context.ts'
import { approval, approvalKey } from './approval.ts'
import type { Approvals } from './approvals.ts'
import { parseExpression } from './expression.ts'
import { evaluate } from './expression-evaluate.ts'
import { showValue, textOf } from './expression-values.ts'
import { request } from './http.ts'
import type { GraphFunction, GraphOptions } from './options.ts'
import type { GraphPlan } from './plan.ts'
import type { GraphEdge, GraphNode, NodeOf } from './schema.ts'
import { fillText, fillValue } from './template.ts'
import type { Frame } from './walk.ts'

/** One run of one graph. */
export interface Walk {
  readonly wf: WorkflowContext
  readonly plan: GraphPlan
  readonly registry: Registry
  readonly options: GraphOptions
  readonly approvals: Approvals
}

/** What came of a node: by which way out it is left, and its result. */
export interface Performed {
  readonly on: GraphEdge['on']
  readonly value: unknown
}

/** A node that does one thing; the others are ways through it. */
export type Leaf = Exclude<GraphNode, { type: 'condition' | 'parallel' | 'for-each' | 'end' }>

/** Does what a node is for, as a step named as the node. */
export async function perform(run: Walk, frame: Frame, node: Leaf): Promise<Performed> {
  switch (node.type) {
    case 'start':
    case 'join':
      return next(null)
    case 'task':
      return callJob(run, frame, node, node.job)
    case 'workflow':
      return callJob(run, frame, node, node.workflow)
    case 'wait':
      return waitFor(run, frame, node)
    case 'approval':
      return askFor(run, frame, node)
    case 'http':
      return next(await run.wf.step(stepName(node, frame), request(run.options, node, frame.scope), policyOf(node)))
    case 'notify':
      return notify(run, frame, node)
    case 'script':
      return runScript(run, frame, node)
  }
}

function next(value: unknown): Performed {
  return { on: 'next', value: value ?? null }
}

function stepName({ id }: GraphNode, { suffix }: Frame): string {
  return `${id}${suffix}`
}

async function callJob(
  { wf, registry }: Walk,
  frame: Frame,
  node: NodeOf<'task'> | NodeOf<'workflow'>,
  name: string,
): Promise<Performed> {
  const { type: _type, id: _id, ...fields } = node
  const { queue, priority, delay, deadline } = { queue: undefined, priority: undefined, delay: undefined, ...fields }
  const options: CallOptions<unknown> = {
    name: stepName(node, frame),
    ...(queue === undefined ? {} : { queue }),
    ...(priority === undefined ? {} : { priority }),
    ...(delay === undefined ? {} : { delay }),
    ...(deadline === undefined ? {} : { deadline }),
  }
  return next(
    await wf.call({ job: jobNamed(registry, name), input: fillValue(node.input ?? null, frame.scope) }, options),
  )
}

async function waitFor({ wf }: Walk, frame: Frame, node: NodeOf<'wait'>): Promise<Performed> {
  const name = stepName(node, frame)
  if (node.for !== undefined) return next(await wf.sleep(node.for, { name }))
  if (node.until !== undefined) return next(await wf.sleepUntil(instantOf(node.until, frame), { name }))
  const { signal = '', key, timeout } = node
  const answer = await wf.wait(
    { name: signal, payload: approval.payload },
    {
      name,
      ...(key === undefined ? {} : { key: fillText(key, frame.scope) }),
      ...(timeout === undefined ? {} : { timeout }),
    },
  )
  // A signal without a payload answers null; nothing at all is the time-out.
  if (answer === undefined && timeout !== undefined) return { on: 'timeout', value: null }
  return next(answer)
}

function instantOf(until: string, { scope }: Frame): number {
  const value = evaluate(parseExpression(until), scope)
  const instant = typeof value === 'string' ? Date.parse(value) : value
  if (typeof instant === 'number' && Number.isSafeInteger(instant)) return instant
  throw new EngineError(
    'EXPRESSION_INVALID',
    `${showValue(value)} is no instant: give whole milliseconds since 1970 UTC, or an ISO text`,
  )
}

/** The decision is sent by whoever was asked; until then the run's state says who is asked what. */
async function askFor({ wf, approvals }: Walk, frame: Frame, node: NodeOf<'approval'>): Promise<Performed> {
  const step = stepName(node, frame)
  const key = approvalKey(wf.run.id, step)
  const who = [node.who].flat().map((each) => fillText(each, frame.scope))
  approvals.asked({ step, key, who, what: fillText(node.what, frame.scope) })
  const options = { key, name: step, ...(node.timeout === undefined ? {} : { timeout: node.timeout }) }
  const decision = await wf.wait(approval, options)
  approvals.decided(step)
  if (decision === undefined) return { on: 'timeout', value: null }
  return { on: decision.approved ? 'approved' : 'rejected', value: decision }
}

async function notify({ wf, options }: Walk, frame: Frame, node: NodeOf<'notify'>): Promise<Performed> {
  const { channel, to = [], subject, message } = node
  const { scope } = frame
  const content = {
    channel,
    to: [to].flat().map((each) => textOf(fillText(each, scope))),
    ...(subject === undefined ? {} : { subject: fillText(subject, scope) }),
    message: fillText(message, scope),
  }
  const name = stepName(node, frame)
  const work = async ({ run, signal }: { run: { id: number; org: string }; signal: AbortSignal }): Promise<null> => {
    if (options.notify === undefined) throw new PermanentError('this engine sends no messages: give it `graph.notify`')
    await options.notify({ ...content, key: `${run.id}:${name}`, org: run.org, run: run.id, signal })
    return null
  }
  return next(await wf.step(name, work, policyOf(node)))
}

async function runScript({ wf, options }: Walk, frame: Frame, node: NodeOf<'script'>): Promise<Performed> {
  const input = fillValue(node.input ?? null, frame.scope)
  // Looked up within the step: what is recorded of it is good without the function too.
  const work = (): unknown => functionOf(options, node.function)(input)
  return next(await wf.step(stepName(node, frame), work, policyOf(node)))
}

function functionOf({ functions = {} }: GraphOptions, name: string): GraphFunction {
  const named = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (named !== undefined) return named
  throw new PermanentError(`this engine has no function ${name} any more: add it to \`graph.functions\``)
}

function policyOf({ retry, timeout }: Pick<NodeOf<'http'>, 'retry' | 'timeout'>): StepOptions<unknown> {
  return {
    ...(retry === undefined ? {} : { retry: retry as RetryPolicy }),
    ...(timeout === undefined ? {} : { timeout }),
  }
}
