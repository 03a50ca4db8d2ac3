import { z } from 'zod'
import { type AnyJob, job } from './job.ts'
import type { Registry } from './registry.ts'

/**
 * A job by its name. One that the engine does not know any more is answered by name only: what is recorded of its runs is
 * still to be read, and starting one is refused with `JOB_UNKNOWN` where it is tried.
 */
export function jobNamed(registry: Registry, name: string): AnyJob {
  return registry.get(name)?.job ?? job({ name, input: z.unknown(), run: () => {} })
}
