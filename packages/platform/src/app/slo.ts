import type { AnyJob, Duration } from '@regie/engine'
import type { AnyRoute } from './route.ts'

/** What a service level is about: a route or a job of the app, by its value. */
export type SloSubject = Pick<AnyRoute, 'method' | 'path' | 'summary' | 'version'> | Pick<AnyJob, 'name' | 'definition'>

/** A promise about a route or a job: what share of its answers is good, over which time. */
export interface Slo {
  /** One lower-case word or several with dashes, unique in the app: `send-answers`. */
  readonly name: string
  /** What is promised to whom, as a sentence. */
  readonly about: string
  readonly of: SloSubject
  /** The share that must be good, above 0 and below 1: `0.995`. */
  readonly objective: number
  /**
   * Good is what succeeds within this time: a route's answer, or a run from when it was due. Absent: whatever succeeds, that
   * is a status below 500, or a run that did not fail for good or expire.
   */
  readonly within?: Duration
  /** The share is looked at over this time. */
  readonly window: Duration
}

/** True for a job. */
export function isJobSubject(subject: SloSubject): subject is Pick<AnyJob, 'name' | 'definition'> {
  return 'definition' in subject
}

/** What a service level is about, as a person reads it: `quotes.send`, or `POST /api/v1/quotes/clients`. */
export function subjectName(app: string, subject: SloSubject): string {
  if (isJobSubject(subject)) return subject.name
  const { method, version = 'v1', path } = subject
  return `${method} /api/${version}/${app}${path}`
}
