import type { Figure, Ground, Row } from './row.ts'
import { IS_ANOTHER, IS_SHOWN, LEAVE, openTab, throttle, timeFromStart, timeUntil } from './tab.ts'

const RATE = 4
const REPEATS = 3
const SCREENS = [
  '/runs',
  '/workflows',
  '/errors',
  '/queues',
  '/workers',
  '/schedules',
  '/events',
  '/logs',
  '/alerts',
  '/audit',
  '/quotes',
  '/quotes/clients',
  '/',
]

/** The first view and the ways between screens, with the processor four times as slow. */
export const firstView: Row = {
  name: 'first-view',
  seconds: 90,
  async measure(ground) {
    const views: View[] = []
    for (let count = 0; count < REPEATS; count += 1) views.push(await view(ground))
    const median = (of: (view: View) => number): number =>
      views.map(of).toSorted((one, other) => one - other)[Math.floor(REPEATS / 2)] ?? Number.NaN
    return [
      {
        title: 'First contentful paint, CPU ×4 slower',
        value: median(({ paintMs }) => paintMs),
        unit: 'ms',
        target: 2_000,
      },
      {
        title: 'Home shown with its figures, CPU ×4 slower',
        value: median(({ shownMs }) => shownMs),
        unit: 'ms',
        target: 2_000,
        remark: 'from an empty cache',
      },
      {
        title: 'Everything the first view loads, as transferred',
        value: median(({ kilobytes }) => kilobytes),
        unit: 'kB',
        target: 500,
      },
      ...(await ways(ground)),
    ]
  },
}

interface View {
  readonly paintMs: number
  readonly shownMs: number
  readonly kilobytes: number
}

async function view(ground: Ground): Promise<View> {
  await using tab = await openTab(ground)
  const { page, tools } = tab
  let bytes = 0
  await tools.send('Network.enable')
  tools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  await throttle(tab, RATE)
  await page.goto(ground.server.address, { waitUntil: 'commit' })
  const shownMs = await timeFromStart(tab, IS_SHOWN)
  const paintMs = await page.evaluate<number>(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
  )
  return { paintMs, shownMs, kilobytes: bytes / 1_000 }
}

/** Each screen for the first time, its code included, and a second time. */
async function ways(ground: Ground): Promise<readonly Figure[]> {
  await using tab = await openTab(ground)
  const { page } = tab
  await throttle(tab, RATE)
  await page.goto(ground.server.address)
  await timeFromStart(tab, IS_SHOWN)
  const rounds = []
  for (const round of ['first visit', 'again']) {
    const times: { readonly name: string; readonly ms: number }[] = []
    for (const name of SCREENS) {
      const link = `document.querySelector('nav a[href="${name}"]')`
      if (await page.evaluate<boolean>(`${link} === null`)) throw new Error(`the menu does not lead to ${name}`)
      times.push({ name, ms: await timeUntil(tab, `${LEAVE}; ${link}.click()`, IS_ANOTHER) })
    }
    const slowest = times.toSorted((one, other) => other.ms - one.ms)
    rounds.push({
      title: `From screen to screen, ${round}, the slowest of ${SCREENS.length}, CPU ×4 slower`,
      value: slowest[0]?.ms ?? Number.NaN,
      unit: 'ms' as const,
      target: 1_000,
      remark: slowest
        .slice(0, 3)
        .map(({ name, ms }) => `${name} ${Math.round(ms)} ms`)
        .join(', '),
    })
  }
  return rounds
}
