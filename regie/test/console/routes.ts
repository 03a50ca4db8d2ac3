import { operatorOf, type Platform } from '@regie/platform'
import type { Page } from 'playwright-core'
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
  const [client, quote, draft] = await quotesIn(platform, address)
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
    '/workflows/signals',
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
    '/alerts/help/job-failed',
    '/backups',
    '/quotes',
    '/quotes?state=expired',
    '/quotes/new',
    `/quotes/${quote}`,
    `/quotes/${draft}/edit`,
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
    '/organisations/main',
    '/nowhere',
  ]
}

/** One dialog: where it is, and the button that opens it. */
export interface Dialog {
  readonly route: string
  readonly button: string
  /** What is done before, or within it, until it is what has to be looked at. */
  readonly first?: (page: Page) => Promise<unknown>
  readonly within?: (page: Page) => Promise<unknown>
}

/** Every kind of dialog that the console has, in English. */
export function dialogsAmong(routes: readonly string[]): readonly Dialog[] {
  const route = (start: string, end = ''): string =>
    routes.find((each) => each.startsWith(start) && each.endsWith(end)) ?? start
  const error = route('/errors/')
  const chooseAll = (page: Page) => page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
  return [
    { route: route('/workflows/', '?step=reserve'), button: 'Fork from here…' },
    { route: route('/workflows/'), button: 'Send the signal…' },
    { route: error, button: 'Repair the input…' },
    { route: error, button: 'Mute…' },
    { route: '/queues', button: 'Pause…' },
    { route: '/runs', button: 'New run…' },
    { route: '/runs?q=state:failed', first: chooseAll, button: 'Retry…' },
    { route: '/users', button: 'Ask it of everybody…' },
    { route: '/roles', button: 'New role' },
    {
      route: '/keys',
      button: 'New key',
      within: async (page) => {
        await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('shown once')
        await page.getByRole('dialog').getByRole('checkbox').first().check()
        await page.getByRole('button', { name: 'Make the key' }).click()
        await page.getByText('It is shown this once').waitFor()
      },
    },
    { route: '/account', button: 'Set up an authenticator app' },
    { route: '/', button: 'Search or jump to…' },
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
    const { items } = (await answer.json()) as { readonly items: readonly { readonly id: string }[] }
    const [{ id } = { id: '' }] = items
    // An empty id would be the address of the list: its page would be looked at twice, and this one never.
    if (id === '') throw new Error(`the sample data has no ${path}`)
    return id
  }
  const ids = await Promise.all([ask('clients'), ask('quotes'), ask('quotes?status=draft')])
  await identity.keys.revoke(operator, id)
  return ids
}
