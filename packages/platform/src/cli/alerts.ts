import type { AlertRecord } from '../alert/record.ts'
import type { Platform } from '../app/platform.ts'
import { PlatformError } from '../errors.ts'
import { command } from './command.ts'
import { flag, text, whole } from './option.ts'
import type { Screen, Tone } from './style.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'

const TONES: Readonly<Record<AlertRecord['severity'], Tone | undefined>> = {
  info: undefined,
  warning: 'odd',
  critical: 'bad',
}

/** `regie alerts list` */
export const alertsList = command({
  name: 'alerts list',
  summary: 'List open alerts, the latest first',
  options: {
    all: flag('Also those that are resolved'),
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  async run({ options, session }) {
    const { alerts: book } = await session.open()
    const { all, limit, after } = options
    const { alerts, next } = await book.list(all ? {} : { open: true }, { limit, cursor: after })
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    return {
      json: { items: alerts, ...(next !== undefined && { next }) },
      text: (screen) => (alerts.length === 0 ? 'No alert is open.\n' : listText(screen, alerts) + more),
    }
  },
})

/** `regie alerts resolve` */
export const alertsResolve = command({
  name: 'alerts resolve',
  summary: 'Close an alert; raised again, it opens anew',
  changes: 'alert',
  parameters: { alert: { about: 'the key or the id of an alert, see alerts list' } },
  examples: ['alerts resolve job:backup.daily'],
  async run({ words, session }) {
    const { alerts } = await session.open()
    const record = await alerts.resolve(await idOf(alerts, words.alert))
    return { json: record, text: () => `The alert ${record.key} is resolved.\n` }
  },
})

async function idOf(alerts: Platform['alerts'], typed: string): Promise<string> {
  if (/^[0-9a-f-]{36}$/.test(typed)) return typed
  for (let cursor: string | undefined; ; ) {
    const page = await alerts.list({ open: true }, { limit: 200, cursor })
    const found = page.alerts.find(({ key }) => key === typed)
    if (found !== undefined) return found.id
    if (page.next === undefined)
      throw new PlatformError('ALERT_UNKNOWN', `no open alert has the key ${typed}`, { status: 404 })
    cursor = page.next
  }
}

function listText(screen: Screen, alerts: readonly AlertRecord[]): string {
  return table<AlertRecord>(
    screen,
    [
      { title: 'SEVERITY', value: ({ severity }) => severity, tone: ({ severity }) => TONES[severity] },
      { title: 'KEY', value: ({ key }) => key },
      { title: 'TIMES', value: ({ count }) => String(count), align: 'right' },
      { title: 'SINCE', value: ({ firstAt }) => localTime(firstAt) },
      { title: 'LAST', value: ({ lastAt }) => localTime(lastAt) },
      { title: 'STATE', value: ({ resolvedAt }) => (resolvedAt === undefined ? 'open' : 'resolved') },
      { title: 'WHAT', value: ({ title, detail }) => `${title}: ${detail}` },
    ],
    alerts,
  )
}
