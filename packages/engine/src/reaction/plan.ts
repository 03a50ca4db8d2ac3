import { EngineError } from '../errors.ts'
import { checkName, type Registry } from '../job/registry.ts'
import type { AnyReaction } from './reaction.ts'

/** The reactions to each event type, by its name. */
export type ReactionPlans = ReadonlyMap<string, readonly AnyReaction[]>

/**
 * Checks every reaction at once. Throws `REACTION_DUPLICATE`, `REACTION_INVALID`, `JOB_UNKNOWN`, `EVENT_UNKNOWN` or
 * `NAME_INVALID`, naming it.
 */
export function planReactions(
  reactions: readonly AnyReaction[],
  registry: Registry,
  isKnownEvent: (type: string) => boolean,
): ReactionPlans {
  const plans = new Map<string, AnyReaction[]>()
  const names = new Set<string>()
  for (const reaction of reactions) {
    const { name } = reaction
    checkName('reaction', name)
    if (names.has(name)) throw new EngineError('REACTION_DUPLICATE', `two reactions are named ${name}: rename one`)
    names.add(name)
    for (const type of eventsOf(reaction, registry, isKnownEvent))
      plans.set(type, [...(plans.get(type) ?? []), reaction])
  }
  return plans
}

function eventsOf(
  { name, job, events }: AnyReaction,
  registry: Registry,
  isKnownEvent: (type: string) => boolean,
): ReadonlySet<string> {
  if (!registry.has(job.name))
    throw new EngineError(
      'JOB_UNKNOWN',
      `the reaction ${name} enqueues the job ${job.name}, which is not one of this engine's: add it to \`jobs\``,
    )
  if (events.length === 0)
    throw new EngineError('REACTION_INVALID', `the reaction ${name} reacts to no event: name at least one`)
  const unknown = events.find((type) => !isKnownEvent(type.name))
  if (unknown === undefined) return new Set(events.map((type) => type.name))
  throw new EngineError(
    'EVENT_UNKNOWN',
    `the reaction ${name} reacts to the event ${unknown.name}, which is not one of this engine's: add it to \`events\``,
  )
}
