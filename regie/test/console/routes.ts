import { operatorOf, type Platform } from '@regie/platform'
import type { World } from './world.ts'

/** Who looks at every page. */
export const LOOKER = 'ada'

/** Fills the pages of people and keys, so that there is something to see. Answers the looker's id. */
export async function populate({ platform, person }: World): Promise<string> {
  const operator = operatorOf(platform.config.org.id)
  const ada = await person(LOOKER, 'owner')
  await person('bea', 'member')
  await platform.identity.invitations.invite(operator, { email: 'cleo@example.com', roles: ['operator'] })
  await platform.identity.keys.create(operator, { name: 'reports', permissions: ['runs.read', 'alerts.read'] })
  await platform.identity.roles.save(operator, 'night-shift', ['runs.read', 'queues.read'])
  return ada
}

/** Every page of the console that a person can open, for the tests that look at all of them. */
export async function allRoutes({ platform, address }: World): Promise<readonly string[]> {
  const { runs } = await platform.engine.runs.search({ state: ['failed'] }, { limit: 1 })
  const [group] = await platform.engine.runs.errors()
  const [workflow] = (await platform.engine.workflows.search({}, { limit: 1 })).runs
  const [stream] = (await platform.engine.events.streams()).streams
  const { users } = await platform.identity.users.list(platform.config.org.id, { text: LOOKER })
  const [client, quote] = await quotesIn(platform, address)
  return [
    '/',
    '/runs',
    '/runs?q=state:failed',
    '/runs?q=queue:nowhere',
    `/runs/${runs[0]?.id}`,
    '/runs/999999',
    '/workflows',
    '/workflows?q=state:expired',
    `/workflows/${workflow?.id}`,
    `/workflows/${workflow?.id}?step=reserve`,
    `/workflows/${workflow?.id}?view=graph`,
    '/errors',
    '/errors?show=muted',
    `/errors/${group?.fingerprint}`,
    '/errors/0000000000000000',
    '/queues',
    '/workers',
    '/events',
    '/events?q=nothing',
    `/events/${encodeURIComponent(stream?.name ?? '')}`,
    '/projections',
    '/logs',
    '/schedules',
    '/schedules?view=day',
    '/schedules?view=week',
    '/schedules?view=month&at=1',
    '/schedules/quotes.notify',
    '/alerts',
    '/alerts?show=all',
    '/backups',
    '/quotes',
    '/quotes?state=expired',
    '/quotes/new',
    `/quotes/${quote}`,
    '/quotes/clients',
    `/quotes/clients/${client}`,
    '/users',
    '/users?q=nobody-like-that',
    `/users/${users[0]?.id}`,
    '/roles',
    '/keys',
    '/sessions',
    '/account',
    '/audit',
    '/audit/00000000-0000-4000-8000-000000000000',
    '/apps',
    '/settings',
    '/settings?q=nothing-like-it',
    '/notifications',
    '/organisations',
    '/nowhere',
  ]
}

/** The pages before the console; their links carry what they need behind `#`. */
export const DOORS: readonly string[] = [
  '/sign-in?',
  '/sign-in?refused=SSO_REFUSED&',
  '/forgot-password?',
  '/set-password?',
  '/accept-invitation?',
]

async function quotesIn({ identity, config }: Platform, address: string): Promise<readonly string[]> {
  const operator = operatorOf(config.org.id)
  const { key, id } = await identity.keys.create(operator, { name: 'looks for ids', permissions: ['*'] })
  const ask = async (path: string) => {
    const answer = await fetch(`${address}/api/v1/quotes/${path}`, { headers: { authorization: `Bearer ${key}` } })
    return (await answer.json()) as Readonly<Record<string, readonly { readonly id: string }[]>>
  }
  const [{ clients }, { quotes }] = await Promise.all([ask('clients'), ask('quotes')])
  await identity.keys.revoke(operator, id)
  return [clients?.[0]?.id ?? '', quotes?.[0]?.id ?? '']
}
