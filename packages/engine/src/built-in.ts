import { flowWorkflow } from './flow/run.ts'
import type { GraphOptions } from './graph/options.ts'
import { graphWorkflow } from './graph/run.ts'
import type { AnyJob } from './job/job.ts'
import type { Registry } from './job/registry.ts'

/** The workflows every engine has: chains, groups and chords, and graphs. They call the jobs of the registry they are in. */
export function builtInWorkflows(registry: () => Registry, graph: GraphOptions = {}): readonly AnyJob[] {
  return [flowWorkflow(registry), graphWorkflow(registry, graph)]
}
