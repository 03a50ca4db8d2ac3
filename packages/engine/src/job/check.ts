import { EngineError } from '../errors.ts'
import { parsePayload, serialisePayload } from './prepare.ts'
import type { KnownJob, Registry } from './registry.ts'

/**
 * What enqueueing would refuse, without enqueueing: a name the engine does not know and, where one is given, an input that
 * does not fit. Answers the job. Throws `JOB_UNKNOWN`, `PAYLOAD_INVALID`, `PAYLOAD_TOO_LARGE`, or what a built-in workflow's
 * own check throws.
 */
export function checkCall(registry: Registry, name: string, given?: { readonly input: unknown }): KnownJob {
  const known = registry.get(name)
  if (known === undefined)
    throw new EngineError('JOB_UNKNOWN', `the job ${name} is not one of this engine's: add it to \`jobs\``)
  if (given === undefined) return known
  const input = parsePayload(known, serialisePayload(name, given.input))
  known.definition.workflow?.check?.(input)
  return known
}
