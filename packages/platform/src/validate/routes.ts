import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { PLATFORM_PERMISSIONS } from '../auth/permissions.ts'
import { didYouMean } from '../config/nearest.ts'
import type { Issue } from '../errors.ts'
import { type Deprecation, takesBody } from '../http/endpoint.ts'
import { fileAnswer } from '../http/file.ts'
import { policyOf } from '../rate/gcra.ts'
import { duplicates, issue } from './issues.ts'

const ROUTE_PATH = /^\/[a-z0-9-]+(\/(:[a-zA-Z]\w*|[a-z0-9-]+))*$/
const ROLE = /^[a-z][a-z0-9-]{1,30}$/
const PERMISSION = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/

function deprecationIssues(path: string, deprecated: Deprecation | undefined): readonly Issue[] {
  const { since = '', sunset = since } = deprecated ?? {}
  const wrong = [since, sunset].find((date) => deprecated !== undefined && !isDate(date))
  if (wrong !== undefined)
    return [
      issue(path, 'invalid', `deprecated has ${JSON.stringify(wrong)}, which is no date: write one such as 2026-12-31`),
    ]
  return sunset < since ? [issue(path, 'invalid', `its sunset ${sunset} is before it is deprecated, ${since}`)] : []
}

/** Addresses of routes, and permissions wherever they are named. */
export function routeIssues({ id, routes, permissions, roles, pages, topics = [], ...app }: AnyApp): readonly Issue[] {
  const nameOf = ({ method, version = 'v1', path }: AnyApp['routes'][number]) =>
    `${method} /api/${version}/${id}${path}`
  const undeclared = (path: string, permission: string) =>
    Object.hasOwn(permissions, permission)
      ? []
      : [issue(path, 'permission', `the app does not declare the permission ${permission}`)]
  return [
    ...duplicates(routes.map(nameOf), 'two routes answer to it'),
    ...routes.flatMap((route, index) => {
      const shape = shapeOf(route)
      const twin = routes.slice(0, index).find((each) => each.path !== route.path && shapeOf(each) === shape)
      if (twin === undefined) return []
      return [issue(nameOf(route), 'duplicate', `${nameOf(twin)} answers to it too: give the parameters one name`)]
    }),
    ...routes.flatMap((route) => [...parameterIssues(nameOf(route), route), ...rateIssues(nameOf(route), route)]),
    ...routes
      .filter(({ path }) => !ROUTE_PATH.test(path))
      .map((route) =>
        issue(nameOf(route), 'invalid', 'a path is words in lower case and :parameters, such as /quotes/:quoteId'),
      ),
    ...routes
      .filter(({ version = 'v1', until = version }) => Number(until.slice(1)) < Number(version.slice(1)))
      .map((route) => issue(nameOf(route), 'invalid', `it ends with ${route.until}, before it begins`)),
    ...routes.flatMap((route) => deprecationIssues(nameOf(route), route.deprecated)),
    ...routes
      .filter(({ permission }) => permission !== 'public')
      .flatMap((route) => undeclared(nameOf(route), route.permission)),
    ...routes
      .filter(({ method, output }) => output === fileAnswer && method !== 'GET')
      .map((route) =>
        issue(
          nameOf(route),
          'invalid',
          'only a GET answers a file: others may be sent again, and are answered from the database',
        ),
      ),
    ...routes
      .filter(({ method, body }) => body === 'raw' && !takesBody(method))
      .map((route) => issue(nameOf(route), 'invalid', `a ${route.method} has no body`)),
    ...pages.flatMap((page) => undeclared(`${id} page ${page.id}`, page.permission)),
    ...topics
      .filter(({ access }) => access !== 'signed-in' && !Object.hasOwn(PLATFORM_PERMISSIONS, access))
      .flatMap(({ name, access }) => undeclared(`${name} topic`, access.replace(`${id}.`, ''))),
    ...[...app.jobs, ...app.workflows].flatMap(({ name, permission }) =>
      permission === undefined ? [] : undeclared(name, permission.replace(`${id}.`, '')),
    ),
    ...Object.entries(roles).flatMap(([role, allowed]) =>
      allowed.flatMap((permission) => undeclared(`${id} role ${role}`, permission)),
    ),
    ...Object.keys(roles)
      .filter((role) => !ROLE.test(role))
      .map((role) => issue(`${id} role ${role}`, 'invalid', 'a role is 2 to 31 lower-case letters, digits and dashes')),
  ]
}

/** What permissions are called, and that people are told what each lets them do. */
export function permissionIssues({ id, permissions }: AnyApp): readonly Issue[] {
  return [
    ...Object.keys(permissions)
      .filter((permission) => !PERMISSION.test(permission))
      .map((permission) =>
        issue(`${id}.${permission}`, 'invalid', 'a permission is a thing and what is done with it, such as quote.read'),
      ),
    ...Object.entries(permissions)
      .filter(([, text]) => (typeof text === 'string' ? [text] : [text.en, text.fr]).some((words) => !words?.trim()))
      .map(([permission]) =>
        issue(`${id}.${permission}`, 'invalid', 'say what it lets a person do, as text or as { en, fr }'),
      ),
  ]
}

/** A route without the names of its parameters: routers go by these. */
function shapeOf({ method, path }: AnyApp['routes'][number]): string {
  return `${method} ${path.replaceAll(/:\w+/g, ':')}`
}

function parameterIssues(name: string, { path, input }: AnyApp['routes'][number]): readonly Issue[] {
  const fields = fieldsOf(input)
  if (fields === undefined) return []
  return [...path.matchAll(/:(\w+)/g)]
    .filter(([, parameter = '']) => !fields.includes(parameter))
    .map(([, parameter = '']) => {
      const message = `its input has no field ${parameter}, which is in its path${didYouMean(parameter, fields)}`
      return issue(name, 'parameter', message)
    })
}

/** The fields a schema takes; undefined when that cannot be told, or when it takes any. */
function fieldsOf(schema: unknown): readonly string[] | undefined {
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in)
  if (!(schema instanceof z.ZodObject)) return undefined
  const { catchall } = schema.def
  return catchall === undefined || catchall instanceof z.ZodNever ? Object.keys(schema.shape) : undefined
}

function rateIssues(name: string, { rate }: AnyApp['routes'][number]): readonly Issue[] {
  if (rate === undefined || rate === 'usual' || rate === 'sign-in') return []
  try {
    if (policyOf(rate).perSeconds > 0) return []
  } catch (error) {
    return [issue(name, 'rate', error instanceof Error ? error.message : String(error))]
  }
  return [issue(name, 'rate', `a rate limit per ${rate.per}: write a time that is longer`)]
}

/** 2026-02-30 is none. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && text.length === 10
}
