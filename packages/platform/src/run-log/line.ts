/** The severities of log lines, mild first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** A severity. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A line of a run, as it is kept. */
export interface RunLine {
  /** Counts up from 1 within its run, whatever process wrote it. */
  readonly seq: number
  readonly attempt: number
  /** Milliseconds UTC. */
  readonly at: number
  readonly level: LogLevel
  readonly message: string
  /** What else stands in the line. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** A line that has no place yet. */
export type NewRunLine = Omit<RunLine, 'seq'>

// What is the same in all lines of a run, or kept apart.
const KNOWN = new Set(['run', 'attempt', 'org', 'traceId', 'part'])
const LONGEST_MESSAGE = 8_192
const LONGEST_FIELDS = 16_384

/** Reads a finished line of the log. What is very long in it is cut, which its fields tell. */
export function readRunLine(text: string, attempt: number): NewRunLine {
  const { level, time, msg, ...given } = parse(text)
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !KNOWN.has(name)))
  const message = String(msg ?? '')
  const isLong = text.length > LONGEST_FIELDS && JSON.stringify(rest).length > LONGEST_FIELDS
  const fields = isLong ? { cut: text.length } : rest
  return {
    attempt,
    at: Number(time ?? 0),
    level: levelOf(Number(level ?? 30)),
    message: message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message,
    ...(Object.keys(fields).length > 0 && { fields }),
  }
}

/** A line that lost its form when a secret was taken out of it is kept as the text it is. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text)
  } catch {
    return { msg: text }
  }
}

/** The number of a level, as pino counts: 20 for debug, 30 for info and so on. */
export function numberOf(level: LogLevel): number {
  return (LOG_LEVELS.indexOf(level) + 2) * 10
}

/** The level of pino's number. */
export function levelOf(number: number): LogLevel {
  const index = Math.min(LOG_LEVELS.length - 1, Math.max(0, Math.floor(number / 10) - 2))
  return LOG_LEVELS[index] ?? 'info'
}
