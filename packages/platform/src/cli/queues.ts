import { durationMs, type QueueStatus } from '@regie/engine'
import type { QueueWaits } from '../queue/waits.ts'
import { command } from './command.ts'
import { duration, sentence } from './option.ts'
import { table } from './table.ts'
import { localTime, spell } from './time.ts'

const name = { about: 'the name of a queue, see queues list' }

/** `regie queues list` */
export const queuesList = command({
  name: 'queues list',
  summary: 'List queues and what waits in them',
  async run({ session }) {
    const { engine, queueDesk, waits } = await session.open()
    const [list, ends, waited] = await Promise.all([engine.queues.list(), queueDesk.ends(), waits.read()])
    const queues = list.map((queue): ListedQueue => {
      const [pausedUntil, own] = [ends.get(queue.name), waited.get(queue.name)]
      const isPaused = queue.pausedAt !== undefined && pausedUntil !== undefined
      return { ...queue, ...(isPaused && { pausedUntil }), ...(own !== undefined && { waits: own }) }
    })
    return {
      json: { items: queues },
      text: (screen) =>
        table<ListedQueue>(
          screen,
          [
            { title: 'QUEUE', value: (queue) => queue.name },
            { title: 'QUEUED', value: ({ queued }) => String(queued), align: 'right' },
            { title: 'SCHEDULED', value: ({ scheduled }) => String(scheduled), align: 'right' },
            { title: 'BLOCKED', value: ({ blocked }) => String(blocked), align: 'right' },
            { title: 'RUNNING', value: ({ running }) => String(running), align: 'right' },
            {
              title: 'OLDEST',
              value: ({ oldestMs }) => (oldestMs === undefined ? '' : spell(oldestMs)),
              align: 'right',
            },
            { title: 'P50', value: ({ waits: own }) => (own === undefined ? '' : spell(own.p50Ms)), align: 'right' },
            { title: 'P95', value: ({ waits: own }) => (own === undefined ? '' : spell(own.p95Ms)), align: 'right' },
            { title: 'PAUSED', value: pauseOf, tone: () => 'odd' },
          ],
          queues,
        ),
    }
  },
})

/** `regie queues pause` */
export const queuesPause = command({
  name: 'queues pause',
  summary: 'Let no run of a queue start any more, in any process',
  changes: 'queue',
  parameters: { name },
  options: {
    reason: sentence('<text>', 'Why, shown in the list'),
    for: duration('Resume it by itself after this long (default: not by itself)'),
  },
  examples: ["queues pause mail --reason 'the e-mail server moves' --for 2h"],
  async run({ words, options, session }) {
    const { engine, queueDesk } = await session.open()
    const until = options.for === undefined ? undefined : engine.clock.now() + durationMs(options.for)
    await queueDesk.pause(words.name, { reason: options.reason, until })
    const next = `→ ${session.program} queues resume ${words.name}\n`
    const end = until === undefined ? '' : ` until ${localTime(until)}`
    return {
      json: { name: words.name, paused: true, ...(until !== undefined && { pausedUntil: until }) },
      text: () => `The queue ${words.name} is paused${end}.\n${next}`,
    }
  },
})

/** `regie queues resume` */
export const queuesResume = command({
  name: 'queues resume',
  summary: 'Let the runs of a queue start again',
  changes: 'queue',
  parameters: { name },
  async run({ words, session }) {
    const { queueDesk } = await session.open()
    await queueDesk.resume(words.name)
    return { json: { name: words.name, paused: false }, text: () => `The queue ${words.name} goes on.\n` }
  },
})

interface ListedQueue extends QueueStatus {
  readonly pausedUntil?: number
  /** Of the last hour. */
  readonly waits?: QueueWaits
}

function pauseOf({ pausedAt, pausedReason, pausedUntil }: ListedQueue): string {
  if (pausedAt === undefined) return ''
  const end = pausedUntil === undefined ? '' : ` until ${localTime(pausedUntil)}`
  return `since ${localTime(pausedAt)}${end}: ${pausedReason ?? ''}`
}
