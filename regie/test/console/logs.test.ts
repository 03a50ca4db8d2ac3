import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('the log is followed, stands still for who scrolls up, is searched, and shows no line as anything but text', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/logs')
  const { page } = tab
  await page.getByText('Nothing was written since').waitFor()
  for (let line = 1; line <= 90; line += 1) world.say(30, `line ${line} of the flood`)
  await page.getByText('line 90 of the flood').waitFor()
  expect(await page.getByText(/of the flood/).count()).toBeLessThan(90)
  await page.getByRole('region', { name: 'Log' }).hover()
  await page.mouse.wheel(0, -600)
  await page.getByText('Stopped here').waitFor()
  const before = await page.getByText(/of the flood/).allTextContents()
  world.say(50, '\u001b[31m<b>the disk is full</b>\u001b[0m')
  await page.getByRole('button', { name: 'Follow again (1 new)' }).waitFor()
  expect(await page.getByText(/of the flood/).allTextContents()).toEqual(before)
  await page.getByRole('button', { name: 'Follow again (1 new)' }).click()
  await page.getByText('<b>the disk is full</b>', { exact: true }).waitFor()
  await page.getByRole('searchbox', { name: 'Search the lines' }).fill('line 42 ')
  await page.getByText('1 line', { exact: true }).waitFor()
  await page.getByText('line 42 of the flood').click()
  await page.getByRole('heading', { name: 'Line' }).waitFor()
  expect(tab.troubles).toEqual([])
})

test('a thousand lines a second are all heard, out of sight too', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/logs')
  const { page } = tab
  await page.getByText('Nothing was written since').waitFor()
  await page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: true, configurable: true });
     document.dispatchEvent(new Event('visibilitychange'))`,
  )
  for (let round = 0; round < 20; round += 1) {
    for (let line = 1; line <= 100; line += 1) world.say(30, `flood ${round * 100 + line}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await page.getByText('2,000 lines', { exact: true }).waitFor()
  await page.getByText('flood 2000', { exact: true }).waitFor()
})
