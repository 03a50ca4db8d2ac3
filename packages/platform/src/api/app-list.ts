import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { describeApps } from '../app/describe.ts'
import type { Config } from '../config/config.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'

/** A text in both languages of the console, as the API writes it. */
export const translatedView = z.object({ en: z.string(), fr: z.string() })

const appView = z.object({
  id: z.string(),
  title: z.string(),
  on: z.boolean(),
  migration: z.string().nullable(),
  routes: z.int(),
  jobs: z.int(),
  workflows: z.int(),
  schedules: z.int(),
  permissions: z.record(z.string(), translatedView),
  roles: z.record(z.string(), z.array(z.string()).readonly()),
  pages: z
    .array(
      z.object({
        id: z.string(),
        path: z.string(),
        title: translatedView,
        icon: z.string(),
        permission: z.string(),
      }),
    )
    .readonly(),
  slos: z
    .array(
      z.object({
        name: z.string(),
        about: z.string(),
        kind: z.enum(['route', 'job']),
        of: z.string(),
        objective: z.number(),
        within: z.string().nullable(),
        window: z.string(),
      }),
    )
    .readonly(),
})

/** `GET /api/v1/apps`: what is installed, and whether it is switched on. */
export function appListEndpoints(apps: readonly AnyApp[], config: Pick<Config, 'appsOff'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/apps',
      summary: 'List apps, with what each offers',
      access: 'settings.read',
      input: z.object({}),
      output: z.object({ items: z.array(appView).readonly() }),
      handle: async () => ({ items: describeApps(apps, config) }),
    }),
  ]
}
