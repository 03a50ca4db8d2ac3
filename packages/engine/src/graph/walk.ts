import { EngineError } from '../errors.ts'
import { entriesOf } from './check-regions.ts'
import { parseExpression } from './expression.ts'
import { evaluate, isTrue, type Scope } from './expression-evaluate.ts'
import { failureOf, NodeFailure } from './failure.ts'
import { type Performed, perform, type Walk } from './perform.ts'
import { type PlannedNode, wayOut } from './plan.ts'
import type { GraphNode, NodeOf } from './schema.ts'
import { fillText, fillValue } from './template.ts'

/** What the expressions of one part of a walk see, and the end of its steps' names: `[2]` in the third round of a loop. */
export interface Frame {
  readonly scope: Scope & { readonly nodes: Record<string, unknown> }
  readonly suffix: string
}

/** Where a walk stopped: at the node it was to reach, with the last result on the way, or at a successful end. */
type Arrival =
  | { readonly kind: 'arrived'; readonly last: unknown }
  | { readonly kind: 'ended'; readonly result: unknown }

/** Items of one for-each at most: each round is at least one step of the record. */
const MAX_ITEMS = 100_000

/** Follows the edges from `from` until `until`, or to an end. Throws `GRAPH_FAILED` at an end that is a failure. */
export async function walk(run: Walk, frame: Frame, from: string, until: string | undefined): Promise<Arrival> {
  let [id, last, error]: [string, unknown, unknown] = [from, null, frame.scope.error]
  while (id !== until) {
    const planned = nodeOf(run, id)
    const { node } = planned
    const here: Frame = { ...frame, scope: { ...frame.scope, error } }
    if (node.type === 'end') return { kind: 'ended', result: endAt(node, here.scope) }
    const { on, value, failure } = await visit(run, here, planned, node)
    if (failure === undefined) frame.scope.nodes[id] = value
    error = failure ?? error
    last = value
    const next = node.type === 'parallel' && on === 'next' ? node.join : wayOut(planned, on)
    if (next === undefined) throw new EngineError('GRAPH_INVALID', `the node ${id} has no way out "${on}"`)
    id = next
  }
  return { kind: 'arrived', last }
}

type Passed = Exclude<GraphNode, { type: 'end' }>

interface Visited extends Performed {
  readonly failure?: unknown
}

/** A node that fails for good leads to its error edge, when it has one. */
async function visit(run: Walk, frame: Frame, planned: PlannedNode, node: Passed): Promise<Visited> {
  try {
    return await enter(run, frame, planned, node)
  } catch (error) {
    const failure = failureOf(node.id, error)
    if (failure === undefined) throw error
    if (wayOut(planned, 'error') === undefined) throw new NodeFailure(failure, error)
    return { on: 'error', value: null, failure }
  }
}

async function enter(run: Walk, frame: Frame, planned: PlannedNode, node: Passed): Promise<Performed> {
  if (node.type === 'parallel') return branch(run, frame, planned, node)
  if (node.type === 'for-each') return loop(run, frame, planned, node)
  if (node.type !== 'condition') return perform(run, frame, node)
  const value = isTrue(evaluate(parseExpression(node.if), frame.scope))
  return { on: value ? 'true' : 'false', value }
}

/** All branches are seen to their ends, even when one has failed: what follows must not run beside them. */
async function branch(
  run: Walk,
  frame: Frame,
  planned: PlannedNode,
  { join, concurrency }: NodeOf<'parallel'>,
): Promise<Performed> {
  const branches = entriesOf(planned).map((entry) => () => settled(walk(run, frame, entry, join)))
  await all(run, branches, concurrency)
  return { on: 'next', value: null }
}

async function loop(run: Walk, frame: Frame, planned: PlannedNode, node: NodeOf<'for-each'>): Promise<Performed> {
  const items = evaluate(parseExpression(node.items), frame.scope)
  if (!Array.isArray(items) || items.length > MAX_ITEMS)
    throw new EngineError('EXPRESSION_INVALID', `the items of ${node.id} are no list of at most ${MAX_ITEMS}`)
  const [entry = node.id] = entriesOf(planned)
  const rounds = items.map((item: unknown, index) => async () => {
    const { scope, suffix } = frame
    const around = typeof scope.loop === 'object' ? scope.loop : {}
    // A round has results of its own, and sees those from before the loop.
    const own = { ...scope, item, index, loop: { ...around, [node.id]: { item, index } }, nodes: { ...scope.nodes } }
    return settled(walk(run, { scope: own, suffix: `${suffix}[${index}]` }, entry, node.id))
  })
  return { on: 'next', value: await all(run, rounds, node.concurrency) }
}

type Settled = { readonly arrival: Arrival } | { readonly failed: NodeFailure }

/** Only what nodes failed with is kept until the others have ended. */
async function settled(arriving: Promise<Arrival>): Promise<Settled> {
  try {
    return { arrival: await arriving }
  } catch (error) {
    if (error instanceof NodeFailure) return { failed: error }
    throw error
  }
}

/** The last results of all ways, in order; throws the first failure once all have ended. */
async function all(
  { wf }: Walk,
  ways: readonly (() => Promise<Settled>)[],
  concurrency: number | undefined,
): Promise<readonly unknown[]> {
  const ended = await wf.all(ways, concurrency === undefined ? {} : { concurrency })
  return ended.map((way) => {
    if ('failed' in way) throw way.failed
    return way.arrival.kind === 'arrived' ? way.arrival.last : null
  })
}

function endAt({ id, outcome, result, message }: NodeOf<'end'>, scope: Scope): unknown {
  if (outcome === 'success') return result === undefined ? null : fillValue(result, scope)
  const reason = message === undefined ? `it came to ${id}` : fillText(message, scope)
  throw new EngineError('GRAPH_FAILED', `the graph ended as a failure: ${reason}`)
}

function nodeOf({ plan }: Walk, id: string): PlannedNode {
  const planned = plan.nodes.get(id)
  if (planned === undefined) throw new EngineError('GRAPH_INVALID', `there is no node ${id}`)
  return planned
}
