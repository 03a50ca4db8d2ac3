import type { Scope } from '@regie/platform'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { trial } from './trial.ts'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000
const MANIFEST = z.looseObject({
  icons: z.array(z.object({ src: z.string(), sizes: z.string(), type: z.string() })).min(2),
})

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('the reference of the API is read in both themes and on a telephone, and a request is tried from it', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/api/docs?lang=en', { theme: 'dark', width: 320 })
  const { page } = tab
  await page.getByRole('link', { name: 'To the console' }).waitFor()
  await page.locator('html.dark-mode').waitFor()
  await page.locator('#operations-tag-queues').click()
  await page.locator('#operations-queues-getQueues button').first().click()
  await page.getByText('queues.read').waitFor()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('"concurrency"').first().waitFor()
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0)
  expect(tab.troubles).toEqual([])
  await using light = await world.open('/api/docs', { theme: 'light' })
  await light.page.getByText('/api/openapi.json').waitFor()
  expect(await light.page.locator('html.dark-mode').count()).toBe(0)
})

test('what somebody is told is counted in the header at once, read, and no longer counted', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/')
  const { page } = tab
  await page.getByRole('link', { name: 'No unread notifications' }).waitFor()
  const context = world.platform.services.context<Scope>(trial.id, world.platform.config.org.id)
  await context.notify('operator', { title: 'The quote was accepted', body: 'By Ada.', link: '/runs' })
  await context.notify('operator', { title: 'The printer is out of paper' })
  await page.getByRole('link', { name: '2 unread notifications' }).click()
  await page.getByRole('heading', { name: 'Notifications' }).waitFor()
  const accepted = page.getByRole('listitem').filter({ hasText: 'The quote was accepted' })
  await accepted.getByRole('link', { name: 'Open' }).click()
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.getByRole('link', { name: '1 unread notification', exact: true }).click()
  await page.route('**/notifications/*/read', (route) => route.abort(), { times: 1 })
  const markAsRead = page.getByRole('button', { name: 'Mark as read', exact: true })
  // The list may still be on its way that knows the first one was read.
  await expect.poll(() => markAsRead.count()).toBe(1)
  await markAsRead.click()
  await page.getByText('The server cannot be reached. Check the connection, then try again.').waitFor()
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.getByRole('link', { name: 'No unread notifications' }).waitFor()
  for (let n = 1; n <= 100; n += 1) await context.notify('operator', { title: `Parcel ${n} has left` })
  await page.getByText('Parcel 100 has left').waitFor()
  expect(await accepted.count()).toBe(0)
  await page.getByRole('button', { name: 'Load more' }).click()
  await accepted.waitFor()
  expect(tab.troubles).toEqual([])
})

test('every way by keyboard is listed, works, and those of one letter can be turned off', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/runs')
  const { page } = tab
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.getByText('Pause or resume live updates').waitFor()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('q')
  await page.getByRole('heading', { name: 'Queues', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Search, go, do' })
  await field.fill('work')
  await page.getByRole('option', { name: 'Workflows' }).waitFor()
  await page.keyboard.press('ArrowDown')
  const chosen = await field.getAttribute('aria-activedescendant')
  expect(await page.locator(`#${chosen}`).getAttribute('aria-selected')).toBe('true')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Account and display' }).click()
  await page.getByRole('switch', { name: 'Single-key shortcuts' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('switch', { name: 'Single-key shortcuts' }).waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(new URL(page.url()).pathname).toBe('/queues')
  await page.keyboard.press('Control+k')
  await field.waitFor()
  expect(tab.troubles).toEqual([])
})

test('the palette finds what apps and the server know, remembers it, and does what the open page offers or says why not', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const [run] = (await engine.runs.search({ job: 'trial.scan', state: ['running'] })).runs
  await using tab = await world.open('/queues')
  const { page } = tab
  const field = page.getByRole('combobox')
  const look = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await field.fill(text)
  }
  await page.getByRole('table', { name: 'Queues' }).waitFor()
  await look('pause def')
  await page.getByRole('option', { name: 'Pause… · default On this page', selected: true }).waitFor()
  await page.getByRole('status').filter({ hasText: '1 result' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: /default/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await look('lefevre')
  await page.getByRole('option', { name: /^Boulangerie Lefèvre .*Client$/ }).click()
  await page.getByRole('heading', { name: 'Boulangerie Lefèvre', level: 1 }).waitFor()
  // What another page has a button for: it opens, and asks.
  await look('pause queue def')
  await page.getByRole('option', { name: 'Pause the queue · default Do', selected: true }).waitFor()
  await page.keyboard.press('Enter')
  const asked = page.getByRole('dialog', { name: /default/ })
  await asked.locator(':focus').waitFor()
  await page.keyboard.press('Escape')
  await asked.waitFor({ state: 'detached' })
  for (const [text, found] of [
    ['address missing', /^ADDRESS_MISSING: .* Error$/],
    ['quotes.notify', /^quotes.notify Schedule$/],
    ['order #', /^trial.order #\d+ .*Workflow$/],
  ] as const) {
    await look(text)
    await page.getByRole('option', { name: found }).first().waitFor()
  }
  await field.fill(String(run?.id))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'trial.scan', level: 1 }).waitFor()
  await look('retry now')
  const refused = page.getByRole('option', { name: /^Retry now It has neither ended/ })
  expect(await refused.getAttribute('aria-disabled')).toBe('true')
  await page.keyboard.press('Enter')
  await refused.waitFor()
  await field.fill('')
  await page.getByRole('group', { name: 'Recent' }).getByRole('option', { name: 'Boulangerie Lefèvre' }).waitFor()
  await field.fill('dark')
  await page.keyboard.press('Enter')
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  expect(tab.troubles).toEqual([])
})

test('the menu is skipped by keyboard, and a table says how many rows it has and which is which', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/runs')
  const { page } = tab
  await page.getByRole('table', { name: 'Runs' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content')
  const browser = await page.context().newCDPSession(page)
  const { nodes } = await browser.send('Accessibility.getFullAXTree')
  const rows = nodes.filter(({ role, ignored }) => role?.value === 'row' && !ignored)
  const table = page.getByRole('table', { name: 'Runs' })
  // One of them is the headings'.
  expect(await table.getAttribute('aria-rowcount')).toBe(String(rows.length))
  expect(await table.locator('tbody tr').first().getAttribute('aria-rowindex')).toBe('2')
})

test('a page never opened before says that the server is away, and comes once it is back', {
  timeout: LONG_MS,
}, async () => {
  await using away = await openWorld()
  await using tab = await away.open('/')
  const { page } = tab
  await page.getByRole('link', { name: 'Workers', exact: true }).waitFor()
  await away.stop()
  // Pressed at once, before the page has noticed by itself.
  await page.getByRole('link', { name: 'Workers', exact: true }).press('Enter')
  await page.locator('main [data-state="failed"]').waitFor()
  await page.getByRole('button', { name: 'Stale' }).waitFor({ timeout: 60_000 })
  await away.restart()
  await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor({ timeout: 60_000 })
})

test('a new build is told and waits for whoever writes, and a page whose files are gone is loaded anew', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/settings')
  const { page } = tab
  await page.getByRole('searchbox').fill('half a word')
  const own = (await page.locator('script[type="module"]').getAttribute('src')) ?? ''
  await page.route(`${world.address}/`, async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: (await answer.text()).replace(own, '/console/index-newer.js') })
  })
  await comeBack(page)
  await page.getByRole('status').getByText('A new version of the console is here').waitFor()
  expect(await page.getByRole('searchbox').inputValue()).toBe('half a word')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.unroute(`${world.address}/`)
  const gone = '**/console/workers-page-*.js'
  await page.route(gone, (route) => route.fulfill({ status: 404 }))
  const link = page.getByRole('link', { name: 'Workers', exact: true })
  const refused = page.waitForResponse(gone)
  await link.hover()
  await refused
  // Pointing at the link was no wish to go.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 200))')
  expect(await page.getByRole('searchbox').inputValue()).toBe('half a word')
  const reloaded = page.waitForEvent('load')
  await link.click()
  await reloaded
  await page.getByRole('heading', { name: 'A new version of the console is here', level: 1 }).waitFor()
  await page.unroute(gone)
  await page.getByRole('button', { name: 'Load again' }).click()
  await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor()
})

test('it can be installed, shows what is pushed, opens without its server, and says so', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/', { installed: true })
  const { page } = tab
  const link = await page.locator('link[rel="manifest"]').getAttribute('href')
  const manifest = MANIFEST.parse(await (await fetch(`${world.address}${link}`)).json())
  expect(manifest).toMatchObject({ name: 'Regie', display: 'standalone', start_url: '/', scope: '/' })
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await fetch(`${world.address}${src}`)
    expect([sizes, icon.status, icon.headers.get('content-type')]).toEqual([sizes, 200, type])
  }
  await page.evaluate('navigator.serviceWorker.ready.then(({ active }) => active.state)')
  // Each file comes once, also when it is in the browser's memory: what is preloaded is what is used.
  for (const path of ['/', '/queues', '/']) {
    await page.goto(world.address + path)
    await page.locator('main h1').first().waitFor()
    const names = await page.evaluate<readonly string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))`,
    )
    expect(names.length).toBe(new Set(names).size)
  }
  // A message that is pressed takes nobody away from what they have begun to write.
  await page.getByRole('button', { name: 'Search or jump to…' }).click()
  await page.getByRole('combobox').fill('half a word')
  const [worker] = page.context().serviceWorkers()
  const opened = await worker?.evaluate<string>(
    `new Promise((resolve) => { clients.openWindow = async (url) => resolve(String(url)); openAt('/queues') })`,
  )
  expect(opened).toBe(`${world.address}/queues`)
  expect(await page.getByRole('combobox').inputValue()).toBe('half a word')
  await page.keyboard.press('Escape')
  const message = { id: 'n1', title: 'Backup failed', body: 'The disk is full.', link: '/backups' }
  expect(await pushed(page, message)).toEqual({
    notification: {
      title: 'Backup failed',
      body: 'The disk is full.',
      tag: 'n1',
      icon: '/console-icon-192.png',
      data: { link: '/backups' },
    },
    pressed: { closed: true, opened: `${world.address}/backups` },
  })
  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await page.reload()
  await page.getByText('The console cannot reach its server').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('heading', { level: 1 }).waitFor()
})

/** To the tab, from another: a browser without a screen never leaves one. */
async function comeBack(page: Page): Promise<void> {
  for (const isHidden of [true, false])
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))`)
}

test('what the command can do is done here: a job is enqueued', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/runs')
  const { page } = tab
  await page.getByRole('button', { name: 'New run…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Choose a job.').waitFor()
  await dialog.getByLabel('Job').selectOption('trial.ship')
  await expect.poll(() => dialog.getByLabel('Input').inputValue()).toContain('"orderId": null')
  await dialog.getByLabel('Input').fill('{ "orderId": "many" }')
  await dialog.getByRole('button', { name: 'Enqueue' }).click()
  await dialog
    .locator('.mantine-InputWrapper-error')
    .getByText(/orderId/)
    .first()
    .waitFor()
  await dialog.getByLabel('Input').fill('{ "orderId": 99, "address": "3 quai Nord, Brest" }')
  await page.route('**/api/v1/runs', (route) => route.abort('connectionreset'), { times: 1 })
  await dialog.getByRole('button', { name: 'Enqueue' }).click()
  await dialog.getByRole('alert').getByText('The server cannot be reached. Check the connection').waitFor()
  await dialog.getByRole('button', { name: 'Enqueue' }).click()
  await page.getByRole('heading', { name: 'trial.ship' }).waitFor()
  await page.getByText('3 quai Nord, Brest').first().waitFor()
  expect(tab.troubles).toEqual([])
})

/**
 * A message as a push service delivers it: what the browser is asked to show, and to open when that is pressed. A browser
 * without a screen shows no messages, and nobody can press one: its two ends are heard here, the rest is real.
 */
async function pushed(page: Page, message: Readonly<Record<string, string>>): Promise<unknown> {
  const context = page.context()
  const origin = new URL(page.url()).origin
  const [worker] = context.serviceWorkers()
  const shown = worker?.evaluate(`new Promise((resolve) => {
    registration.showNotification = async (title, options) => resolve({ title, ...options })
  })`)
  const browser = await context.newCDPSession(page)
  const registration = new Promise<string>((resolve) => {
    browser.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
      if (first !== undefined) resolve(first.registrationId)
    })
  })
  await browser.send('ServiceWorker.enable')
  const data = JSON.stringify(message)
  await browser.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registration, data })
  const notification = await shown
  const pressed = await worker?.evaluate(`(async () => {
    let closed = false
    let work
    const event = new ExtendableEvent('notificationclick')
    const notification = { ...${JSON.stringify(notification)}, close: () => { closed = true } }
    Object.defineProperties(event, {
      notification: { value: notification },
      waitUntil: { value: (promise) => { work = promise } },
    })
    const opened = new Promise((resolve) => { clients.openWindow = async (url) => resolve(String(url)) })
    self.dispatchEvent(event)
    await work
    return { closed, opened: await opened }
  })()`)
  return { notification, pressed }
}

test('how much is at work stands in the header of every page, leads there, and falls when it ends', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/queues')
  const { page } = tab
  await page.getByRole('link', { name: /^\d+ running$/ }).click()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'trial.scan' }).waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('state:running')
  await world.platform.engine.runs.cancelMany({ job: 'trial.scan' })
  await page.getByRole('link', { name: 'Idle' }).waitFor()
  expect(tab.troubles).toEqual([])
})
