import type { AnyEventType, EventOf } from '../event/event.ts'
import type { AnyJob, Job } from '../job/job.ts'

/** A reaction as its author writes it. */
export interface ReactionDefinition<Types extends readonly AnyEventType[], In> {
  /** Lower-case words, dots and dashes. Unique in an engine. */
  readonly name: string
  /** The types it reacts to. */
  readonly events: Types
  /** Enqueued once for each such event, in the commit of the append and in the event's organisation. */
  readonly job: Job<In, unknown>
  /** The job's input. What it throws, and an input the job refuses, fails the append. */
  input(event: EventOf<Types[number]>): In
}

/** A declared reaction. */
export interface AnyReaction {
  readonly name: string
  readonly events: readonly AnyEventType[]
  readonly job: AnyJob
  /** The engine alone calls it, with events of its own types. */
  input(event: never): unknown
}

/**
 * Declares that a job follows an event. The run carries the tag `event:<position>`, so that its cause is found, and the other
 * way round. Reading events again, by a rebuild or a replay, enqueues nothing.
 */
export function reaction<const Types extends readonly AnyEventType[], In>(
  definition: ReactionDefinition<Types, In>,
): AnyReaction {
  return definition
}
