import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
  await page.getByText('Nothing is written yet').waitFor()
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
  await page.getByText('Nothing is written yet').waitFor()
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

test('what was written before is there at once, goes back by scrolling, is searched by the server, and entered at an instant', {
  timeout: LONG_MS,
}, async () => {
  const { dataDir, org } = world.platform.config
  const day = Date.UTC(2026, 10, 20)
  const line = (minute: number) => {
    const of = minute % 3 === 0 ? { part: 'http', console: true } : { part: 'engine', run: minute }
    return `${JSON.stringify({ level: 30, time: day + minute * 60_000, ...of, msg: `minute ${minute} of the day` })}\n`
  }
  await mkdir(join(dataDir, 'logs'), { recursive: true })
  const lines = Array.from({ length: 1_000 }, (_, minute) => line(minute))
  await writeFile(join(dataDir, 'logs/regie-2026-11-20.log'), lines.join(''))
  await using tab = await world.open('/logs')
  const { page } = tab
  const log = page.getByRole('region', { name: 'Log' })
  await log.getByText('minute 998 of the day').waitFor()
  world.say(30, 'and now')
  await log.getByText('and now').waitFor()
  expect(await log.getByText('minute 999 of the day').count()).toBe(0)
  await page.getByRole('switch', { name: 'Requests of consoles' }).click({ force: true })
  await log.getByText('minute 999 of the day').waitFor()
  await page.getByRole('switch', { name: 'Requests of consoles' }).click({ force: true })
  await log.hover()
  await expect
    .poll(async () => {
      // Less than what is in sight: no line is passed over.
      await page.mouse.wheel(0, -400)
      return log.getByText('minute 400 of the day').count()
    })
    .toBe(1)
  await page.getByText('Stopped here').waitFor()
  await page.getByRole('searchbox', { name: 'Search the lines' }).fill('run:7')
  await log.getByText('minute 7 of the day').waitFor()
  await page.getByText('1 line', { exact: true }).waitFor()
  await page.getByText('All that is kept').waitFor()
  await log.getByText('minute 7 of the day').click()
  await page.getByRole('button', { name: 'Only part:engine' }).click()
  const search = page.getByRole('searchbox', { name: 'Search the lines' })
  await expect.poll(() => search.inputValue()).toBe('part:engine')
  await search.fill('')
  const shown = new Date(day + 500 * 60_000).toLocaleString('sv', { timeZone: org.timeZone })
  await page.getByLabel('From', { exact: true }).fill(shown.slice(0, 16).replace(' ', 'T'))
  await log.getByText('minute 500 of the day').waitFor()
  await log.getByText('20 Nov').first().waitFor()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await log.getByText('minute 998 of the day').waitFor()
  expect(tab.troubles).toEqual([])
})
