import type { ValidationIssue } from '../errors.ts'
import { issue } from './plan.ts'
import type { Graph, GraphEdge, GraphNode } from './schema.ts'

/** The ways out of a node: those it must have, and those it may have. */
interface Ways {
  readonly must: readonly GraphEdge['on'][]
  readonly may: readonly GraphEdge['on'][]
}

const WAYS: Readonly<Record<GraphNode['type'], Ways>> = {
  start: { must: ['next'], may: [] },
  task: { must: ['next'], may: ['error'] },
  workflow: { must: ['next'], may: ['error'] },
  condition: { must: ['true', 'false'], may: ['error'] },
  parallel: { must: ['branch'], may: ['error'] },
  join: { must: ['next'], may: [] },
  'for-each': { must: ['each', 'next'], may: ['error'] },
  wait: { must: ['next'], may: ['error'] },
  approval: { must: ['approved', 'rejected'], may: ['error'] },
  http: { must: ['next'], may: ['error'] },
  notify: { must: ['next'], may: ['error'] },
  script: { must: ['next'], may: ['error'] },
  end: { must: [], may: [] },
}

/** Looks at what can be told of each node and edge: names, ends, the ways out of a node. */
export function checkShape(graph: Graph): readonly ValidationIssue[] {
  return [...checkIds(graph), ...checkEnds(graph), ...checkEdges(graph), ...graph.nodes.flatMap(checkNode(graph))]
}

function checkIds({ nodes }: Graph): readonly ValidationIssue[] {
  const first = new Map<string, number>()
  return nodes.flatMap(({ id }, index) => {
    const other = first.get(id)
    if (other === undefined) first.set(id, index)
    return other === undefined ? [] : [issue('duplicate', ['nodes', index, 'id'], `nodes.${other} is named ${id} too`)]
  })
}

function checkEnds({ nodes }: Graph): readonly ValidationIssue[] {
  const starts = nodes.flatMap(({ type }, index) => (type === 'start' ? [index] : []))
  const issues = starts
    .slice(1)
    .map((index) => issue('duplicate', ['nodes', index, 'type'], 'a graph has one start: this is another'))
  if (starts.length === 0) issues.push(issue('missing', ['nodes'], 'there is no start: add a node of the type start'))
  if (!nodes.some(({ type }) => type === 'end'))
    issues.push(issue('missing', ['nodes'], 'there is no end: add a node of the type end'))
  return issues
}

function checkEdges({ nodes, edges }: Graph): readonly ValidationIssue[] {
  const types = new Map(nodes.map(({ id, type }) => [id, type]))
  return edges.flatMap(({ from, to, on }, index) => {
    const missing = (
      [
        ['from', from],
        ['to', to],
      ] as const
    ).filter(([, id]) => !types.has(id))
    if (missing.length > 0)
      return missing.map(([end, id]) => issue('dangling', ['edges', index, end], `there is no node ${id}`))
    if (types.get(to) === 'start') return [issue('way', ['edges', index, 'to'], 'nothing leads to the start')]
    const type = types.get(from)
    if (type === undefined || allowed(nodes, from, on)) return []
    return [issue('way', ['edges', index, 'on'], `a node of the type ${type} has no way out "${on}"`)]
  })
}

function allowed(nodes: readonly GraphNode[], from: string, on: GraphEdge['on']): boolean {
  const node = nodes.find(({ id }) => id === from)
  if (node === undefined) return false
  const { must, may } = waysOf(node)
  return must.includes(on) || may.includes(on)
}

/** A node that gives up after a while must say where to go then. */
function waysOf(node: GraphNode): Ways {
  const { must, may } = WAYS[node.type]
  const timed = (node.type === 'wait' || node.type === 'approval') && node.timeout !== undefined
  return { must: timed ? [...must, 'timeout'] : must, may }
}

function checkNode({ edges }: Graph) {
  return (node: GraphNode, index: number): readonly ValidationIssue[] => {
    const own = edges.flatMap((edge, place) => (edge.from === node.id ? [{ ...edge, place }] : []))
    const missing = waysOf(node)
      .must.filter((on) => !own.some((edge) => edge.on === on))
      .map((on) => issue('missing', ['nodes', index], `${node.id} has no edge for its way out "${on}": add one`))
    const twice = own
      .filter(({ on }, at) => on !== 'branch' && own.findIndex((edge) => edge.on === on) < at)
      .map(({ place, on }) => issue('duplicate', ['edges', place, 'on'], `${node.id} has another edge for "${on}"`))
    return [...missing, ...twice, ...checkFields(node, index)]
  }
}

function checkFields(node: GraphNode, index: number): readonly ValidationIssue[] {
  if (node.type !== 'wait') return []
  const given = [node.for, node.until, node.signal].filter((each) => each !== undefined).length
  if (given !== 1)
    return [issue('field', ['nodes', index], `${node.id} must have one of \`for\`, \`until\` and \`signal\``)]
  if (node.signal !== undefined) return []
  return (['key', 'timeout'] as const)
    .filter((field) => node[field] !== undefined)
    .map((field) => issue('field', ['nodes', index, field], `\`${field}\` belongs to a wait for a signal`))
}
