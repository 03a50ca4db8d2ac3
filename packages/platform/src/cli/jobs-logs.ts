import { LOG_LEVELS, type LogLevel, type RunLine } from '../run-log/line.ts'
import type { RunLogPage } from '../run-log/run-logs.ts'
import { command } from './command.ts'
import { runId } from './jobs-words.ts'
import { choice, flag, text, whole } from './option.ts'
import { paint, type Screen, screenOf, type Tone } from './style.ts'
import { localTime } from './time.ts'

const PAGE = 200
const LOOK_MS = 400
// What a run logs last is written down within a second of it, perhaps by another process.
const LINGER_MS = 1_500

/** How the levels of log lines look. */
export const LEVEL_TONES: Readonly<Record<LogLevel, Tone>> = { debug: 'quiet', info: 'good', warn: 'odd', error: 'bad' }

/** `regie jobs logs` */
export const jobsLogs = command({
  name: 'jobs logs',
  summary: 'Show what a run has logged, and go on while it runs',
  about:
    'Of a run the newest 1,000 lines and 256 kB are kept, those that the configured level lets through. With --follow it ends when the run has, and --json writes one document a line.',
  parameters: { id: { about: 'the number of a run, see jobs list' } },
  options: {
    level: choice(LOG_LEVELS, 'Of this level and graver'),
    attempt: whole('Of this attempt, 0 for all', { min: 0, max: 100_000, fallback: 0 }),
    text: text('<words>', 'With these words in the message or the fields'),
    follow: flag('Show what is logged until the run has ended'),
  },
  examples: ['jobs logs 42', 'jobs logs 42 --level warn --json', 'jobs logs 42 --follow'],
  async run({ words, options, session }) {
    const { engine, runLogs } = await session.open()
    const run = await engine.runs.get(runId(words.id))
    const place = { org: run.org, run: run.id }
    const { level, attempt, text: sought, follow } = options
    const filter = { level, text: sought, ...(attempt > 0 && { attempt }) }
    if (!follow) {
      const page = await all((after) => runLogs.read(place, { ...filter, after, limit: PAGE }))
      const { lines, ...rest } = page
      return { json: { items: lines, ...rest }, text: (screen) => logText(screen, page) }
    }
    const { stdout, env } = session.world
    const screen = screenOf(stdout, env)
    let after = 0
    let endedAt: number | undefined
    for (;;) {
      const { lines, last } = await all((from) => runLogs.read(place, { ...filter, after: from, limit: PAGE }), after)
      for (const line of lines)
        stdout.write(session.json ? `${JSON.stringify({ ...line, at: isoOf(line) })}\n` : lineText(screen, line))
      after = Math.max(after, last)
      const isEnded = (await engine.runs.get(run.id)).endedAt !== undefined
      endedAt = isEnded ? (endedAt ?? performance.now()) : undefined
      if (endedAt !== undefined && performance.now() - endedAt > LINGER_MS) return { json: undefined, text: () => '' }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  },
})

type Read = (after: number) => Promise<RunLogPage>

async function all(read: Read, from = 0): Promise<Omit<RunLogPage, 'next'>> {
  const lines: RunLine[] = []
  for (let after: number | undefined = from; ; ) {
    const { next, ...page }: RunLogPage = await read(after)
    lines.push(...page.lines)
    if (next === undefined) return { ...page, lines }
    after = next
  }
}

function logText(screen: Screen, { lines, last, cut, dropped }: Omit<RunLogPage, 'next'>): string {
  if (lines.length === 0 && last > 0) return 'No line matches.\n'
  if (lines.length === 0) return 'This run has logged nothing yet: what its code writes with ctx.log appears here.\n'
  const notes = [
    cut > 0 ? `${cut} older lines are not kept any more.\n` : '',
    dropped > 0 ? `${dropped} lines were not kept: too many were written at once.\n` : '',
  ].map((note) => paint(screen, 'quiet', note))
  const attempts = new Set(lines.map(({ attempt }) => attempt)).size
  const body = lines.map((line, index) => {
    const isFirst = attempts > 1 && line.attempt !== lines[index - 1]?.attempt
    return (isFirst ? `${paint(screen, 'strong', `Attempt ${line.attempt}`)}\n` : '') + lineText(screen, line)
  })
  return [...notes, ...body].join('')
}

function lineText(screen: Screen, { at, level, message, fields = {} }: RunLine): string {
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const more = rest.length === 0 ? '' : ` ${paint(screen, 'quiet', rest.join(' '))}`
  return `${localTime(at)} ${paint(screen, LEVEL_TONES[level], level.padEnd(5))} ${message}${more}\n`
}

function isoOf({ at }: RunLine): string {
  return new Date(at).toISOString()
}
