import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import type { Issue } from '../errors.ts'
import { issue } from './issues.ts'

const lists = [
  'events',
  'projections',
  'personalData',
  'routes',
  'jobs',
  'workflows',
  'schedules',
  'reactions',
] as const
const listsToo = ['checks', 'slos', 'pages', 'topics', 'stuckOperations'] as const
const records = ['migrations', 'permissions', 'roles', 'queues', 'errors'] as const
const OPTIONAL: readonly string[] = ['topics', 'stuckOperations', 'queues', 'errors']

const isThere = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** What is no app at all, because a key is missing or an import came up empty: nothing else can be looked at before. */
export function shapeIssues(apps: readonly AnyApp[]): readonly Issue[] {
  return apps.flatMap((app: AnyApp | undefined, index) => {
    if (app === undefined)
      return [issue(`app ${index + 1}`, 'missing', `it is undefined: do its files import each other?`)]
    const ofLists = [...lists, ...listsToo].flatMap((key) => {
      const value: unknown = app[key]
      if (value === undefined && OPTIONAL.includes(key)) return []
      if (!Array.isArray(value))
        return [issue(`${app.id} ${key}`, 'missing', `is ${kindOf(value)}: write a list, such as []`)]
      const empty = value.findIndex((each: unknown) => !isThere(each))
      if (empty < 0) return []
      const what = `its entry ${empty + 1} is ${kindOf(value[empty])}: is its name right, or do its files import each other?`
      return [issue(`${app.id} ${key}`, 'missing', what)]
    })
    const ofRecords = records.flatMap((key) => {
      const value: unknown = app[key]
      if ((value === undefined && OPTIONAL.includes(key)) || z.record(z.string(), z.unknown()).safeParse(value).success)
        return []
      return [issue(`${app.id} ${key}`, 'missing', `is ${kindOf(value)}: write an object, such as {}`)]
    })
    return [...ofLists, ...ofRecords]
  })
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
