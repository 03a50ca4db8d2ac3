import type { ValidationIssue } from '../errors.ts'
import { type GraphPlan, issue, type PlannedEdge, type PlannedNode, reach, wayOut } from './plan.ts'

/** A part of a graph with one way in: a branch of a parallel up to its join, or the body of a for-each. */
export interface Region {
  /** The parallel or for-each. */
  readonly of: PlannedNode
  /** Where it must lead: the join, or the for-each itself. */
  readonly to: string
  /** The edge that leads into it. */
  readonly entry: PlannedEdge
  /** Its nodes, without the two at its ends. */
  readonly members: ReadonlySet<string>
}

/** All regions of a graph; they lie apart from each other or within each other once {@link checkRegions} found nothing. */
export function regionsOf(plan: GraphPlan): readonly Region[] {
  const nodes = [...plan.nodes.values()]
  const bodies = nodes.flatMap((of) =>
    of.node.type === 'for-each' ? regionsFrom(plan, of, 'each', of.node.id, new Set()) : [],
  )
  const returns = returnsOf(bodies)
  const branches = nodes.flatMap((of) =>
    of.node.type === 'parallel' ? regionsFrom(plan, of, 'branch', of.node.join, returns) : [],
  )
  return [...bodies, ...branches]
}

function regionsFrom(
  plan: GraphPlan,
  of: PlannedNode,
  on: PlannedEdge['on'],
  to: string,
  returns: ReadonlySet<number>,
): readonly Region[] {
  const inside = (edge: PlannedEdge): boolean => edge.to !== to && !returns.has(edge.index)
  return of.out
    .filter((edge) => edge.on === on)
    .map((entry) => ({ of, to, entry, members: entry.to === to ? new Set() : reach(plan, entry.to, inside) }))
}

/** Edges that lead from the body of a for-each back to it; without them a graph has no circle. */
export function returnsOf(regions: readonly Region[]): ReadonlySet<number> {
  const returns = regions.flatMap(({ of, members, entry }) =>
    of.node.type === 'for-each'
      ? of.in.filter(({ from, index }) => members.has(from) || index === entry.index).map(({ index }) => index)
      : [],
  )
  return new Set(returns)
}

/** Circles outside of for-each, nodes that nothing leads to, branches and bodies that do not end where they should. */
export function checkRegions(plan: GraphPlan): readonly ValidationIssue[] {
  const regions = regionsOf(plan)
  const returns = returnsOf(regions)
  const circle = findCircle(plan, returns)
  if (circle !== undefined) return [circle]
  const first = [...checkReached(plan), ...checkJoins(plan, regions)]
  return first.length > 0 ? first : regions.flatMap((region) => checkRegion(plan, region, regions, returns))
}

/** Takes away what nothing leads to, again and again: what remains goes round. */
function findCircle(plan: GraphPlan, returns: ReadonlySet<number>): ValidationIssue | undefined {
  const pending = new Map([...plan.nodes].map(([id, node]) => [id, ways(node, returns).length]))
  const free = [...pending].flatMap(([id, count]) => (count === 0 ? [id] : []))
  for (const id of free) {
    pending.delete(id)
    for (const { to, index } of plan.nodes.get(id)?.out ?? []) {
      if (returns.has(index)) continue
      const count = (pending.get(to) ?? 0) - 1
      pending.set(to, count)
      if (count === 0) free.push(to)
    }
  }
  const inCircle = [...plan.nodes.values()]
    .flatMap(({ out }) => out)
    .find(
      ({ from, to, index }) =>
        pending.has(from) && !returns.has(index) && reach(plan, to, within(pending, returns)).has(from),
    )
  if (inCircle === undefined) return undefined
  const circle = [inCircle.from, ...wayBetween(plan, inCircle.to, inCircle.from, within(pending, returns))]
  return issue(
    'cycle',
    ['edges', inCircle.index],
    `${circle.join(' → ')} is a circle: only the body of a for-each may lead back, and to its for-each`,
  )
}

/** The nodes of a shortest way, both ends included; there must be one. */
function wayBetween(
  plan: GraphPlan,
  from: string,
  to: string,
  follows: (edge: PlannedEdge) => boolean,
): readonly string[] {
  // A map is walked in the order of its additions, those made on the way included: the nearest nodes first.
  const cameFrom = new Map<string, string | undefined>([[from, undefined]])
  for (const id of cameFrom.keys())
    for (const edge of plan.nodes.get(id)?.out ?? [])
      if (follows(edge) && !cameFrom.has(edge.to)) cameFrom.set(edge.to, id)
  const way: string[] = []
  for (let id: string | undefined = to; id !== undefined; id = cameFrom.get(id)) way.unshift(id)
  return way
}

function ways({ in: into }: PlannedNode, returns: ReadonlySet<number>): readonly PlannedEdge[] {
  return into.filter(({ index }) => !returns.has(index))
}

function within(ids: ReadonlyMap<string, number>, returns: ReadonlySet<number>): (edge: PlannedEdge) => boolean {
  return ({ to, index }) => ids.has(to) && !returns.has(index)
}

function checkReached(plan: GraphPlan): readonly ValidationIssue[] {
  const reached = reach(plan, plan.start.id, () => true)
  return [...plan.nodes.values()]
    .filter(({ node }) => !reached.has(node.id))
    .map(({ node, index }) => issue('unreachable', ['nodes', index], `nothing leads to ${node.id}`))
}

function checkJoins(plan: GraphPlan, regions: readonly Region[]): readonly ValidationIssue[] {
  const owners = Map.groupBy(
    [...plan.nodes.values()].filter(({ node }) => node.type === 'parallel'),
    ({ node }) => (node.type === 'parallel' ? node.join : ''),
  )
  const wrongNames = [...owners].flatMap(([join, parallels]) =>
    parallels.flatMap(({ index, node }, place) => {
      const path = ['nodes', index, 'join']
      if (plan.nodes.get(join)?.node.type !== 'join')
        return [issue('reference', path, `${join} is no node of the type join`)]
      return place === 0
        ? []
        : [issue('duplicate', path, `${join} belongs to another parallel than ${node.id} already`)]
    }),
  )
  const unowned = [...plan.nodes.values()]
    .filter(({ node }) => node.type === 'join' && !owners.has(node.id))
    .map(({ node, index }) => issue('reference', ['nodes', index], `no parallel names the join ${node.id}`))
  const strays = [...plan.nodes.values()].flatMap(({ node, in: into }) => {
    if (node.type !== 'join' || !owners.has(node.id)) return []
    const own = regions.filter(({ to }) => to === node.id)
    return into
      .filter(({ from, index }) => !own.some(({ members, entry }) => members.has(from) || entry.index === index))
      .map(({ index, from }) => issue('region', ['edges', index], `${from} is in no branch that ends at ${node.id}`))
  })
  return [...wrongNames, ...unowned, ...strays]
}

function checkRegion(
  plan: GraphPlan,
  region: Region,
  regions: readonly Region[],
  returns: ReadonlySet<number>,
): readonly ValidationIssue[] {
  const { of, to, entry, members } = region
  const inLoop = of.node.type === 'for-each'
  const what = inLoop ? `the body of ${of.node.id}` : `the branch of ${of.node.id} that begins with ${entry.to}`
  const where = inLoop ? `back to ${to}` : `to the join ${to}`
  if (inLoop && members.size === 0) return [issue('region', ['edges', entry.index], `${what} is empty`)]
  return [...members]
    .flatMap((id) => {
      const planned = plan.nodes.get(id)
      if (planned === undefined) return []
      const { node, index, in: into, out } = planned
      if (node.type === 'end' && node.outcome === 'success')
        return [issue('region', ['nodes', index], `${what} ends at ${id}: lead it ${where}, or let ${id} be a failure`)]
      const intruders = into.filter(({ from, index: edge }) => !members.has(from) && edge !== entry.index)
      const leaving = out.filter(
        ({ index: edge, to: target }) => returns.has(edge) && target !== to && !members.has(target),
      )
      return [
        ...intruders.map(({ index: edge, from }) =>
          issue('region', ['edges', edge], `${from} leads into the midst of ${what}`),
        ),
        ...leaving.map(({ index: edge, to: target }) =>
          issue('region', ['edges', edge], `${what} leads to ${target}: lead it ${where}`),
        ),
      ]
    })
    .concat(sharedWith(region, regions, what))
}

/** Two branches of one parallel must not meet before the join. */
function sharedWith(
  { of, entry, members }: Region,
  regions: readonly Region[],
  what: string,
): readonly ValidationIssue[] {
  const twin = regions.find(
    (other) => other.of === of && other.entry.index < entry.index && [...members].some((id) => other.members.has(id)),
  )
  if (twin === undefined) return []
  return [issue('region', ['edges', entry.index], `${what} meets another branch before the join`)]
}

/** Where the walk through a region begins, for each of its kind. */
export function entriesOf(planned: PlannedNode): readonly string[] {
  if (planned.node.type === 'parallel') return planned.out.filter(({ on }) => on === 'branch').map(({ to }) => to)
  const each = wayOut(planned, 'each')
  return each === undefined ? [] : [each]
}
