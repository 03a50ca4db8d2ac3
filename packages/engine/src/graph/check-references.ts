import type { ValidationIssue } from '../errors.ts'
import { type Region, regionsOf, returnsOf } from './check-regions.ts'
import { type Expression, parseExpression } from './expression.ts'
import { type EvaluatedField, evaluatedFields } from './fields.ts'
import { type GraphPlan, issue, type PlannedNode, reach } from './plan.ts'
import { expressionsIn } from './template.ts'

type Path = readonly (string | number)[]

/** What the expressions of one node may name. */
interface Visible {
  /** Nodes that come before it, and whose results can be there. */
  readonly before: ReadonlySet<string>
  /** For-each nodes in whose body it is. */
  readonly loops: ReadonlySet<string>
  /** An error edge lies before it. */
  readonly error: boolean
}

/** A header that holds a credential must not have it in the graph, which is stored with each run. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'api-key',
])
const ROOTS = 'input, nodes, run, item, index, loop, error'

/** Every expression of a graph: whether it can be read, and whether what it names can be there. */
export function checkReferences(plan: GraphPlan): readonly ValidationIssue[] {
  const regions = regionsOf(plan)
  const returns = returnsOf(regions)
  const before = ancestorsOf(plan, returns)
  const afterError = errorsOf(plan, returns)
  return [...plan.nodes.values()].flatMap((planned) => {
    const visible = visibleTo(planned.node.id, regions, before, afterError)
    const fields = evaluatedFields(planned.node).flatMap((field) => checkField(plan, planned, field, visible))
    return [...fields, ...checkCredentials(planned)]
  })
}

function ancestorsOf(plan: GraphPlan, returns: ReadonlySet<number>): ReadonlyMap<string, ReadonlySet<string>> {
  const ancestors = new Map<string, Set<string>>([...plan.nodes.keys()].map((id) => [id, new Set()]))
  for (const id of plan.nodes.keys()) {
    for (const later of reach(plan, id, ({ index }) => !returns.has(index)))
      if (later !== id) ancestors.get(later)?.add(id)
  }
  return ancestors
}

function errorsOf(plan: GraphPlan, returns: ReadonlySet<number>): ReadonlySet<string> {
  const handlers = plan.graph.edges.filter(({ on }) => on === 'error').map(({ to }) => to)
  return new Set(handlers.flatMap((to) => [...reach(plan, to, ({ index }) => !returns.has(index))]))
}

function visibleTo(
  id: string,
  regions: readonly Region[],
  ancestors: ReadonlyMap<string, ReadonlySet<string>>,
  afterError: ReadonlySet<string>,
): Visible {
  const around = regions.filter(({ members }) => members.has(id))
  const loops = new Set(around.filter(({ of }) => of.node.type === 'for-each').map(({ of }) => of.node.id))
  const unfinished = new Set(around.map(({ of }) => of.node.id))
  const elsewhere = regions.filter(({ of, members }) => of.node.type === 'for-each' && !members.has(id))
  const before = [...(ancestors.get(id) ?? [])].filter(
    (other) => !unfinished.has(other) && !elsewhere.some(({ members }) => members.has(other)),
  )
  return { before: new Set(before), loops, error: afterError.has(id) }
}

function checkField(
  plan: GraphPlan,
  { index }: PlannedNode,
  field: EvaluatedField,
  visible: Visible,
): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const at = (path: Path): Path => ['nodes', index, ...path]
  const problem = (error: unknown, path: Path): void =>
    void issues.push(issue('expression', at(path), error instanceof Error ? error.message : String(error)))
  const found = (expression: Expression, path: Path): void => {
    for (const fault of faultsOf(expression, plan, visible, field.secrets === true))
      issues.push(issue('reference', at(path), fault))
  }
  if (field.kind === 'template') expressionsIn(field.value, field.path, found, problem)
  if (field.kind === 'expression') {
    try {
      found(parseExpression(String(field.value)), field.path)
    } catch (error) {
      problem(error, field.path)
    }
  }
  return issues
}

function faultsOf(of: Expression, plan: GraphPlan, visible: Visible, secrets: boolean): readonly string[] {
  const within = (...parts: readonly Expression[]): readonly string[] =>
    parts.flatMap((part) => faultsOf(part, plan, visible, secrets))
  switch (of.kind) {
    case 'literal':
      return []
    case 'not':
      return within(of.of)
    case 'call':
      return within(...of.given)
    case 'and':
    case 'or':
    case 'compare':
      return within(of.left, of.right)
    case 'path':
      return [...pathFaults(of, plan, visible, secrets), ...within(...of.keys)]
  }
}

function pathFaults(
  { root, keys }: Extract<Expression, { kind: 'path' }>,
  plan: GraphPlan,
  { before, loops, error }: Visible,
  secrets: boolean,
): readonly string[] {
  const [first] = keys
  const key = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined
  switch (root) {
    case 'input':
    case 'run':
      return []
    case 'item':
    case 'index':
      return loops.size > 0 ? [] : [`${root} is there in the body of a for-each only`]
    case 'error':
      return error ? [] : ['error is there behind an edge "error" only']
    case 'loop':
      return key !== undefined && loops.has(key) ? [] : [`loop.${key ?? '…'} names no for-each around this node`]
    case 'secret':
      if (!secrets) return ['secrets may be named in the url, headers and body of http nodes only']
      return key === undefined || keys.length !== 1 ? ['write secret.NAME'] : []
    case 'nodes': {
      if (key === undefined) return ['write nodes.ID, with the id of a node']
      if (!plan.nodes.has(key)) return [`nodes.${key}: there is no node ${key}`]
      return before.has(key) ? [] : [`nodes.${key}: ${key} has no result yet when this node is reached`]
    }
    default:
      return [`there is nothing named ${root}: begin with ${ROOTS}`]
  }
}

function checkCredentials({ node, index }: PlannedNode): readonly ValidationIssue[] {
  if (node.type !== 'http') return []
  const open = Object.entries(node.headers ?? {}).filter(
    ([name, text]) => CREDENTIALS.has(name.toLowerCase()) && !/\{\{[^}]*\bsecret\b/.test(text),
  )
  const path = (name: string): Path => ['nodes', index, 'headers', name]
  const issues = open.map(([name]) =>
    issue('secret', path(name), `${name} would be stored with each run: take it from a secret, {{ secret.NAME }}`),
  )
  return /^\s*https?:\/\/[^/?#{]*@/i.test(node.url)
    ? [...issues, issue('secret', ['nodes', index, 'url'], 'an address must not hold a user and password')]
    : issues
}
