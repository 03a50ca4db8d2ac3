import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('somebody finds the failed job, understands why, repairs the input and replays it', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/')
  const { page } = tab
  await page.getByRole('link', { name: '4 failed in the last hour' }).click()
  await page.getByRole('link', { name: 'trial.ship' }).last().click()
  await page.getByText('order 41 has no address').first().waitFor()
  await page.getByRole('button', { name: 'Repair the input…' }).click()
  await page.getByRole('textbox', { name: 'Input' }).fill('{ "orderId": 41, "address": "1 quai des Brumes" }')
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  await page.getByText('Repaired since attempt 2').click()
  await page.getByRole('region', { name: 'What changed in the input' }).getByText('1 quai des Brumes').waitFor()
  const { runs } = await world.platform.engine.runs.search({ input: { orderId: '41' } })
  expect(runs[0]).toMatchObject({ state: 'succeeded' })
  expect(tab.troubles).toEqual([])
})

test('a run that waits for its next try is among what fails, says why and when, and is repaired meanwhile', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { book } = await import('./trial.ts')
  const { id } = await engine.enqueue(book, { carrier: '' })
  await expect.poll(async () => (await engine.runs.get(id)).error?.code).toBe('CARRIER_MISSING')
  await using tab = await world.open('/')
  const { page } = tab
  await page.getByRole('region', { name: 'Errors now' }).getByRole('link', { name: 'no carrier was named' }).waitFor()
  await page.getByRole('link', { name: '1 fails and will be tried again' }).click()
  await page.getByText(/^next try in \S+\s\S+$/).waitFor()
  await page.getByRole('link', { name: 'trial.book' }).click()
  await page.getByText(/^next try in .+, attempt 2 of 10$/).waitFor()
  await page.getByRole('region', { name: 'Why its last attempt failed' }).getByText('CARRIER_MISSING').waitFor()
  await page.getByRole('button', { name: 'Repair the input…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Input' }).fill('{ "carrier": "Ada & fils" }')
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('succeeded')
  expect(tab.troubles).toEqual([])
})

test('an input that the job does not take is refused in the dialog; what was typed is asked for before Back, not after it was sent', {
  timeout: LONG_MS,
}, async () => {
  const [failed] = (await world.platform.engine.runs.search({ input: { orderId: '42' } })).runs
  await using tab = await world.open('/runs?q=input.orderId:42')
  const { page } = tab
  await page.getByRole('link', { name: 'trial.ship' }).click()
  await page.getByRole('button', { name: 'Repair the input…' }).click()
  const input = page.getByRole('textbox', { name: 'Input' })
  await input.fill('{ "orderId": "forty" }')
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
  await page
    .getByRole('dialog')
    .getByText(/orderId/)
    .nth(1)
    .waitFor()
  expect(await world.platform.engine.runs.get(failed?.id ?? 0)).toMatchObject({ state: 'failed' })

  await page.evaluate('history.back()')
  await page.getByRole('button', { name: 'Go on writing' }).click()
  expect(await input.inputValue()).toContain('forty')
  await input.fill('{ "orderId": 42, "address": "2 rue Neuve" }')
  // The second click lands beside a dialog that has shrunk, or is gone.
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).dblclick()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  await input.waitFor({ state: 'detached' })
  expect(await page.getByRole('button', { name: 'Go on writing' }).count()).toBe(0)
  await page.evaluate('history.back()')
  await page.getByRole('combobox', { name: 'Filter' }).waitFor()
})

test('a run shows what it logged in each attempt, and then what it logs; and the runs it started, which lead back', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { pick, ship } = await import('./trial.ts')
  const failed = await engine.enqueue(ship, { orderId: 45, address: '' })
  await expect.poll(async () => (await engine.runs.get(failed.id)).state).toBe('failed')
  await using tab = await world.open(`/runs/${failed.id}`)
  const { page } = tab
  const log = page.getByRole('region', { name: 'Lines of this run' })
  await log.getByText('nowhere to ship').nth(1).waitFor()
  const shown = await log.locator(':scope > div > *').allTextContents()
  expect(shown.map((line) => /Attempt \d|looks for|nowhere/.exec(line)?.[0])).toEqual(
    [1, 2].flatMap((attempt) => [`Attempt ${attempt}`, 'looks for', 'nowhere']),
  )
  world.sayIn(failed.id + 1_000, 'a line of another run')
  world.sayIn(failed.id, 'is tried once more', 3)
  await log.getByText('is tried once more').waitFor()
  expect(await log.getByText('another run').count()).toBe(0)
  expect(await log.getByText('is tried once more').count()).toBe(1)
  await page.getByRole('combobox', { name: 'From level' }).click()
  await page.getByRole('option', { name: 'warning' }).click()
  await page.getByText('2 lines', { exact: true }).waitFor()
  await log.getByText('nowhere to ship').first().click()
  await page.getByText('"there is nowhere to ship it to"').waitFor()
  await page.goto(`${world.address}/runs/${failed.id}?q=once+more`)
  await page.getByText('1 line', { exact: true }).waitFor()

  const { id } = await engine.enqueue(pick, { items: 1, fails: false })
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('succeeded')
  await page.goto(`${world.address}/workflows/${id}`)
  await page.getByText('It logged nothing').waitFor()
  const children = page.getByRole('table', { name: 'Runs it started' })
  await expect.poll(() => children.getByRole('link').count()).toBe(3)
  await children.getByRole('link').first().click()
  await log.getByText('looks for a carrier').waitFor()
  await page.getByRole('link', { name: `#${id}`, exact: true }).click()
  await children.waitFor()
  // The log tells what is written from now on; of what has ended all is here.
  expect(await page.getByRole('link', { name: 'Open in the log' }).count()).toBe(0)
  expect(tab.troubles).toEqual([])
})

test('the filter completes, explains its mistakes, and stays in the address', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/runs')
  const { page } = tab
  const filter = page.getByRole('combobox', { name: 'Filter' })
  await filter.fill('state:fai')
  // The only suggestion is taken by Enter, and applied: it ends a condition.
  await page.getByRole('option', { name: 'failed' }).waitFor()
  await filter.press('Enter')
  await page.waitForURL(/q=state%3Afailed/)
  await filter.fill('colour:red')
  await filter.press('Escape')
  await page.getByRole('alert').getByText('There is no “colour” to filter by').waitFor()
  await page.goto(`${world.address}/runs?q=queue%3Anowhere`)
  await page.locator('[data-state="empty-filter"]').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await page.getByRole('link', { name: 'trial.scan' }).waitFor()
})

test('many runs are cancelled by filter, after a count and a sample', { timeout: LONG_MS }, async () => {
  const { engine } = world.platform
  const { scan } = await import('./trial.ts')
  await engine.queues.pause('default')
  for (let page = 0; page < 130; page += 1) await engine.enqueue(scan, { pages: page }, { tags: ['bulk'] })
  await using tab = await world.open('/runs?q=tag:bulk')
  const { page } = tab
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
  await page.getByRole('button', { name: 'Choose all 130 that match the filter' }).click()
  await page.getByRole('button', { name: 'Cancel…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Cancel 130 runs?').waitFor()
  const act = dialog.getByRole('button', { name: 'Cancel 130' })
  expect(await act.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('130')
  await act.click()
  await page.getByText('130 runs cancelled or asked to stop.').waitFor()
  expect(await engine.runs.count({ tag: 'bulk', state: ['cancelled'] })).toBe(130)
  await engine.queues.resume('default')
})

test('the palette opens, finds a page without accents, and goes there by keyboard', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/', { language: 'fr' })
  const { page } = tab
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('execu')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/runs$/)
  await page.locator('h1:focus').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Raccourcis clavier' }).waitFor()
})

test('a server that stops is told apart from an empty list: what was known stays, and says since when', {
  timeout: LONG_MS,
}, async () => {
  await using away = await openWorld()
  await using tab = await away.open('/runs')
  const { page } = tab
  await page.getByRole('link', { name: 'trial.scan' }).waitFor()
  await away.stop()
  await page.getByRole('button', { name: 'Stale' }).waitFor({ timeout: 60_000 })
  expect(await page.getByRole('link', { name: 'trial.scan' }).isVisible()).toBe(true)
})
