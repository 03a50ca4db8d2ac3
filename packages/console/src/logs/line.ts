import { isWanted, type LogSearch, logText } from '@regie/platform/client'
import type { RunLog } from '../api.gen.ts'

/** Severities a person can choose, mild first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** A severity. */
export type Level = (typeof LEVELS)[number]

/** One line as it is shown. */
export interface LogLine {
  readonly seq: number
  readonly level: Level
  /** Its place among the levels. */
  readonly rank: number
  /** Milliseconds UTC. */
  readonly at: number
  /** Which process of the server wrote it: `host:pid`. */
  readonly process: string
  readonly part: string
  readonly text: string
  /** As the server wrote it. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Instead of a line: how many were left out here. */
  readonly gap?: number
  /** Instead of a line: what the ones that follow have in common. */
  readonly heading?: string
}

// What terminals obey: colours, titles, cursor moves; and every other sign that is no text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text without what a terminal would obey, and without marks that turn its direction around. */
function plainText(text: string): string {
  return text.replace(ESCAPES, '').replace(CONTROLS, '')
}

/** A line of the server, a JSON object of pino's. */
export function readLine(raw: unknown, seq: number, process: string): LogLine {
  const fields = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : { msg: raw }
  const { level, time, part } = fields
  const number = typeof level === 'number' ? level : 30
  const rank = Math.min(LEVELS.length - 1, Math.max(0, Math.floor(number / 10) - 2))
  return {
    seq,
    level: LEVELS[rank] ?? 'info',
    rank,
    at: typeof time === 'number' ? time : Date.now(),
    process,
    part: typeof part === 'string' ? plainText(part) : '',
    text: plainText(logText(fields)).replace(/\s+/g, ' '),
    fields,
  }
}

/** A line that is kept with its run. */
export function readRunLine({ seq, attempt, at, level, message, fields }: RunLog): LogLine {
  const line = readLine({ ...fields, msg: message }, seq, '')
  const rank = LEVELS.indexOf(level)
  return { ...line, level, rank, at: Date.parse(at), fields: { at, level, attempt, message, ...fields } }
}

const NAMES = { run: 'run', part: 'part', trace: 'traceId', request: 'requestId' } as const
const NAMED = /(?:^|\s)(?:(run):(\d{1,15})|(trace):([\da-f]{32})|(request):([\w.-]{8,64})|(part):(\S{1,100}))(?=\s|$)/g

/** What a search says: `run:42`, `part:http`, `trace:…`, `request:…`, and words. */
export function searchOf(search: string): LogSearch {
  const named: Record<string, string | number> = {}
  const rest = search.replace(NAMED, (_, ...given: readonly (string | undefined)[]) => {
    const [name, value] = given.slice(0, 8).filter((each) => each !== undefined)
    const field = NAMES[name as keyof typeof NAMES]
    named[field] = field === 'run' ? Number(value) : (value ?? '')
    return ''
  })
  const text = rest.replace(/\s+/g, ' ').trim()
  return { ...named, text: text === '' ? undefined : text }
}

/** Which lines a search finds. */
export function matching(lines: readonly LogLine[], level: Level, search: string): readonly LogLine[] {
  const least = LEVELS.indexOf(level)
  const { text, ...exact } = searchOf(search)
  const wanted = text?.toLowerCase() ?? ''
  const isExact = Object.keys(exact).length > 0
  return lines.filter(
    (line) =>
      line.rank >= least &&
      (!isExact || isWanted(line.fields, { ...exact, console: true })) &&
      (wanted === '' || [line.text, line.part, line.process].some((each) => each.toLowerCase().includes(wanted))),
  )
}
