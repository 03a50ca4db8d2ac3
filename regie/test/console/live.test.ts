import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scan } from './trial.ts'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

const live = (page: Page) => page.getByRole('button', { name: /^(?:Live|Paused)$/ })
const hearsBy = (page: Page, by: string) => page.locator(`button[data-by="${by}"]`).waitFor()
const row = (page: Page, id: number) => page.locator(`a[href="/runs/${id}"]`)

async function enqueue(): Promise<number> {
  const { id } = await world.platform.engine.enqueue(scan, { pages: 1 })
  return id
}

/** Until it is shown, nothing else: a server that never answers would not do. */
async function appears(page: Page, id: number): Promise<void> {
  await row(page, id).waitFor()
}

/** The server has told of what changed, and the page has had the time to ask. */
async function told(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 1500))')
}

test('what changes is told over the WebSocket hub, and moves neither what is ticked nor what is read', {
  timeout: LONG_MS,
}, async () => {
  for (let count = 0; count < 60; count += 1) await enqueue()
  await using tab = await world.open('/runs')
  const { page } = tab
  await hearsBy(page, 'websocket')
  await appears(page, await enqueue())
  const list = page.getByRole('group', { name: 'Runs' })
  await list.evaluate((place: { scrollTop: number }) => {
    place.scrollTop = 600
  })
  const read = page.locator('tbody tr[data-index="15"]')
  const key = (await read.getByRole('checkbox').getAttribute('aria-label')) ?? ''
  await page.getByRole('checkbox', { name: key, exact: true }).check()
  const topOf = async () => (await page.getByRole('checkbox', { name: key, exact: true }).boundingBox())?.y
  const before = await topOf()
  await enqueue()
  await enqueue()
  await page.locator('tbody tr[data-index="17"]').getByRole('checkbox', { name: key, exact: true }).waitFor()
  expect(await topOf()).toBe(before)
  expect(await page.getByRole('checkbox', { name: key, exact: true }).isChecked()).toBe(true)
  expect(tab.troubles).toEqual([])
})

test('paused and out of sight nothing moves; afterwards everything is as it is', { timeout: LONG_MS }, async () => {
  await using tab = await world.open('/runs')
  const { page } = tab
  await hearsBy(page, 'websocket')
  await live(page).click()
  const missed = await enqueue()
  await told(page)
  expect(await row(page, missed).count()).toBe(0)
  await live(page).click()
  await appears(page, missed)
  const show = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
       Object.defineProperty(document, 'visibilityState', { value: '${hidden ? 'hidden' : 'visible'}', configurable: true });
       document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`,
    )
  await show(true)
  const unseen = await enqueue()
  await told(page)
  expect(await row(page, unseen).count()).toBe(0)
  await show(false)
  await appears(page, unseen)
})

test('a connection that breaks goes on from where it was: every line of the log comes once', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/logs')
  const { page } = tab
  await hearsBy(page, 'websocket')
  await page.getByText('Nothing is written yet').waitFor()
  for (let line = 1; line <= 30; line += 1) {
    world.say(30, `kept line ${line}.`)
    if (line % 10 === 0) world.breakConnections()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await page.getByText('kept line 30.').waitFor()
  await page.getByText('30 lines', { exact: true }).waitFor()
  await page.getByRole('searchbox', { name: 'Search the lines' }).fill('kept line 1.')
  await page.getByText('1 line', { exact: true }).waitFor()
})

test('without WebSockets the console hears by an event stream, and without that by asking', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/about:blank-first')
  const { page } = tab
  await page.routeWebSocket(/\/connection\/websocket$/, (socket) => socket.close())
  await page.goto(`${world.address}/runs`)
  await hearsBy(page, 'event-stream')
  await appears(page, await enqueue())
  await page.route(/\/api\/v1\/stream\?/, (route) => route.abort())
  await page.goto(`${world.address}/runs`)
  await hearsBy(page, 'poll')
  await appears(page, await enqueue())
})
