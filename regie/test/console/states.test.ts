// The six states in which a page has nothing to show, or nothing new: each brought about for real, each with its next step.
import { operatorOf } from '@regie/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ship } from './trial.ts'
import { openWorld, PASSWORD, type Tab, type World } from './world.ts'

const LONG_MS = 120_000
const BACK_MS = 30_000

let world: World
let ada = ''
let bea = ''
beforeAll(async () => {
  world = await openWorld({ signIn: true })
  ada = await world.person('ada', 'owner')
  await world.platform.identity.roles.save(operatorOf('main'), 'watcher', ['runs.read', 'queues.read'])
  bea = await world.person('bea', 'watcher')
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

const stateOf = ({ page }: Tab, state: string) =>
  page.locator(`main [data-state="${state}"], [role="dialog"] [data-state="${state}"]`)

test('loading, empty and empty because of a filter are three things', { timeout: LONG_MS }, async () => {
  await using tab = await world.signIn('ada', '/keys')
  const { page } = tab
  await page.getByRole('heading', { name: 'There is no API key' }).waitFor()
  expect(await stateOf(tab, 'empty-filter').count()).toBe(0)

  const devtools = await page.context().newCDPSession(page)
  const slow = (latency: number) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await page.getByRole('link', { name: 'Queues' }).click()
  await page.getByRole('table').first().waitFor()
  await slow(2_000)
  await page.goto(`${world.address}/runs?q=queue%3Anowhere`)
  await stateOf(tab, 'loading').first().waitFor()
  await slow(0)
  await stateOf(tab, 'empty-filter').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).first().click()
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('a server that breaks answers with its reason and the number of the request, and another try helps once it is mended', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn('ada', '/')
  const { page } = tab
  const { schema } = world.platform.database.kysely<Record<string, never>>()
  await schema.alterTable('platform_alert').renameTo('platform_alert_away').execute()
  try {
    await page.getByRole('link', { name: 'Alerts', exact: true }).click()
    const failed = stateOf(tab, 'failed')
    await failed.waitFor()
    expect(await failed.textContent()).toMatch(/Request\s*[\w-]{8,}.*INTERNAL/)
    expect(await failed.textContent()).not.toContain('platform_alert')
    await page.goto(world.address)
    await page.getByText('Not every question was answered').waitFor()
    expect(await page.getByText('Everything works').count()).toBe(0)
    // That the invitations could not be read is not that there is none.
    await schema.alterTable('platform_invitation').renameTo('platform_invitation_away').execute()
    await page.goto(`${world.address}/users`)
    await failed.waitFor()
    await page.goto(`${world.address}/alerts`)
    await failed.waitFor()
  } finally {
    await schema.alterTable('platform_alert_away').renameTo('platform_alert').execute()
    await schema.alterTable('platform_invitation_away').renameTo('platform_invitation').execute()
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await stateOf(tab, 'failed').waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor()
  expect(await page.locator('main [data-state]').count()).toBe(0)
})

test('what is not permitted is seen, with what is missing, also when it was permitted a moment ago', {
  timeout: LONG_MS,
}, async () => {
  const { identity } = world.platform
  await identity.roles.save(operatorOf('main'), 'blind', ['logs.read'])
  await using tab = await world.signIn('bea', '/queues')
  const { page } = tab
  const pause = page.getByRole('button', { name: 'Pause…', exact: true }).first()
  await pause.waitFor()
  expect(await pause.getAttribute('aria-disabled')).toBe('true')
  await pause.hover()
  await page.getByRole('tooltip').getByText('queues.manage').waitFor()
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0)

  await page.goto(`${world.address}/users`)
  const forbidden = stateOf(tab, 'forbidden')
  await forbidden.waitFor()
  expect(await forbidden.textContent()).toContain('users.read')
  await forbidden.getByRole('link', { name: 'Back to the overview' }).click()
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()

  // No key does what no button does.
  await page.goto(`${world.address}/errors`)
  await page.getByRole('link', { name: /has no address/ }).click()
  await page.getByRole('button', { name: /^Retry all/ }).waitFor()
  await page.keyboard.press('a')
  await page.keyboard.press('e')
  expect(await page.getByRole('dialog').count()).toBe(0)

  // What one has started one may cancel, and nothing else.
  const begin = async (startedBy: readonly string[]) =>
    (await world.platform.engine.enqueue(ship, { orderId: 1, address: '' }, { delay: '1h', startedBy })).id
  const [others, own] = [await begin([`user:${ada}`]), await begin([`user:${bea}`])]
  const cancel = page.getByRole('button', { name: 'Cancel…', exact: true })
  await page.goto(`${world.address}/runs/${others}`)
  await cancel.hover()
  await page.getByRole('tooltip').getByText('runs.manage').waitFor()
  await page.goto(`${world.address}/runs/${own}`)
  await cancel.click()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await page.getByRole('heading', { name: 'Cancelled' }).waitFor()
  expect((await world.platform.engine.runs.get(own)).state).toBe('cancelled')

  await identity.users.setRoles(operatorOf('main'), bea, ['operator'])
  await page.goto(`${world.address}/queues`)
  await pause.click()
  const dialog = page.getByRole('dialog', { name: 'Pause' })
  const why = dialog.getByRole('textbox', { name: 'Why, shown to everybody' })
  await why.fill('half a reason')
  await identity.users.setRoles(operatorOf('main'), bea, ['blind'])
  // Told at once, without a question of the page's own, and what was being written stays.
  await dialog.getByText('Pause and resume queues, drain workers').waitFor({ timeout: BACK_MS })
  expect(await why.inputValue()).toBe('half a reason')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Close it anyway' }).click()
  await forbidden.waitFor({ timeout: BACK_MS })
  expect(await forbidden.textContent()).toContain('queues.read')
  await page.getByRole('link', { name: 'Runs', exact: true }).waitFor({ state: 'detached' })
  expect(tab.troubles).toEqual([])
})

test('a session that ends under an open page asks to sign in over it, and nothing that was typed is lost', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn('ada', '/roles')
  const { page } = tab
  await page.getByRole('button', { name: 'New role' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('half-written')
  await world.platform.identity.sessions.endAll(ada)
  const signedOut = stateOf(tab, 'signed-out')
  await signedOut.waitFor({ timeout: BACK_MS })
  await signedOut.getByText('After signing in you come back').waitFor()

  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    signedOut.getByRole('link', { name: 'Sign in in another tab' }).click(),
  ])
  const signIn = async (on: typeof page) => {
    await on.locator('#email').fill('ada@example.com')
    await on.locator('#password').fill(PASSWORD)
    await on.locator('[type="submit"]').click()
  }
  await signIn(other)
  await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await other.close()
  await signedOut.waitFor({ state: 'detached', timeout: BACK_MS })
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('half-written')

  // In this tab, the way back leads to the same view.
  await page.goto(`${world.address}/runs?q=state%3Afailed`)
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await world.platform.identity.sessions.endAll(ada)
  await signedOut.getByRole('link', { name: 'Sign in', exact: true }).click({ timeout: BACK_MS })
  await page.waitForURL(/\/sign-in\?/)
  await signIn(page)
  await page.waitForURL(/\/runs\?q=state/)
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('a server that stops leaves stale pages and failed ones, each says so, and all of them mend by themselves', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn('ada', '/runs?q=state%3Afailed')
  const { page } = tab
  const runs = page.getByRole('table', { name: 'Runs' })
  // The files of the next page are here then, its answers not.
  await runs.getByRole('link').first().click()
  await page.getByRole('heading', { name: 'trial.ship', level: 1 }).waitFor()
  await page.goBack()
  await runs.waitFor()
  await world.stop()
  const stale = stateOf(tab, 'stale')
  await stale.waitFor({ timeout: BACK_MS })
  expect(await stale.textContent()).toMatch(/does not answer.*known at/)
  await page.getByRole('button', { name: 'Stale' }).waitFor()
  expect(await runs.getByRole('link').count()).toBeGreaterThan(1)

  await runs.getByRole('link').nth(1).click()
  const failed = stateOf(tab, 'failed').first()
  await failed.waitFor({ timeout: BACK_MS })
  expect(await failed.textContent()).toContain('The server does not answer')
  await failed.getByRole('button', { name: 'Try again' }).click()
  await failed.waitFor()

  // A page whose files are not here either.
  await page.getByRole('link', { name: 'Schedules' }).click()
  await failed.getByRole('button', { name: 'Load again' }).waitFor({ timeout: BACK_MS })

  await world.restart()
  await page.getByRole('heading', { name: 'Schedules', level: 1 }).waitFor({ timeout: BACK_MS })
  await page.getByRole('table').first().waitFor({ timeout: BACK_MS })
  await page.getByRole('button', { name: 'Live' }).waitFor({ timeout: BACK_MS })
  expect(await page.locator('[data-state="failed"], [data-state="stale"], [data-state="signed-out"]').count()).toBe(0)
})
