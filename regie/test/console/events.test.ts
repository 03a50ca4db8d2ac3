import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('an event is found in its stream, and a projection is built anew', { timeout: LONG_MS }, async () => {
  const { engine } = world.platform
  await using tab = await world.open('/events?q=parcel-')
  const { page } = tab
  await page.getByRole('link', { name: 'parcel-1' }).click()
  await page.getByText('trial.packed').first().waitFor()
  await page.goto(`${world.address}/projections`)
  const row = page.getByRole('row', { name: /quotes\.history/ })
  await row.getByRole('button', { name: 'Rebuild…' }).click()
  await page.getByRole('button', { name: 'Rebuild it' }).click()
  await page.getByText('quotes.history is being built anew.').waitFor()
  const generation = async () => (await engine.projections.get('quotes.history')).serving?.generation
  await expect.poll(generation, { timeout: 30_000 }).toBe(2)
  expect(tab.troubles).toEqual([])
})

test('the worker that runs the jobs is there and alive', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/workers')
  await tab.page.getByRole('row').getByText('alive').waitFor()
})
