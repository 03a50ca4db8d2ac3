import type { AnyApp } from '../app/app.ts'
import { tablePrefix } from '../app/tables.ts'
import type { Issue } from '../errors.ts'
import { type Composition, duplicates, issue } from './issues.ts'

/** What ids of apps look like. */
const APP_ID = /^[a-z][a-z0-9-]{1,30}$/

// Names the platform uses itself, as addresses under /api/v1 or in front of its jobs and tables.
const RESERVED = [
  'alerts',
  'api',
  'apps',
  'audit',
  'auth',
  'backup',
  'backups',
  'cleanup',
  'console',
  'engine',
  'events',
  'jobs',
  'keys',
  'logs',
  'openapi',
  'organisations',
  'platform',
  'privacy',
  'projections',
  'queues',
  'realtime',
  'regie',
  'roles',
  'runs',
  'schedules',
  'sessions',
  'settings',
  'users',
  'workers',
  'workflows',
]

/** Why a word cannot be the id of an app; undefined when it can. */
export function wrongId(id: string): string | undefined {
  if (!APP_ID.test(id)) return 'an id is 2 to 31 lower-case letters, digits and dashes, and begins with a letter'
  return RESERVED.includes(id) ? 'the platform uses this id itself' : undefined
}

/** Ids of apps, and that everything an app declares is named after it. */
export function nameIssues({ apps, config }: Composition): readonly Issue[] {
  return [
    ...duplicates(
      apps.map(({ id }) => id),
      'two apps have this id',
    ),
    ...apps.flatMap(({ id }) => {
      const wrong = wrongId(id)
      return wrong === undefined ? [] : [issue(id, 'invalid', wrong)]
    }),
    ...apps
      .filter(({ id }) => !config.apps.has(id))
      .map(({ id }) =>
        issue(id, 'config', 'the configuration was parsed without this app: pass all apps to parseConfig'),
      ),
    ...apps.flatMap(({ id }) =>
      apps
        .filter((other) => other.id !== id && tablePrefix(other.id).startsWith(tablePrefix(id)))
        .map((other) => issue(other.id, 'prefix', `its tables could be taken for those of ${id}: choose another id`)),
    ),
    ...apps.flatMap(prefixIssues),
  ]
}

function prefixIssues(app: AnyApp): readonly Issue[] {
  const named = [
    ...app.jobs.map(({ name }) => ['job', name] as const),
    ...app.workflows.map(({ name }) => ['workflow', name] as const),
    ...app.schedules.map(({ name }) => ['schedule', name] as const),
    ...app.events.map(({ name }) => ['event', name] as const),
    ...app.projections.map(({ name }) => ['projection', name] as const),
    ...app.reactions.map(({ name }) => ['reaction', name] as const),
    ...(app.topics ?? []).map(({ name }) => ['topic', name] as const),
  ]
  return named
    .filter(([, name]) => !name.startsWith(`${app.id}.`))
    .map(([what, name]) =>
      issue(name, 'prefix', `the ${what}s of ${app.id} are named ${app.id}.…: use its own builders`),
    )
}
