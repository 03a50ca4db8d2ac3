import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('a group of dead letters is repaired, tried and retried by keyboard alone', { timeout: LONG_MS }, async () => {
  const { engine } = world.platform
  await using tab = await world.open('/errors')
  const { page } = tab
  const link = page.getByRole('link', { name: /has no address/ })
  await link.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'trial.ship' }).waitFor()
  await page.getByRole('button', { name: /"orderId":41/ }).waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.locator('button[aria-current]').getByText('"orderId":41').waitFor()
  await page.keyboard.press('e')
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'Input' })
  // The keys of somebody who sees where they go.
  await field.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('{ "orderId": 41, "address": "1 quai des Brumes" }')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const outcome = page.getByRole('status').filter({ hasText: 'You tried run' })
  await outcome.getByText('succeeded').waitFor()
  await page.getByRole('button', { name: 'Retry all 2' }).waitFor()
  await page.locator('[role="dialog"]').waitFor({ state: 'detached' })
  await page.keyboard.press('a')
  const sure = page.getByRole('dialog', { name: 'Retry 2 runs?' }).getByRole('button', { name: 'Retry 2' })
  await sure.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('2 runs wait for a worker again.').waitFor()
  await page
    .getByRole('status')
    .filter({ hasText: '2 retried: 0 succeeded, 2 failed again.' })
    .waitFor({ timeout: 30_000 })
  const [group] = await world.platform.faults.list({ org: world.platform.config.org.id })
  expect(group).toMatchObject({ state: 'open', count: 2 })
  const attempts = async (): Promise<number> => {
    const { runs } = await engine.runs.search({ job: 'trial.ship', state: ['failed'] })
    const details = await Promise.all(runs.map(({ id }) => engine.runs.get(id)))
    return details.reduce((sum, run) => sum + run.attempts.length, 0)
  }
  // Two runs with two attempts each, twice.
  await expect.poll(attempts).toBe(8)
  await outcome.getByRole('link', { name: 'Open the run' }).click()
  const timeline = page.getByRole('region', { name: 'Timeline' })
  await timeline.getByText('Replayed with another input by').waitFor()
  await timeline.getByText('Attempt 3 succeeded').waitFor()
  await page.getByRole('button', { name: /^Attempt 3 .*other input succeeded/ }).waitFor()

  // The same change is made to all that are left, after it was shown what comes of it.
  await page.goto(`${world.address}/errors/${group?.fingerprint}`)
  await page.getByRole('button', { name: 'Repair all 2…' }).click()
  const all = page.getByRole('dialog', { name: 'Repair the input of 2 runs' })
  await all.getByRole('textbox').fill('{ "address": "2 quai des Brumes" }')
  await all.getByText('+ "address": "2 quai des Brumes"').first().waitFor()
  await all.getByRole('button', { name: 'Retry 2' }).click()
  await page
    .getByRole('button', { name: 'Leave it as it is' })
    .locator('..')
    .getByRole('button', { name: 'Retry 2' })
    .click()
  await expect.poll(() => engine.runs.count({ job: 'trial.ship', state: ['failed'] }), { timeout: 30_000 }).toBe(0)
  const { runs: repaired } = await engine.runs.search({ job: 'trial.ship' })
  expect(repaired.map(({ input }) => input)).toContainEqual({ orderId: 42, address: '2 quai des Brumes' })
  expect(tab.troubles).toEqual([])
})
