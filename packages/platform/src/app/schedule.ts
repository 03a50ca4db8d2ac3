import {
  type Duration,
  schedule as engineSchedule,
  type Job,
  type Schedule,
  type ScheduleDefinition,
} from '@regie/engine'

/** A sentence in the languages of the first page. */
export interface Translated {
  readonly en: string
  readonly fr: string
}

/** A text in both languages; one that was written once stands for both. */
export function translated(text: string | Translated): Translated {
  return typeof text === 'string' ? { en: text, fr: text } : text
}

type Timing = { readonly cron: string; readonly every?: never } | { readonly every: Duration; readonly cron?: never }

/** As the engine's, but the description may be given in each language; the command line shows the English one. */
export type DescribedDefinition<In> = Described<In> & Timing

type Described<In> = Omit<ScheduleDefinition, 'job' | 'input' | 'description' | 'cron' | 'every'> & {
  readonly job: Job<In, unknown>
  readonly input: In
  readonly description?: string | Translated
}

/** A schedule that the first page can describe to its reader. */
export interface DescribedSchedule extends Schedule {
  /** Absent when it has one description whatever the language, or none. */
  readonly descriptions?: Translated
}

/**
 * A schedule of an app: for each organisation of the server unless it says otherwise. `server` is for what is not anybody's,
 * such as asking another service how it is: one run for each slot, in the organisation that owns the server.
 */
export type AppScheduleDefinition<In> = Omit<Described<In>, 'org'> & Timing

/** Declares a schedule with its descriptions. */
export function describedSchedule<In>(definition: DescribedDefinition<In>): DescribedSchedule {
  const { description, ...rest } = definition
  if (description === undefined) return engineSchedule(rest)
  if (typeof description === 'string') return engineSchedule({ ...rest, description })
  return { ...engineSchedule({ ...rest, description: description.en }), descriptions: description }
}
