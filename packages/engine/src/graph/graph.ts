import type { z } from 'zod'
import { EngineError, type ValidationIssue } from '../errors.ts'
import { checkReferences } from './check-references.ts'
import { checkRegions } from './check-regions.ts'
import { checkShape } from './check-shape.ts'
import { type GraphPlan, issue, planGraph } from './plan.ts'
import { type Graph, graphSchema } from './schema.ts'

/** A declarative workflow that was checked. What its nodes name is checked by the engine that is to run it. */
export interface GraphDefinition {
  readonly name: string
  readonly version: number
  readonly graph: Graph
}

/**
 * Checks a declarative workflow. Throws `GRAPH_INVALID`; `issues` lists every fault with its path (`nodes.2.input.url`) and
 * a sentence.
 */
export function graph(json: unknown): GraphDefinition {
  const { graph: checked } = checkedPlan(json)
  return { name: checked.name, version: checked.version, graph: checked }
}

/** As {@link graph}, and answers the plan by which it is run. */
export function checkedPlan(json: unknown): GraphPlan {
  const parsed = parseForm(json)
  if (!parsed.success) throw invalidGraph(nameOf(json), parsed.error.issues.map(ofZod))
  const shape = checkShape(parsed.data)
  if (shape.length > 0) throw invalidGraph(parsed.data.name, shape)
  const plan = planGraph(parsed.data)
  const regions = checkRegions(plan)
  if (regions.length > 0) throw invalidGraph(parsed.data.name, regions)
  const references = checkReferences(plan)
  if (references.length > 0) throw invalidGraph(parsed.data.name, references)
  return plan
}

/** What is checked is what will be stored: the graph as JSON. */
function parseForm(json: unknown) {
  try {
    return graphSchema.safeParse(JSON.parse(JSON.stringify(json) ?? 'null'))
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw invalidGraph(nameOf(json), [issue('json', [], `it cannot be written as JSON: ${reason}`)])
  }
}

/** All faults in one error. */
export function invalidGraph(name: string, issues: readonly ValidationIssue[]): EngineError {
  const listed = issues.slice(0, 20).map(({ path, message }) => `${path === '' ? 'graph' : path}: ${message}`)
  const more = issues.length > listed.length ? `; and ${issues.length - listed.length} more` : ''
  return new EngineError('GRAPH_INVALID', `the graph ${name} is not valid: ${listed.join('; ')}${more}`, { issues })
}

function ofZod({ path, code, message }: z.core.$ZodIssue): ValidationIssue {
  return issue(code ?? 'custom', path, message)
}

function nameOf(json: unknown): string {
  const named = typeof json === 'object' && json !== null && 'name' in json ? json.name : undefined
  return typeof named === 'string' ? named.slice(0, 100) : 'without a name'
}
