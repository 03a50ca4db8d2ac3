import { type Figure, type Ground, percentile, type Row } from './row.ts'
import { goTo, openAside, openTab, type Tab, timeUntil } from './tab.ts'

const TIMES = 4
// One of each kind: by state, queue, job, error, age, input, tag and kind; what matches everything, a little, and nothing.
const FILTERS: readonly string[] = [
  '',
  'state:failed',
  'state:failed queue:mail',
  'state:queued',
  'queue:mail',
  'queue:rare',
  'job:bench.report',
  'job:nothing.*',
  'error:ECONN*',
  'error:device',
  'error:nothing-like-it',
  'age>4d',
  'age<1h',
  'input.orderId:500000',
  'input.customer:"customer 77"',
  'tag:vip',
  '-tag:vip state:cancelled',
]
const SHOWN = `(document.querySelector('main tr[data-index]') ?? document.querySelector('[data-state="empty-filter"]'))`

/** The first rows of the list of runs, for each filter, from the click to the paint. */
export function runs(store: 'SQLite' | 'PostgreSQL', count: number): Row {
  return {
    name: store === 'SQLite' ? 'runs' : 'runs-postgres',
    seconds: 180,
    async measure(ground) {
      await using tab = await openTab(ground)
      const times = new Map<string, number[]>()
      for (let round = 0; round < TIMES; round += 1) {
        for (const filter of FILTERS) {
          const own = times.get(filter) ?? []
          times.set(filter, own)
          own.push(await open(tab, ground, filter))
        }
      }
      const all = [...times.values()].flat()
      const slowest = [...times]
        .map(([filter, own]) => ({ filter, ms: percentile(own, 0.5) }))
        .toSorted((one, other) => other.ms - one.ms)
      const of = `${count.toLocaleString('en')} runs, ${store}`
      return [
        {
          title: `${of}: first rows, p95 over ${FILTERS.length} filters`,
          value: percentile(all, 0.95),
          unit: 'ms',
          target: 300,
          remark: `median ${Math.round(percentile(all, 0.5))} ms; slowest by median: ${slowest
            .slice(0, 4)
            .map(({ filter, ms }) => `\`${filter}\` ${Math.round(ms)} ms`)
            .join(', ')}`,
        },
        await capped(tab, ground, of),
      ]
    },
  }
}

/** From another screen, with nothing remembered: what was asked before would be shown at once. */
async function open(tab: Tab, { server }: Ground, filter: string): Promise<number> {
  await openAside(tab, server.address)
  return timeUntil(tab, goTo(filter === '' ? '/runs' : `/runs?q=${encodeURIComponent(filter)}`), `${SHOWN} !== null`)
}

async function capped(tab: Tab, { server }: Ground, of: string): Promise<Figure> {
  await openAside(tab, server.address)
  const value = await timeUntil(tab, goTo('/runs'), `document.querySelector('main')?.textContent.includes('10,000+')`)
  return { title: `${of}: “10,000+” stands above them`, value, unit: 'ms', target: 1_000 }
}
