import type { AnyJob, Schedule } from '@regie/engine'
import type { Config } from '../config/config.ts'
import { type Issue, PlatformError } from '../errors.ts'
import type { AnyApp } from './app.ts'
import { tablesOf } from './tables.ts'

/** What is composed, and must fit together. */
export interface Composition {
  readonly apps: readonly AnyApp[]
  readonly config: Pick<Config, 'apps'>
  /** The platform's own, whose names no app may take. */
  readonly jobs: readonly AnyJob[]
  readonly schedules: readonly Schedule[]
}

const APP_ID = /^[a-z][a-z0-9-]{1,30}$/
const ROUTE_PATH = /^\/[a-z0-9-]+(\/(:[a-zA-Z]\w*|[a-z0-9-]+))*$/
// Names the platform uses itself, as addresses under /api/v1 or in front of its jobs and tables.
const RESERVED = [
  'alerts',
  'backup',
  'backups',
  'cleanup',
  'engine',
  'platform',
  'privacy',
  'queues',
  'regie',
  'runs',
  'schedules',
  'workflows',
]

/** Checks that the apps fit together. Throws `APP_INVALID` with every problem in one message. */
export async function validateApps(composition: Composition): Promise<void> {
  const { apps } = composition
  const ofApps = await Promise.all(apps.map((app) => appIssues(app, composition.config)))
  const jobs = [...composition.jobs, ...apps.flatMap((app) => [...app.jobs, ...(app.workflows ?? [])])]
  const schedules = [...composition.schedules, ...apps.flatMap((app) => app.schedules)]
  const known = new Set(jobs.map(({ name }) => name))
  const events = apps.flatMap((app) => app.events ?? [])
  const reactions = apps.flatMap((app) => app.reactions ?? [])
  const issues = [
    ...repeated(apps.map(({ id }) => id)).map((id) => issue(id, 'duplicate', 'two apps have this id')),
    ...ofApps.flat(),
    ...repeated(jobs.map(({ name }) => name)).map((name) => issue(name, 'duplicate', 'two jobs have this name')),
    ...repeated(schedules.map(({ name }) => name)).map((name) =>
      issue(name, 'duplicate', 'two schedules have this name'),
    ),
    ...schedules
      .filter(({ job }) => !known.has(job.name))
      .map(({ name, job }) => issue(name, 'unknown', `its job ${job.name} is not among the jobs of any app`)),
    ...repeated(events.map(({ name }) => name)).map((name) => issue(name, 'duplicate', 'two events have this name')),
    ...repeated(reactions.map(({ name }) => name)).map((name) =>
      issue(name, 'duplicate', 'two reactions have this name'),
    ),
    ...reactions
      .filter(({ job }) => !known.has(job.name))
      .map(({ name, job }) => issue(name, 'unknown', `its job ${job.name} is not among the jobs of any app`)),
    ...unknownEvents(apps, new Set(events.map(({ name }) => name))),
  ]
  if (issues.length === 0) return
  const count = issues.length === 1 ? 'a problem' : `${issues.length} problems`
  const lines = issues.map(({ path, message }) => `  - ${path}: ${message}`)
  throw new PlatformError('APP_INVALID', [`The apps have ${count}:`, ...lines].join('\n'), { issues })
}

/** Projections and reactions may follow any app's events. */
function unknownEvents(apps: readonly AnyApp[], known: ReadonlySet<string>): readonly Issue[] {
  const listeners = apps.flatMap(({ projections = [], reactions = [] }) => [...projections, ...reactions])
  return listeners.flatMap(({ name, events }) =>
    events
      .filter((event) => !known.has(event.name))
      .map((event) => issue(name, 'unknown', `the event ${event.name} is not among the events of any app`)),
  )
}

async function appIssues(app: AnyApp, config: Pick<Config, 'apps'>): Promise<readonly Issue[]> {
  const { id } = app
  const prefix = `${id.replaceAll('-', '_')}_`
  const named = [
    ...app.jobs.map(({ name }) => ['job', name] as const),
    ...(app.workflows ?? []).map(({ name }) => ['workflow', name] as const),
    ...app.schedules.map(({ name }) => ['schedule', name] as const),
    ...(app.events ?? []).map(({ name }) => ['event', name] as const),
    ...(app.projections ?? []).map(({ name }) => ['projection', name] as const),
    ...(app.reactions ?? []).map(({ name }) => ['reaction', name] as const),
  ]
  const tables = [...(await tablesOf(app.migrations)), ...(app.projections ?? []).flatMap((each) => each.tables)]
  return [
    ...(APP_ID.test(id) ? [] : [issue(id, 'invalid', 'an id is 2 to 31 lower-case letters, digits and dashes')]),
    ...(RESERVED.includes(id) ? [issue(id, 'reserved', 'the platform uses this id itself')] : []),
    ...(config.apps.has(id)
      ? []
      : [issue(id, 'config', 'the configuration was parsed without this app: pass all apps to parseConfig')]),
    ...named
      .filter(([, name]) => !name.startsWith(`${id}.`))
      .map(([what, name]) => issue(name, 'prefix', `the ${what}s of ${id} are named ${id}.…: use its own builders`)),
    ...tables
      .filter((table) => !table.startsWith(prefix))
      .map((table) => issue(table, 'prefix', `a table of ${id} is named ${prefix}…`)),
    ...repeated(tables).map((table) => issue(table, 'duplicate', 'a projection makes a table that is there already')),
    ...app.personalData
      .filter(({ table }) => !table.startsWith(prefix))
      .map(({ kind, table }) =>
        issue(`${id}.${kind}`, 'prefix', `its personal data lies in ${table}, which is not a table of ${id}`),
      ),
    ...repeated(app.personalData.map(({ kind }) => kind)).map((kind) =>
      issue(`${id}.${kind}`, 'duplicate', 'two rules for one kind'),
    ),
    ...routeIssues(app),
  ]
}

function routeIssues({ id, routes, permissions }: AnyApp): readonly Issue[] {
  const nameOf = ({ method, version = 'v1', path }: AnyApp['routes'][number]) =>
    `${method} /api/${version}/${id}${path}`
  return [
    ...repeated(routes.map(nameOf)).map((name) => issue(name, 'duplicate', 'two routes answer to it')),
    ...routes
      .filter(({ path }) => !ROUTE_PATH.test(path))
      .map((route) =>
        issue(nameOf(route), 'invalid', 'a path is words in lower case and :parameters, such as /quotes/:quoteId'),
      ),
    ...routes
      .filter(({ permission }) => !Object.hasOwn(permissions, permission))
      .map((route) =>
        issue(nameOf(route), 'permission', `the app does not declare the permission ${route.permission}`),
      ),
  ]
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))]
}

function issue(path: string, code: string, message: string): Issue {
  return { path, code, message }
}
