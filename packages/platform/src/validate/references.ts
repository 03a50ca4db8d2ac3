import type { AnyApp } from '../app/app.ts'
import { appsOn } from '../app/switches.ts'
import type { Issue } from '../errors.ts'
import { type Composition, duplicates, issue } from './issues.ts'

/** Names that two share, and what refers to something that is not there, or whose app is switched off. */
export function referenceIssues(composition: Composition): readonly Issue[] {
  const { apps, config } = composition
  const on = appsOn(apps, config)
  const jobs = [...composition.jobs, ...apps.flatMap((app) => [...app.jobs, ...app.workflows])]
  const schedules = [...composition.schedules, ...apps.flatMap((app) => app.schedules)]
  const reactions = apps.flatMap((app) => app.reactions)
  const named = [
    ['jobs', jobs],
    ['schedules', schedules],
    ['events', apps.flatMap((app) => app.events)],
    ['projections', apps.flatMap((app) => app.projections)],
    ['reactions', reactions],
    ['topics', apps.flatMap((app) => app.topics ?? [])],
  ] as const
  const running = [...composition.schedules, ...on.flatMap((app) => [...app.schedules, ...app.reactions])]
  const ownJobs = [...composition.jobs, ...on.flatMap((app) => [...app.jobs, ...app.workflows])]
  return [
    ...named.flatMap(([what, all]) =>
      duplicates(
        all.map(({ name }) => name),
        `two ${what} have this name`,
      ),
    ),
    ...running
      .filter(({ job }) => !ownJobs.some(({ name }) => name === job.name))
      .map(({ name, job }) => issue(name, 'unknown', `its job ${job.name} ${missing(job.name, apps, 'jobs')}`)),
    ...unknownEvents(on, apps),
  ]
}

/** Projections and reactions may follow any app's events. */
function unknownEvents(on: readonly AnyApp[], apps: readonly AnyApp[]): readonly Issue[] {
  const known = new Set(on.flatMap(({ events }) => events.map(({ name }) => name)))
  return on.flatMap(({ projections, reactions }) =>
    [...projections, ...reactions].flatMap(({ name, events }) =>
      events
        .filter((event) => !known.has(event.name))
        .map((event) => issue(name, 'unknown', `the event ${event.name} ${missing(event.name, apps, 'events')}`)),
    ),
  )
}

function missing(name: string, apps: readonly AnyApp[], what: 'events' | 'jobs'): string {
  const owner = apps.find((app) => [...app[what], ...app.workflows].some((each) => each.name === name))
  if (owner === undefined) return `is not among the ${what} of any app`
  return `belongs to ${owner.id}, which is switched off: switch it on, or this app off too`
}
