import { afterAll, beforeAll, expect, test } from 'vitest'
import { packed, unweighable } from './trial.ts'
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
  await expect.poll(generation).toBe(2)
  expect(tab.troubles).toEqual([])
})

test('a projection to which an event does not come through is told of where the events are, and goes on', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  unweighable.add(900)
  await engine.append('parcel-2', 'any', packed.with({ weight: 900 }))
  await using tab = await world.open('/events')
  const told = tab.page.getByRole('region', { name: 'Events do not come through to every projection' })
  await told.getByText('900 kg are too much for the scales').waitFor()
  await told.getByText(/1 event behind/).waitFor()
  await told.getByRole('link', { name: 'Projections' }).click()
  unweighable.clear()
  const row = tab.page.getByRole('row', { name: /trial\.weights/ })
  await row.getByRole('button', { name: 'Resume' }).click()
  await row.getByText('live').waitFor()
  await tab.page.goto(`${world.address}/events`)
  await tab.page.getByRole('link', { name: 'parcel-2' }).waitFor()
  expect(await told.count()).toBe(0)
  expect(tab.troubles).toEqual([])
})

test('the worker that runs the jobs tells how it is, is drained, and takes runs again', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { ship } = await import('./trial.ts')
  await using tab = await world.open('/workers')
  const row = tab.page.getByRole('row').filter({ hasText: 'default' })
  await row.getByText('alive').waitFor()
  await row.getByText('Node').waitFor()
  await row.getByRole('button', { name: 'Drain…' }).click()
  const dialog = tab.page.getByRole('dialog')
  await dialog.getByText('Nobody else works on').waitFor()
  await dialog.getByRole('button', { name: 'Drain it' }).click()
  await row.getByText('draining').waitFor()
  await tab.page.getByRole('link', { name: 'Overview' }).click()
  await tab.page.getByRole('heading', { name: 'Something is broken' }).waitFor()
  const first = tab.page.getByRole('region', { name: 'Overview' }).getByRole('listitem').first()
  await first.getByRole('link', { name: 'Nothing runs: no worker takes queue default' }).click()
  const { id } = await engine.enqueue(ship, { orderId: 91, address: '3 rue Neuve, Lyon' })
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('queued')
  await row.getByRole('button', { name: 'Resume' }).click()
  await row.getByText('alive').waitFor()
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('succeeded')
  expect(tab.troubles).toEqual([])
})
