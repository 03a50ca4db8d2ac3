import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('home says what needs a hand, and each sentence leads there', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/')
  const { page } = tab
  await page.getByRole('heading', { name: 'Something needs a look' }).waitFor()
  await page
    .getByRole('region', { name: 'Errors now' })
    .getByRole('link', { name: /has no address/ })
    .waitFor()
  await page.getByRole('region', { name: 'Backup and recovery' }).getByText('none yet').waitFor()
  await page.getByRole('region', { name: 'Workers' }).getByText('Alive').waitFor()
  await page.getByRole('link', { name: 'There is no backup yet' }).click()
  await page.getByRole('heading', { name: 'Backups', level: 1 }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('a queue is paused for an hour with a reason, and resumed', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/queues')
  const { page } = tab
  const row = page.getByRole('row', { name: /^default/ })
  await row.getByRole('meter').waitFor()
  await row.getByRole('button', { name: 'Pause…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Why, shown to everybody' }).fill('the e-mail server moves')
  await dialog.getByRole('combobox', { name: 'How long' }).selectOption('for an hour')
  await dialog.getByRole('button', { name: 'Pause the queue' }).click()
  await row.getByText('the e-mail server moves').waitFor()
  const { scan } = await import('./trial.ts')
  const { id } = await world.platform.engine.enqueue(scan, { pages: 1 })
  await using other = await world.open(`/runs/${id}`)
  const why = other.page.getByRole('region', { name: 'It waits: its queue is paused' })
  await why.getByText('the e-mail server moves').waitFor()
  await why.getByText(/^by /).waitFor()
  await world.platform.engine.runs.cancel(id)
  const end = (await world.platform.queueDesk.ends()).get('default') ?? 0
  expect(Math.abs(end - Date.now() - 3_600_000)).toBeLessThan(60_000)
  await row.getByRole('button', { name: 'Resume' }).click()
  await row.getByRole('button', { name: 'Pause…' }).waitFor()
  expect(await world.platform.queueDesk.ends()).toEqual(new Map())
  // A browser on a server says a language that Intl does not know; the chart is drawn there too.
  for (let left = 5; left > 0; left -= 1) {
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 1100))')
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
  }
  await page.getByRole('img', { name: 'All queues since this page was opened' }).locator('canvas').waitFor()
  expect(tab.troubles).toEqual([])
})

test('a schedule is found in the week, run by hand, paused, and says what becomes of missed slots', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/schedules?view=week')
  const { page } = tab
  const calendar = page.getByRole('region', { name: 'Slots by day' })
  await calendar.locator('li[aria-current="date"]').waitFor()
  await page.getByText('Month', { exact: true }).click()
  await page.waitForURL(/view=month/)
  await page.getByRole('button', { name: 'Later' }).click()
  await page.waitForURL(/at=1/)
  await calendar.getByRole('link', { name: 'backup.daily' }).first().click()
  await page.getByRole('heading', { name: 'backup.daily' }).waitFor()
  await page.getByText('every day at 02:30, Europe/Paris').waitFor()
  await page.getByText(/^the newest is caught up, within 20/).waitFor()
  expect(await page.getByRole('region', { name: 'Next ten slots' }).getByText(/02:30/).count()).toBe(10)
  await page.getByRole('button', { name: 'Pause…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Why, shown to everybody' }).fill('the disk is full')
  await page.getByRole('dialog').getByRole('button', { name: 'Pause it' }).click()
  await page.getByText('the disk is full').waitFor()
  await page.getByRole('link', { name: 'Schedules' }).first().click()
  await page.getByRole('row').filter({ hasText: 'the disk is full' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('the disk is full').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Run now' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Backs up').waitFor()
  await dialog.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('status').getByRole('link', { name: 'Open the run' }).waitFor()
  const [slot] = await world.platform.engine.schedules.history('backup.daily')
  expect(slot).toMatchObject({ outcome: 'manual' })
  expect(tab.troubles).toEqual([])
})

test('an alert is silenced for a while and resolved, and the history has both', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/alerts')
  const { page } = tab
  const alert = page.getByRole('listitem').filter({ hasText: 'The job trial.ship failed' })
  expect(await alert.getByRole('link', { name: 'Open the run' }).getAttribute('href')).toMatch(/^\/runs\/\d+$/)
  await alert.getByRole('link', { name: 'What to do' }).click()
  await page.getByRole('heading', { name: 'A job failed' }).waitFor()
  await page.goBack()
  await alert.getByRole('button', { name: 'Silence…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Why' }).fill('addresses are being collected')
  await dialog.getByRole('button', { name: 'Silence them' }).click()
  const silences = page.getByRole('table', { name: 'Silences' })
  await silences.getByText('addresses are being collected').waitFor()
  expect(await world.platform.alerts.silences.covers('main', 'job:trial.ship')).toBe(true)
  await silences.getByRole('button', { name: 'End it now' }).click()
  await silences.waitFor({ state: 'detached' })
  await alert.getByRole('button', { name: 'Resolve' }).click()
  await alert.waitFor({ state: 'detached' })
  await page.getByText('All', { exact: true }).click()
  await alert.getByText('resolved').waitFor()
  await silences.getByText('over').waitFor()
  expect(tab.troubles).toEqual([])
})

test('a backup is made and verified, and what could be lost is told', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/backups')
  const { page } = tab
  await page.getByRole('button', { name: 'Make one now' }).click()
  await page.getByRole('button', { name: 'Verify' }).first().click({ timeout: 60_000 })
  await page.getByRole('link', { name: /^good/ }).waitFor({ timeout: 60_000 })
  await page.getByText(/^the last /).waitFor()
  await page.getByText(/^about .* to read/).waitFor({ timeout: 60_000 })
  expect(tab.troubles).toEqual([])
})

test('an error is assigned, muted until it returns, and found under its tab', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/errors')
  const { page } = tab
  await page.getByRole('link', { name: /has no address/ }).click()
  await page.getByRole('button', { name: 'Mute…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click()
  await page.getByText('it returns', { exact: true }).waitFor()
  await page.goto(`${world.address}/errors?show=muted`)
  await page.getByRole('link', { name: /has no address/ }).waitFor()
  const [fault] = await world.platform.faults.list({ org: 'main' })
  expect(fault).toMatchObject({ state: 'muted' })
  // It needs no look any more.
  const rest = `state:failed age<1h -fingerprint:${fault?.fingerprint}`
  const counted = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get('filter') === rest)
  await page.goto(world.address)
  const others = (await world.platform.engine.runs.count({ state: ['failed'] })) - (fault?.count ?? 0)
  expect(await (await counted).json()).toEqual({ count: others })
  // It is not kept quiet about either.
  await page.getByRole('link', { name: /^\d+ failed in the last hour, all muted or resolved$/ }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('a view is saved for the organisation, with its columns; the list begins with it, and own columns are kept in every browser', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/runs?q=state:succeeded')
  const { page } = tab
  const head = (name: string, on = page) => on.getByRole('columnheader', { name, exact: true })
  const toggle = async (name: string): Promise<void> => {
    const kept = page.waitForResponse((response) => response.url().endsWith('/me/columns'))
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('menuitemcheckbox', { name, exact: true }).click()
    await page.keyboard.press('Escape')
    await kept
  }
  // What has succeeded would do everything once more.
  const all = page.getByRole('checkbox', { name: 'Select all that are shown' })
  await all.check()
  await page.getByRole('button', { name: 'Retry…' }).click()
  await page.getByText(/^0 of \d+ can be retried/).waitFor()
  await all.uncheck()
  await toggle('Queue')
  await head('Queue').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Done')
  await dialog.getByRole('checkbox', { name: 'Share it with the organisation' }).check()
  await dialog.getByRole('checkbox', { name: 'Begin this list with it' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Done' }).waitFor()
  await toggle('Queue')
  await toggle('Tags')
  await using elsewhere = await world.open('/runs?q=state:failed')
  await head('Tags', elsewhere.page).waitFor()
  await head('Queue', elsewhere.page).waitFor()
  await page.goto(`${world.address}/runs`)
  await page.waitForURL(/q=state/)
  await head('Queue').waitFor({ state: 'detached' })
  await head('Tags').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('menuitem', { name: 'Manage views…' }).click()
  await dialog.getByRole('button', { name: 'Do not begin with it' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Really delete?' }).click()
  await dialog.getByText('No saved views yet.').waitFor()
  expect(tab.troubles).toEqual([])
})

test('schedules, alerts and events have views too: what one was saved with is put back', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/')
  const { page } = tab
  for (const [path, search] of [
    ['/schedules', '?view=week&q=quotes'],
    ['/alerts', '?show=all'],
    ['/events', '?q=parcel'],
  ] as const) {
    await page.goto(world.address + path + search)
    await page.getByRole('button', { name: 'Saved views' }).click()
    await page.getByRole('menuitem', { name: 'Save this view…' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(`of ${path}`)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: `of ${path}` }).waitFor()
    await page.goto(world.address + path)
    await page.getByRole('button', { name: 'Saved views' }).click()
    await page.getByRole('menuitem', { name: `of ${path}` }).click()
    await page.waitForURL(world.address + path + search)
    await page.getByRole('button', { name: `of ${path}` }).waitFor()
  }
  expect(tab.troubles).toEqual([])
})

test('the settings are found by a word, and the sample is filled in on request', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/settings')
  const { page } = tab
  await page.getByRole('searchbox').fill('port')
  await page.getByText('REGIE_PORT', { exact: true }).waitFor()
  await page.getByRole('searchbox').fill('apps.quotes.validity')
  const validity = page.getByRole('region', { name: 'Quotes' }).getByRole('row').filter({ hasText: 'validityDays' })
  await validity.getByText('45', { exact: true }).waitFor()
  await validity.getByText('from the environment').waitFor()
  await validity.getByText('by default 30').waitFor()
  await page.goto(`${world.address}/apps`)
  await page.getByRole('button', { name: 'Fill in sample data' }).click()
  // It is not taken away again: that is said before.
  const asked = page.getByRole('dialog')
  await asked.getByText('are not taken away again').waitFor()
  await asked.getByRole('button', { name: 'Fill in sample data' }).click()
  await page.getByText('The sample data is there.').waitFor()
  expect(tab.troubles).toEqual([])
})

test('whoever is here for the first time is led in three steps, by keyboard, once', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/', { toured: false })
  const { page } = tab
  const tour = page.getByRole('region', { name: 'A short tour' })
  await tour.getByText('Step 1 of 3').waitFor()
  await tour.getByRole('button', { name: 'Next' }).press('Enter')
  await tour.locator('h2:focus').getByText('Find what went wrong').waitFor()
  await tour.getByRole('button', { name: 'Next' }).press('Enter')
  await tour.getByText('Step 3 of 3').waitFor()
  await page.keyboard.press('Escape')
  await tour.waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(await tour.count()).toBe(0)
  expect(tab.troubles).toEqual([])
})
