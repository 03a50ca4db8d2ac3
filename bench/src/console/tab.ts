import type { CDPSession, Page } from 'playwright-core'
import type { Ground } from './row.ts'

/** A page of a fresh profile, and the browser's own tools for it. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  readonly tools: CDPSession
}

const LONGEST_MS = 30_000

/** Opens an empty one of somebody who has signed in: English, light, the tour seen. */
export async function openTab({ browser, session }: Pick<Ground, 'browser' | 'session'>): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    serviceWorkers: 'block',
    storageState: session,
  })
  context.setDefaultTimeout(LONGEST_MS)
  await context.addInitScript(
    `localStorage.setItem('regie.preferences', ${JSON.stringify(JSON.stringify({ language: 'en', theme: 'light', toured: true }))})`,
  )
  await context.addInitScript(STOPWATCH)
  const page = await context.newPage()
  return { page, tools: await context.newCDPSession(page), [Symbol.asyncDispose]: () => context.close() }
}

/** Makes the processor slower by a factor, for this page. */
export async function throttle({ tools }: Tab, rate: number): Promise<void> {
  await tools.send('Emulation.setCPUThrottlingRate', { rate })
}

/**
 * How long it takes in the page, in milliseconds, from an act to the frame in which `seen` is painted. Both are JavaScript:
 * the act a statement, `seen` an expression that is true once everything is there.
 */
export async function timeUntil({ page }: Tab, act: string, seen: string): Promise<number> {
  const ms = await page.evaluate<number>(`stopwatch(() => { ${act} }, () => ${seen}, ${LONGEST_MS})`)
  if (ms < 0) throw new Error(`${page.url()}: "${seen}" did not come true within ${LONGEST_MS / 1_000} s`)
  return ms
}

/** Goes to an address within the console, as a link does. */
export function goTo(path: string): string {
  return `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: {} }))`
}

/** Milliseconds from the start of the navigation that made this page to the frame in which `seen` is painted. */
export async function timeFromStart({ page }: Tab, seen: string): Promise<number> {
  const ms = await page.evaluate<number>(
    `stopwatch(() => {}, () => ${seen}, ${LONGEST_MS}).then((ms) => ms < 0 ? ms : performance.now())`,
  )
  if (ms < 0) throw new Error(`${page.url()}: "${seen}" did not come true within ${LONGEST_MS / 1_000} s`)
  return ms
}

/** True once a screen stands there with what it shows, and nothing of it is on its way. */
export const IS_SHOWN = `document.querySelector('main h1') !== null && document.querySelector('main [data-state="loading"]') === null`

/** The same, and it is another one than when {@link LEAVE} was run. */
export const IS_ANOTHER = `document.querySelector('main h1')?.textContent !== globalThis.left && ${IS_SHOWN}`

/** Remembers which screen is left. */
export const LEAVE = `globalThis.left = document.querySelector('main h1')?.textContent`

/** Opens a screen on which little happens, with nothing remembered of others. */
export async function openAside(tab: Tab, address: string): Promise<void> {
  await tab.page.goto(`${address}/workers`)
  await timeUntil(tab, '', IS_SHOWN)
}

// A frame is painted after its callbacks: a message sent from one arrives once it has been.
const STOPWATCH = `
globalThis.stopwatch = (act, seen, longest) => new Promise((resolve) => {
  const from = performance.now()
  const look = () => {
    const gone = performance.now() - from
    if (gone > longest) return resolve(-1)
    if (!seen()) return requestAnimationFrame(look)
    const { port1, port2 } = new MessageChannel()
    port2.onmessage = () => resolve(performance.now() - from)
    port1.postMessage(0)
  }
  act()
  requestAnimationFrame(look)
})`
