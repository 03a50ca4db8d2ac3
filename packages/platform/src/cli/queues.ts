import type { QueueStatus } from '@regie/engine'
import { command } from './command.ts'
import { text } from './option.ts'
import { table } from './table.ts'
import { localTime, spell } from './time.ts'

const name = { about: 'the name of a queue, see queues list' }

/** `regie queues list` */
export const queuesList = command({
  name: 'queues list',
  summary: 'List queues and what waits in them',
  async run({ session }) {
    const { engine } = await session.open()
    const queues = await engine.queues.list()
    return {
      json: { queues },
      text: (screen) =>
        table<QueueStatus>(
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
  options: { reason: text('<text>', 'Why, shown in the list') },
  examples: ["queues pause mail --reason 'the mail server moves'"],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    await engine.queues.pause(words.name, options.reason)
    const next = `→ ${session.program} queues resume ${words.name}\n`
    return { json: { name: words.name, paused: true }, text: () => `The queue ${words.name} is paused.\n${next}` }
  },
})

/** `regie queues resume` */
export const queuesResume = command({
  name: 'queues resume',
  summary: 'Let the runs of a queue start again',
  changes: 'queue',
  parameters: { name },
  async run({ words, session }) {
    const { engine } = await session.open()
    await engine.queues.resume(words.name)
    return { json: { name: words.name, paused: false }, text: () => `The queue ${words.name} goes on.\n` }
  },
})

function pauseOf({ pausedAt, pausedReason }: QueueStatus): string {
  return pausedAt === undefined ? '' : `since ${localTime(pausedAt)}: ${pausedReason ?? ''}`
}
