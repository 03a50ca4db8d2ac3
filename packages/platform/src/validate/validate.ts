import type { AnyApp } from '../app/app.ts'
import { type Issue, PlatformError } from '../errors.ts'
import { dataIssues } from './data.ts'
import { type Composition, examine } from './issues.ts'
import { nameIssues } from './names.ts'
import { pageIssues, promiseIssues, scheduleIssues } from './promises.ts'
import { jobIssues, queueIssues } from './queues.ts'
import { referenceIssues } from './references.ts'
import { permissionIssues, routeIssues } from './routes.ts'
import { shapeIssues } from './shape.ts'

/** Refuses what is no app at all. Throws `APP_INVALID` with every problem in one message. */
export function requireApps(apps: readonly AnyApp[]): void {
  refuse(shapeIssues(apps))
}

/** Checks that apps, each of them complete, fit together. Throws `APP_INVALID` with every problem in one message. */
export async function validateApps(composition: Composition): Promise<void> {
  const { apps } = composition
  const examined = await Promise.all(apps.map(examine))
  const issues = [
    ...nameIssues(composition),
    ...referenceIssues(composition),
    ...scheduleIssues([...composition.schedules, ...apps.flatMap(({ schedules }) => schedules)], Date.now()),
    ...examined.flatMap(dataIssues),
    ...apps.flatMap((app) => [
      ...routeIssues(app),
      ...permissionIssues(app),
      ...promiseIssues(app),
      ...pageIssues(app),
      ...jobIssues(app),
    ]),
    ...queueIssues(apps),
  ]
  refuse(issues)
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length === 0) return
  const count = issues.length === 1 ? 'a problem' : `${issues.length} problems`
  const lines = issues.map(({ path, message }) => `  - ${path}: ${message}`)
  throw new PlatformError('APP_INVALID', [`The apps have ${count}:`, ...lines].join('\n'), { issues })
}
