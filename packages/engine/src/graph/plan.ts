import type { ValidationIssue } from '../errors.ts'
import type { Graph, GraphEdge, GraphNode } from './schema.ts'

/** A graph with its edges sorted by where they begin and end. */
export interface GraphPlan {
  readonly graph: Graph
  readonly start: GraphNode
  readonly nodes: ReadonlyMap<string, PlannedNode>
}

/** A node with its place in the list and its edges, theirs too. */
export interface PlannedNode {
  readonly node: GraphNode
  readonly index: number
  readonly out: readonly PlannedEdge[]
  readonly in: readonly PlannedEdge[]
}

/** An edge with its place in the list. */
export interface PlannedEdge extends GraphEdge {
  readonly index: number
}

/** Sorts the edges of a graph whose shape was checked. */
export function planGraph(graph: Graph): GraphPlan {
  const edges = graph.edges.map((edge, index) => ({ ...edge, index }))
  const [out, into] = [Map.groupBy(edges, ({ from }) => from), Map.groupBy(edges, ({ to }) => to)]
  const nodes = new Map(
    graph.nodes.map((node, index) => [
      node.id,
      { node, index, out: out.get(node.id) ?? [], in: into.get(node.id) ?? [] },
    ]),
  )
  const start = graph.nodes.find(({ type }) => type === 'start') ?? graph.nodes[0]
  if (start === undefined) throw new TypeError('a graph without nodes was planned')
  return { graph, start, nodes }
}

/** Where the edge `on` of a node leads. */
export function wayOut({ out }: PlannedNode, on: GraphEdge['on']): string | undefined {
  return out.find((edge) => edge.on === on)?.to
}

/** Everything that can be reached from `from` (itself included) over edges that `follows` allows. */
export function reach(plan: GraphPlan, from: string, follows: (edge: PlannedEdge) => boolean): ReadonlySet<string> {
  const found = new Set([from])
  // A set is walked in the order of its additions, those made on the way included.
  for (const id of found) for (const edge of plan.nodes.get(id)?.out ?? []) if (follows(edge)) found.add(edge.to)
  return found
}

/** A fault of a graph: where, in the dotted form of `PAYLOAD_INVALID`, of what kind, and the sentence. */
export function issue(code: string, path: readonly PropertyKey[], message: string): ValidationIssue {
  return { path: path.map(String).join('.'), code, message }
}
