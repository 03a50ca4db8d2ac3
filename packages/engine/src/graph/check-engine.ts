import { isEngineError, type ValidationIssue } from '../errors.ts'
import { checkCall } from '../job/check.ts'
import type { Registry } from '../job/registry.ts'
import { approval } from './approval.ts'
import { evaluatedFields } from './fields.ts'
import type { GraphOptions } from './options.ts'
import { type GraphPlan, issue } from './plan.ts'
import type { GraphNode, NodeOf } from './schema.ts'
import { expressionsIn } from './template.ts'

/** Whether an engine knows everything that a graph names: jobs, workflows, functions, signals, ports. */
export function checkNames(plan: GraphPlan, registry: Registry, options: GraphOptions): readonly ValidationIssue[] {
  return plan.graph.nodes.flatMap((node, index) => {
    switch (node.type) {
      case 'task':
        return checkJob(registry, node, node.job, ['nodes', index, 'job'], ['nodes', index, 'input'])
      case 'workflow':
        return checkWorkflow(registry, node, index)
      case 'script':
        return Object.hasOwn(options.functions ?? {}, node.function)
          ? []
          : [issue('unknown', ['nodes', index, 'function'], unknown('function', node.function, functionsOf(options)))]
      case 'wait':
        return checkSignal(registry, options, node, index)
      case 'notify':
        return options.notify === undefined
          ? [issue('unknown', ['nodes', index], 'this engine sends no messages: give it `graph.notify`')]
          : []
      case 'http':
        return checkSecrets(options, node, index)
      default:
        return []
    }
  })
}

type Path = readonly (string | number)[]

/** An input without places to fill in is checked as at an enqueue. */
function checkJob(
  registry: Registry,
  node: NodeOf<'task'> | NodeOf<'workflow'>,
  name: string,
  namePath: Path,
  inputPath: Path,
): readonly ValidationIssue[] {
  const known = registry.get(name)
  if (known === undefined) return [issue('unknown', namePath, `the job ${name} is not one of this engine's`)]
  const { unique, debounce } = known.definition
  if (unique !== undefined || debounce !== undefined)
    return [issue('unknown', namePath, `the unique job ${name} cannot be part of a graph`)]
  if (!isFixed(node)) return []
  try {
    checkCall(registry, name, { input: node.input ?? null })
    return []
  } catch (error) {
    if (!isEngineError(error)) throw error
    if (error.issues.length === 0) return [issue('input', inputPath, error.message)]
    return error.issues.map(({ path, message }) =>
      issue('input', path === '' ? inputPath : [...inputPath, path], message),
    )
  }
}

function checkWorkflow(registry: Registry, node: NodeOf<'workflow'>, index: number): readonly ValidationIssue[] {
  const path = ['nodes', index, 'workflow'] as const
  const known = registry.get(node.workflow)
  if (known !== undefined && known.definition.workflow === undefined)
    return [issue('unknown', path, `${node.workflow} is a job and no workflow: use a node of the type task`)]
  return checkJob(registry, node, node.workflow, path, ['nodes', index, 'input'])
}

function isFixed(node: GraphNode): boolean {
  let places = 0
  const count = (): void => {
    places++
  }
  for (const { value, path } of evaluatedFields(node)) expressionsIn(value, path, count, count)
  return places === 0
}

function checkSignal(
  registry: Registry,
  { signals = [] }: GraphOptions,
  { signal }: NodeOf<'wait'>,
  index: number,
): readonly ValidationIssue[] {
  if (signal === undefined) return []
  const listed = [...registry.values()].flatMap(({ definition }) => definition.workflow?.signals ?? [])
  const names = [approval, ...listed, ...signals].map(({ name }) => name)
  return names.includes(signal)
    ? []
    : [issue('unknown', ['nodes', index, 'signal'], unknown('signal', signal, [...new Set(names)]))]
}

function checkSecrets({ secret }: GraphOptions, node: NodeOf<'http'>, index: number): readonly ValidationIssue[] {
  if (secret !== undefined || !/\{\{[^}]*\bsecret\b/.test(JSON.stringify([node.url, node.headers, node.body])))
    return []
  return [issue('unknown', ['nodes', index], 'this engine has no secrets: give it `graph.secret`')]
}

function functionsOf({ functions = {} }: GraphOptions): readonly string[] {
  return Object.keys(functions)
}

function unknown(what: string, name: string, known: readonly string[]): string {
  return `there is no ${what} ${name} (known: ${known.toSorted().join(', ') || 'none'})`
}
