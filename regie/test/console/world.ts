import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyApp, contextOf, createPlatform, operatorOf, type Platform, parseConfig } from '@regie/platform'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { apps } from '../apps.ts'
import { heardLog } from '../heard-log.ts'
import { buildConsole } from './build.ts'
import { openBrowser } from './chromium.ts'
import { order, packed, scan, ship, trial } from './trial.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** The apps that a tested console shows. */
export const SHOWN: readonly AnyApp[] = [...apps, trial]

/** Everybody's. */
export const PASSWORD = 'three wise geese'

// These tests are not about who asks: everybody may do everything.
const OPERATOR = {
  authenticate: async () => ({
    kind: 'user' as const,
    id: 'operator',
    name: 'Operator',
    org: 'main',
    permissions: new Set(['*']),
  }),
}

/** How a person has set the console up. */
export interface Looks {
  readonly language?: 'en' | 'fr' | 'x-pseudo'
  readonly theme?: 'light' | 'dark' | 'auto'
  readonly width?: number
  readonly height?: number
  /** With the service worker, as for people. Default: every file comes from the server. */
  readonly installed?: boolean
  /** They have been here before. Default true. */
  readonly toured?: boolean
}

/** A server with a console, filled with examples, and a browser to look at it. */
export interface World extends AsyncDisposable {
  /** The one that runs now. */
  readonly platform: Platform
  readonly address: string
  readonly setupLink: string
  /** A fresh browser profile at that address. */
  open(path: string, looks?: Looks): Promise<Tab>
  /** Somebody `<name>@example.com` with {@link PASSWORD}; answers the id. */
  person(name: string, ...roles: readonly string[]): Promise<string>
  /** A fresh browser profile in which one of them has signed in, at that address (default: the overview). */
  signIn(name: string, path?: string, looks?: Looks): Promise<Tab>
  /** Writes a line into its log; levels are pino's numbers. */
  say(level: number, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Writes a line of a run into it. */
  sayIn(run: number, message: string, attempt?: number): void
  /** Cuts every live connection, as a network that fails. */
  breakConnections(): void
  /** Ends the server, as if it had been killed; what it has is kept. */
  stop(): Promise<void>
  /** Starts it again, over what was kept, at the same address. */
  restart(): Promise<void>
}

/** One page, and what went wrong in it. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  /** Errors of scripts and of the content security policy. */
  readonly troubles: readonly string[]
}

/**
 * Starts one. The runs are there: one that failed, one at work, some that succeeded. `signIn`: nobody is in before they have
 * signed in, and `setupLink` is there for the first administrator.
 */
export async function openWorld({ signIn = false } = {}): Promise<World> {
  await buildConsole()
  const folder = await mkdtemp(join(tmpdir(), 'regie-console-'))
  const env = {
    REGIE_DATA_DIR: join(folder, 'data'),
    REGIE_LOG_LEVEL: 'error',
    REGIE_APP_QUOTES: '{"validityDays":45}',
  }
  const log = heardLog()
  const create = (port: string) =>
    createPlatform({
      config: parseConfig({ ...env, REGIE_PORT: port }, {}, SHOWN),
      apps: SHOWN,
      log,
      ...(!signIn && { identity: OPERATOR }),
      console: join(ROOT, 'regie/dist/console'),
    })
  let platform = await create('0')
  const started = await platform.start()
  const { setupLink = '' } = started
  // By name: passkeys do not belong to numbers.
  const address = (started.address ?? '').replace('127.0.0.1', 'localhost')
  await fill(platform)
  let browser: Browser | undefined
  const stop = async (): Promise<void> => {
    // Otherwise what runs is waited for.
    await platform.engine.runs.cancelMany({ job: scan.name }).catch(() => {})
    await platform.stop()
  }
  const open: World['open'] = async (path, looks) => {
    browser ??= await openBrowser()
    return openTab(browser, address + path, looks)
  }
  return {
    get platform() {
      return platform
    },
    address,
    setupLink,
    open,
    async person(name, ...roles) {
      const user = { email: `${name}@example.com`, name, password: PASSWORD, roles }
      return (await platform.identity.users.create(operatorOf(platform.config.org.id), user)).id
    },
    async signIn(name, path = '/', looks) {
      const tab = await open(`/sign-in?next=${encodeURIComponent(path)}`, looks)
      await tab.page.locator('#email').fill(`${name}@example.com`)
      await tab.page.locator('#password').fill(PASSWORD)
      await tab.page.locator('[type="submit"]').click()
      await tab.page.waitForURL((url) => url.pathname + url.search === path)
      await tab.page.locator('main h1').first().waitFor()
      return tab
    },
    say: (level, msg, fields = {}) => log.say(level, { part: 'trial', ...fields }, msg),
    sayIn(run, msg, attempt = 1) {
      platform.runLogs.logger(log.ofRuns, { id: run, org: 'main', attempt }).info({}, msg)
    },
    breakConnections() {
      for (const connection of platform.realtime.ground.connections) connection.end('shutdown')
    },
    stop,
    async restart() {
      platform = await create(new URL(address).port)
      await platform.start()
    },
    async [Symbol.asyncDispose]() {
      await browser?.close()
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function fill({ engine, services, apps: composed, config }: Platform): Promise<void> {
  for (const app of composed) await app.sample?.(contextOf(services, app, config.org.id) as never)
  await engine.enqueue(scan, { pages: 5 })
  for (const orderId of [41, 42, 43]) await engine.enqueue(ship, { orderId, address: '' })
  for (const orderId of [51, 52]) await engine.enqueue(ship, { orderId, address: '4 rue Neuve, Lyon' })
  for (const weight of [2, 5]) await engine.append('parcel-1', 'any', packed.with({ weight }))
  await engine.enqueue(order, { orderId: 71, address: '9 cours Vitton, Lyon' })
  const ended = { state: ['failed', 'succeeded'] as const, job: 'trial.ship' }
  while ((await engine.runs.count(ended)) < 5) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function openTab(browser: Browser, url: string, looks: Looks = {}): Promise<Tab> {
  const { language = 'en', theme = 'light', width = 1280, height = 860, installed = false, toured = true } = looks
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    serviceWorkers: installed ? 'allow' : 'block',
  })
  await context.addInitScript(
    // What they choose while they are here is kept.
    `localStorage['regie.preferences'] ??= ${JSON.stringify(JSON.stringify({ language, theme, toured }))}`,
  )
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', ({ message }) => troubles.push(message))
  page.on('console', (message) => {
    // Answers that are refusals are logged by the browser too; those a test may want.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) troubles.push(message.text())
  })
  await page.goto(url)
  await page.locator('main h1').first().waitFor()
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() }
}
