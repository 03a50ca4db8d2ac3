import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import type { GuardedJob } from '../app/by-hand.ts'
import { mayDo } from '../auth/principal.ts'
import { concernsInstallation, describedPermissions } from '../auth/roles.ts'
import type { ColumnChoices } from '../columns/columns.ts'
import type { Config } from '../config/config.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { type Mailer, mailDelivery } from '../mail/mailer.ts'
import { translatedView } from './app-list.ts'

/** What the console is told of the installation. */
export interface ConsoleSources {
  readonly config: Pick<Config, 'org' | 'program'>
  readonly apps: readonly AnyApp[]
  readonly version: string
  /** Everything that can be enqueued. */
  readonly jobs: readonly GuardedJob[]
  readonly columns: ColumnChoices
  readonly mail: Pick<Mailer, 'delivery'>
  /** What an organisation is called. */
  readonly orgName: (org: string) => Promise<string | undefined>
}

const columnName = z.string().min(1).max(100)
// By table. No screen of ours has that many; a person's choice stays small.
const hiddenColumns = z
  .record(columnName, z.array(columnName).max(100).readonly())
  .refine((tables) => Object.keys(tables).length <= 100, 'At most 100 tables.')

const consoleView = z.object({
  version: z.string(),
  /** How a person types the command here. */
  program: z.string(),
  principal: z.object({ kind: z.enum(['user', 'key']), id: z.string(), name: z.string() }),
  org: z.object({ id: z.string(), name: z.string(), language: z.string(), timeZone: z.string() }),
  /** `outbox`: there is no e-mail server, and messages reach nobody. */
  mail: mailDelivery,
  /** What this principal may do here, each permission by its full name; what it may not is absent. */
  permissions: z.array(z.string()).readonly(),
  /** Everything that may be permitted, and what it lets one do. */
  described: z.array(z.object({ name: z.string(), about: translatedView })).readonly(),
  /** What nobody may do in this organisation, because it concerns the whole server, which another one runs. */
  withheld: z.array(z.string()).readonly(),
  apps: z.array(z.object({ id: z.string(), title: z.string() })).readonly(),
  /** What runs here, for completion, and what whoever starts it by hand needs besides `runs.manage`; `nobody` may start what is `nobody`’s. */
  jobs: z.array(z.object({ name: z.string(), permission: z.string().optional() })).readonly(),
  queues: z.array(z.string()).readonly(),
  /** The columns this principal hides, by table. A table that is not named has the columns it comes with. */
  hiddenColumns,
})

/** What a console needs to know before it can show anything: who looks at it, where, and what they may do. */
export function consoleEndpoints({
  config,
  apps,
  version,
  jobs,
  columns,
  mail,
  orgName,
}: ConsoleSources): readonly Endpoint[] {
  const abouts = describedPermissions(apps)
  const permissions = [...abouts.keys()]
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/console',
      summary: 'Show who is signed in, where, and what they may do',
      access: 'signed-in',
      input: z.object({}),
      output: consoleView,
      async handle(_input, call) {
        const principal = call.principal()
        const { kind, id, name, org } = principal
        const { language, timeZone } = config.org
        const called = await orgName(org)
        return {
          version,
          program: config.program,
          principal: { kind, id, name },
          org: { id: org, name: called ?? org, language, timeZone },
          mail: mail.delivery,
          permissions: permissions.filter((permission) => mayDo(principal, permission)),
          described: [...abouts].map(([permission, about]) => ({ name: permission, about })),
          withheld: principal.guest === true ? permissions.filter(concernsInstallation) : [],
          apps: apps.map((app) => ({ id: app.id, title: app.title })),
          jobs: jobs.map(({ name, permission }) => ({ name, ...(permission !== undefined && { permission }) })),
          queues: [...new Set(['default', ...jobs.map(({ definition }) => definition.queue ?? 'default')])],
          hiddenColumns: await columns.of(principal),
        }
      },
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v1/me/columns',
      summary: 'Choose which columns of which tables one does not want to see, in every browser one uses',
      access: 'signed-in',
      input: z.object({ hiddenColumns }),
      output: z.object({ hiddenColumns }),
      async handle(chosen, call) {
        await columns.keep(call.principal(), chosen.hiddenColumns)
        return chosen
      },
    }),
  ]
}
