import { join } from 'node:path'
import { durationMs } from '@regie/engine'
import { type LogFields, logText } from '../client/log-search.ts'
import { type HistorySearch, type LogPlace, readLogHistory } from '../observe/log-history.ts'
import { visible } from '../observe/visible.ts'
import { LOG_LEVELS, levelOf } from '../run-log/line.ts'
import { command } from './command.ts'
import { LEVEL_TONES } from './jobs-logs.ts'
import { choice, flag, type Option, readDuration, text, whole } from './option.ts'
import { paint, type Screen, screenOf } from './style.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

const PAGE = 200
const LOOK_MS = 400

type Search = Omit<HistorySearch, 'order' | 'limit' | 'place'>

/** `regie logs` */
export const logs = command({
  name: 'logs',
  summary: 'Show what the processes of this data directory have logged, and go on',
  about:
    'It reads the files in the folder logs of the data directory, no server or database: on several machines, each has its own. What consoles ask for by themselves is left out. With --follow it goes on until it is stopped, and --json writes one line of the log a line.',
  options: {
    since: moment('From this instant on: ISO 8601, or so long ago, such as 15m'),
    until: moment('Before this instant'),
    level: choice(LOG_LEVELS, 'Of this level and graver'),
    grep: text('<words>', 'With these words in the message or the fields, whatever the case'),
    part: text('<part>', 'Of this part of the server, such as http'),
    run: whole('Of this run, 0 for all', { min: 0, max: 999_999_999_999_999, fallback: 0 }),
    trace: text('<id>', 'In the trace of this id'),
    request: text('<id>', 'Of the request of this id: the X-Request-Id of its answer'),
    console: flag('With what consoles ask for by themselves'),
    limit: whole('How many, the newest of them', { min: 1, max: 10_000, fallback: 200 }),
    follow: flag('Show what is logged from now on, too'),
  },
  examples: ['logs --level warn --since 1h', 'logs --grep timeout --follow', 'logs --run 42 --json'],
  async run({ options, session }) {
    const folder = join((await session.config()).dataDir, 'logs')
    const { since, until, grep, trace, request, limit, follow, run, ...rest } = options
    const now = session.clock.now()
    const search: Search = {
      ...rest,
      ...{ text: grep, traceId: trace, requestId: request, from: since?.(now), to: until?.(now) },
      ...(run > 0 && { run }),
    }
    if (follow && until !== undefined) throw usageError('--until ends what --follow goes on with: give one of them')
    // Where the newest line begins: before it is what was, and it and what comes is followed.
    const last = await readLogHistory(folder, { order: 'newest', limit: 1, console: true })
    const place = follow ? last.place : undefined
    const { lines, more } = await newest(folder, search, limit, place)
    if (!follow) {
      const none =
        last.since === undefined
          ? `There is no log file in ${folder}: REGIE_DATA_DIR names another folder.\n`
          : 'No line matches.\n'
      const note = more ? 'There are older ones: --limit shows more.\n' : ''
      return {
        json: { items: lines, more },
        text: (screen) =>
          lines.length === 0 ? none : paint(screen, 'quiet', note) + lines.map(lineOf(screen)).join(''),
      }
    }
    const { stdout, env } = session.world
    const show = session.json ? (line: LogFields) => `${JSON.stringify(line)}\n` : lineOf(screenOf(stdout, env))
    for (const line of lines) stdout.write(show(line))
    let isOver = false
    const ignore = session.world.onSignal(() => (isOver = true))
    for (let from = place; !isOver; ) {
      const page = await readLogHistory(folder, { ...search, order: 'oldest', limit: PAGE, place: from })
      for (const line of page.lines) stdout.write(show(line))
      from = page.place ?? from
      if (!page.more) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    ignore()
    return { json: undefined, text: () => '' }
  },
})

/** The newest lines before a place, oldest first. */
async function newest(folder: string, search: Search, limit: number, begin: LogPlace | undefined) {
  const lines: LogFields[] = []
  for (let place = begin; ; ) {
    const page = await readLogHistory(folder, { ...search, order: 'newest', limit: limit - lines.length, place })
    lines.push(...page.lines)
    if (!page.more || lines.length === limit) return { lines: lines.toReversed(), more: page.more }
    place = page.place
  }
}

function lineOf(screen: Screen) {
  return (line: LogFields): string => {
    const { level, time, part } = line
    const grade = levelOf(Number(level ?? 30))
    const head = `${localTime(Number(time ?? 0))} ${paint(screen, LEVEL_TONES[grade], grade.padEnd(5))}`
    const ofPart = typeof part === 'string' ? `${paint(screen, 'quiet', part)} ` : ''
    return visible(`${head} ${ofPart}${logText(line)}\n`)
  }
}

/** An instant, which a length of time says as seen from now. */
function moment(about: string): Option<((now: number) => number) | undefined> {
  return {
    about,
    value: '<instant>',
    read(typed, name) {
      const last = typed.at(-1)
      if (last === undefined) return undefined
      const instant = /^\d{4}-\d{2}-\d{2}/.test(last) ? Date.parse(last) : Number.NaN
      if (!Number.isNaN(instant)) return () => instant
      const length = durationMs(readDuration(last, `--${name}`))
      return (now) => now - length
    },
  }
}
