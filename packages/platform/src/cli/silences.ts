import { durationMs } from '@regie/engine'
import type { Silence } from '../silence/silence.ts'
import { command } from './command.ts'
import { duration, flag, readLine, sentence } from './option.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** `regie alerts silence` */
export const alertsSilence = command({
  name: 'alerts silence',
  summary: 'Tell the channels nothing of an alert for a while; the list still has it',
  changes: 'alert',
  parameters: { key: { about: "the key of the alert; 'job:quotes.*' for all that begin so" } },
  options: { for: duration('How long; there is no silence without an end'), reason: sentence('<text>', 'Why; needed') },
  examples: ["alerts silence 'job:quotes.*' --for 2h --reason 'the e-mail server moves'"],
  async run({ words, options, session }) {
    if (options.for === undefined) throw usageError('how long? Give --for, such as --for 2h')
    const { reason } = options
    if (reason === undefined) throw usageError("why? Give --reason, such as --reason 'the e-mail server moves'")
    const key = readLine(words.key, 'the key', 200)
    const { alerts, config, engine } = await session.open()
    const until = engine.clock.now() + durationMs(options.for)
    const silence = await alerts.silences.add({ org: config.org.id, key, reason, until })
    const text = `The channels hear nothing of ${key} until ${localTime(until)}.\n→ ${session.program} alerts unsilence ${silence.id}\n`
    return { json: silence, text: () => text }
  },
})

/** `regie alerts silences` */
export const alertsSilences = command({
  name: 'alerts silences',
  summary: 'List the silences of alerts that last',
  options: { all: flag('Also those that are over, the latest 200') },
  async run({ options, session }) {
    const { alerts, config, engine } = await session.open()
    const silences = await alerts.silences.list(config.org.id, { all: options.all })
    const now = engine.clock.now()
    return {
      json: { items: silences },
      text: (screen) =>
        silences.length === 0
          ? 'Nothing is silenced.\n'
          : table<Silence>(
              screen,
              [
                { title: 'ID', value: ({ id }) => id },
                { title: 'KEY', value: ({ key }) => key },
                { title: 'UNTIL', value: ({ until, endedAt }) => localTime(endedAt ?? until) },
                {
                  title: 'STATE',
                  value: ({ until, endedAt }) => (endedAt === undefined && until > now ? 'on' : 'over'),
                },
                { title: 'WHY', value: ({ reason }) => reason },
              ],
              silences,
            ),
    }
  },
})

/** `regie alerts unsilence` */
export const alertsUnsilence = command({
  name: 'alerts unsilence',
  summary: 'End a silence of alerts before its time',
  changes: 'silence',
  parameters: { id: { about: 'the id of a silence, see alerts silences' } },
  async run({ words, session }) {
    const { alerts, config } = await session.open()
    const silence = await alerts.silences.end(config.org.id, words.id)
    return { json: silence, text: () => `The channels hear of ${silence.key} again.\n` }
  },
})
