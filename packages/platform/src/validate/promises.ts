import { checkSchedule, durationMs, isEngineError, type Schedule } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { isJobSubject, type Slo, subjectName } from '../app/slo.ts'
import type { Issue } from '../errors.ts'
import { duplicates, issue } from './issues.ts'

const WORD = /^[a-z][a-z0-9-]{0,40}$/
const PAGE_PATH = /^\/([a-z0-9-]+(\/(:[a-zA-Z]\w*|[a-z0-9-]+))*)?$/

/** Service levels and checks. */
export function promiseIssues(app: AnyApp): readonly Issue[] {
  return [
    ...duplicates(
      app.slos.map(({ name }) => `${app.id} slo ${name}`),
      'two service levels have this name',
    ),
    ...duplicates(
      app.checks.map(({ name }) => `${app.id} check ${name}`),
      'two checks have this name',
    ),
    ...app.checks
      .filter(({ name }) => !WORD.test(name))
      .map(({ name }) =>
        issue(`${app.id} check ${name}`, 'invalid', 'a name is lower-case letters, digits and dashes'),
      ),
    ...app.slos.flatMap((slo) => sloIssues(app, slo)),
  ]
}

function sloIssues(app: AnyApp, { name, of: subject, objective, within, window }: Slo): readonly Issue[] {
  const path = `${app.id} slo ${name}`
  const known = isJobSubject(subject)
    ? [...app.jobs, ...app.workflows].some((job) => job.name === subject.name)
    : app.routes.some((route) => route.method === subject.method && route.path === subject.path)
  return [
    ...(WORD.test(name) ? [] : [issue(path, 'invalid', 'a name is lower-case letters, digits and dashes')]),
    ...(known ? [] : [issue(path, 'unknown', `${subjectName(app.id, subject)} is no route and no job of this app`)]),
    ...(objective > 0 && objective < 1
      ? []
      : [issue(path, 'invalid', `its objective is ${objective}: write a share between 0 and 1, such as 0.99`)]),
    ...[within, window].flatMap((duration) =>
      duration === undefined || isDuration(duration)
        ? []
        : [
            issue(
              path,
              'invalid',
              `${JSON.stringify(duration)} is no duration: write a number and a unit, such as 30d`,
            ),
          ],
    ),
  ]
}

/** Entries of the console's menu. That each has a page behind it is compared by a test: the server does not read browsers' code. */
export function pageIssues(app: AnyApp): readonly Issue[] {
  return [
    ...duplicates(
      app.pages.map(({ id }) => `${app.id} page ${id}`),
      'two pages have this id',
    ),
    ...duplicates(
      app.pages.map(({ path }) => `${app.id} page ${path}`),
      'two pages have this address',
    ),
    ...app.pages
      .filter(({ id, path }) => !WORD.test(id) || !PAGE_PATH.test(path))
      .map(({ id }) => issue(`${app.id} page ${id}`, 'invalid', 'an id is a word, an address such as /clients')),
  ]
}

/** What the engine would refuse of schedules, each by its name; those of switched-off apps are not looked at by it, but here. */
export function scheduleIssues(schedules: readonly Schedule[], now: number): readonly Issue[] {
  return schedules.flatMap((schedule) => {
    try {
      checkSchedule(schedule, now)
      return []
    } catch (error) {
      if (!isEngineError(error)) throw error
      return [issue(schedule.name, 'schedule', error.message)]
    }
  })
}

function isDuration(text: Parameters<typeof durationMs>[0]): boolean {
  try {
    return durationMs(text) > 0
  } catch {
    return false
  }
}
