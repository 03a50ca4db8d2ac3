import { type AnyJob, EngineError, type Job } from '@regie/engine'
import { nearest } from '../config/nearest.ts'

/** A job by its name, to be enqueued with any input: that is checked then. Throws `JOB_UNKNOWN` with the nearest name. */
export function jobByName(jobs: readonly AnyJob[], name: string): Job {
  const job = jobs.find((known) => known.name === name)
  if (job !== undefined) return { ...job, with: (input) => ({ job, input }) }
  const names = jobs.map((known) => known.name)
  const near = nearest(name, names)
  const hint = near === undefined ? `choose one of ${names.toSorted().join(', ')}` : `did you mean ${near}?`
  throw new EngineError('JOB_UNKNOWN', `there is no job ${name}: ${hint}`)
}
