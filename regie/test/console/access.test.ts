import { operatorOf } from '@regie/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { crowd } from './crowd.ts'
import { scan } from './trial.ts'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000
const EMAIL = 'ada@example.com'
const PASSWORD = 'three wise geese'

let world: World
beforeAll(async () => {
  world = await openWorld({ signIn: true })
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('the first administrator comes in, makes a role and a key that is shown once, invites, and returns to a deep link', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/')
  const { page } = tab
  await page.getByText('The first administrator opens the link').waitFor()
  await page.goto(`${world.address}/accept-invitation?lang=en`)
  await page.getByText('This link is incomplete').waitFor()
  const { pathname, hash } = new URL(world.setupLink)
  await page.goto(`${world.address}${pathname}${hash}`)
  await page.getByText('Bienvenue').waitFor()
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByText('Welcome').waitFor()
  expect(new URL(page.url()).hash).toBe(hash)
  await page.locator('#email').fill('ada')
  await page.locator('#name').fill('Ada')
  await page.locator('#password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.getByRole('alert').getByText('This is not an e-mail address.').waitFor()
  expect(await page.locator('[aria-invalid]:focus').getAttribute('id')).toBe('email')
  expect(await page.locator('[aria-invalid]').count()).toBe(1)
  await page.locator('#email').fill(EMAIL)
  await page.locator('#name').fill('Ada')
  await page.locator('#password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Roles' }).click()
  await page.getByRole('button', { name: 'New role' }).click()
  const dialog = page.getByRole('dialog')
  // A whole area at once, then one of it less; what is found by its words is ticked by its area too.
  const area = (name: string) => dialog.getByRole('group', { name, exact: true }).getByRole('checkbox').first()
  await dialog.getByLabel('Name').fill('Watcher!')
  await area('Runs, workflows, errors').check()
  await dialog.getByLabel('runs.manage').uncheck()
  await area('Runs, workflows, errors').and(page.locator(':indeterminate')).waitFor()
  await dialog.getByLabel('Find a permission').fill('SEE alerts')
  await area('Alerts').check()
  await dialog.getByText(/^4 of \d+ chosen$/).waitFor()
  await dialog.getByRole('button', { name: 'Save' }).click()
  // Named as on the page, not as in the API.
  await dialog.getByRole('alert').getByText('To correct: Name').waitFor()
  await dialog.getByText('dashes only').waitFor()
  await dialog.getByLabel('Name').fill('watcher')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const watcher = page.getByRole('row').filter({ has: page.getByRole('cell', { name: 'watcher' }) })
  await watcher.getByText('Alerts – See alerts').waitFor()
  await watcher.getByText('nobody').waitFor()
  await page.getByRole('row').filter({ hasText: 'owner' }).getByRole('link', { name: '1 person' }).click()
  await page.getByRole('table', { name: 'Users' }).getByRole('link', { name: 'Ada' }).waitFor()

  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await dialog.getByLabel('Name').fill('reports')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Go on writing' }).click()
  await dialog.getByLabel('runs.read').check()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const key = ((await dialog.locator('pre').textContent()) ?? '').trim()
  const asked = () => fetch(`${world.address}/api/v1/runs`, { headers: { authorization: `Bearer ${key}` } })
  expect((await asked()).status).toBe(200)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  expect(await page.content()).not.toContain(key)
  await page.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('There is no API key').waitFor()
  expect((await asked()).status).toBe(401)

  await page.getByRole('link', { name: 'Users' }).click()
  await page.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByLabel('E-mail address').fill('bea@example.com')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByRole('alert').getByText('To correct: Roles').waitFor()
  await dialog.getByText('choose at least one', { exact: true }).waitFor()
  await dialog.getByLabel('watcher').check()
  await dialog.getByRole('button', { name: 'Invite' }).click()
  // Nothing was mailed, because there is no e-mail server: the link is there to be handed over.
  const link = await dialog.getByRole('region', { name: 'Link of the invitation' }).textContent()
  const { hash: bea } = new URL(link?.trim() ?? '')
  expect(await world.platform.identity.invitations.look(bea.slice(1))).toMatchObject({ email: 'bea@example.com' })
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor()
  await page.getByRole('table', { name: 'Users' }).getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('heading', { name: 'Ada', level: 1 }).waitFor()
  expect(await page.getByRole('button', { name: 'Shut out' }).getAttribute('aria-disabled')).toBe('true')

  // The session ends elsewhere: the page says so, and signing in leads back to it.
  await page.context().clearCookies()
  await page.goto(`${world.address}/runs?q=state%3Afailed`)
  await page.waitForURL(/sign-in\?.*lang=en/)
  await page.locator('#email').fill(EMAIL)
  await page.locator('#password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(/\/runs\?q=state/)
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('of hundreds of users each is found; an administrator looks through the eyes of one and comes back', {
  timeout: LONG_MS,
}, async () => {
  await world.person('zoe', 'owner')
  const bea = await world.person('bea', 'member')
  await crowd(world.platform, 300)
  await using tab = await world.signIn('zoe', '/users')
  const { page } = tab
  const users = page.getByRole('table', { name: 'Users' })
  // Further pages come as the end comes near.
  const last = users.getByText('zoe@example.com')
  for (let tries = 0; tries < 40 && (await last.count()) === 0; tries += 1) {
    await users.locator('tbody tr').last().scrollIntoViewIfNeeded()
    await page.waitForTimeout(50)
  }
  await last.waitFor()

  await page.getByLabel('Find by name or e-mail address').fill('nobody like that')
  await page.locator('[data-state="empty-filter"]').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await page.getByLabel('Find by name or e-mail address').fill('BEA')
  await users.getByRole('link', { name: 'bea' }).click()
  await page.waitForURL(`${world.address}/users/${bea}`)

  await page.getByRole('button', { name: 'Look through their eyes' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Look through their eyes' }).click()
  await page.getByText('You see Regie through the eyes of bea').waitFor()
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0)
  await page.goto(`${world.address}/account`)
  await page.getByRole('heading', { name: 'This is the account of bea' }).waitFor()
  await page.getByRole('button', { name: 'Back to myself' }).click()
  await page.waitForURL(`${world.address}/users/${bea}`)
  await page.getByRole('heading', { name: 'bea', level: 1 }).waitFor()
  expect(await page.getByText('through the eyes').count()).toBe(0)
  expect(tab.troubles).toEqual([])
})

test('who belongs to two organisations sees where they are, moves to the other, is told what is withheld there, renames it and deletes it', {
  timeout: LONG_MS,
}, async () => {
  const id = await world.person('tom', 'owner')
  const { identity, config, engine } = world.platform
  await using tab = await world.signIn('tom', '/', { toured: false })
  const { page } = tab
  await page.getByRole('region', { name: 'A short tour' }).getByRole('button', { name: 'Skip the tour' }).click()
  await expect.poll(() => identity.tour.seen(id)).toBe(true)
  await page.getByRole('link', { name: 'Organisations' }).click()
  await page.getByRole('button', { name: 'New organisation' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Third Ltd')
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
  await page.getByRole('cell', { name: 'Third Ltd' }).waitFor()
  const third = (await identity.organisations(id)).find(({ name }) => name === 'Third Ltd')
  // Whoever runs the server looks at what runs elsewhere, as it goes on, and does nothing to it from here.
  const { id: foreign } = await engine.enqueue(scan, { pages: 3 }, { org: third?.id ?? '' })
  await page.goto(`${world.address}/runs?q=org:${third?.id}`)
  await page
    .getByRole('row')
    .filter({ hasText: `#${foreign}` })
    .getByRole('link')
    .click()
  await page.getByText('page 2 of 3').waitFor()
  await page.getByRole('button', { name: 'Cancel…', exact: true }).hover()
  await page.getByRole('tooltip').getByText('another organisation').waitFor()
  await engine.runs.cancel(foreign, 'the pages are blank')
  // Nobody tells of it: it is asked for each second, not only each half minute.
  await page.getByText('the pages are blank').waitFor()
  await page.goto(world.address)
  // In this organisation and in the other, in a browser that knows nothing of it.
  await page.evaluate(() => localStorage.removeItem('regie.preferences'))
  await page.getByRole('button', { name: `Organisation ${config.org.name}` }).click()
  await page.getByRole('menuitem', { name: 'Third Ltd' }).click()
  await page.getByRole('button', { name: 'Organisation Third Ltd' }).waitFor()
  await page.locator('[data-state="unseen"]').getByText('the organisation that runs the server').waitFor()
  expect(await page.getByText('A short tour').count()).toBe(0)
  expect(await page.getByText('Everything works').count()).toBe(0)
  await page.goto(`${world.address}/runs`)
  await page.locator('[data-state="forbidden"]').getByText('It concerns the whole server').waitFor()

  await page.getByRole('link', { name: 'Your organisation' }).click()
  await page.getByText('Rows of').first().waitFor()
  // By somebody else: who works there sees it at once.
  await identity.installation.rename(operatorOf(config.org.id), third?.id ?? '', 'Third & Co')
  await page.getByRole('button', { name: 'Organisation Third & Co' }).waitFor()
  await page.getByRole('heading', { name: 'Third & Co', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Rename' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Third')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('button', { name: 'Organisation Third', exact: false }).waitFor()
  await page.getByRole('heading', { name: 'Third', level: 1, exact: true }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByLabel('Its name, to be sure').fill('third')
  expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Its name, to be sure').fill('Third')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('link', { name: 'Organisations' }).click()
  await page.getByRole('link', { name: 'Third', exact: true }).click()
  await page.getByText('Can be restored until').waitFor()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('button', { name: 'Delete' }).waitFor()
  expect((await identity.organisations(id)).map(({ name }) => name)).toContain('Third')
  expect(tab.troubles).toEqual([])
})
