/** A line of the log, as the server writes it: JSON of pino's. */
export type LogFields = Readonly<Record<string, unknown>>

/** Which lines are wanted; of all that is given, each. */
export interface LogSearch {
  /** In the message or the fields, whatever the case. */
  readonly text?: string | undefined
  /** The part of the server that wrote it, such as `http`. */
  readonly part?: string | undefined
  /** The number of a run. */
  readonly run?: number | undefined
  readonly traceId?: string | undefined
  readonly requestId?: string | undefined
  /** With what consoles ask for by themselves. Default false. */
  readonly console?: boolean | undefined
}

const EXACT = ['part', 'run', 'traceId', 'requestId'] as const
const SHOWN_APART = new Set(['level', 'time', 'msg', 'part'])

/** What a line says: its message, then its fields. */
export function logText(line: LogFields): string {
  const rest = Object.entries(line)
    .filter(([name]) => !SHOWN_APART.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [typeof line['msg'] === 'string' ? line['msg'] : '', ...rest].join(' ')
}

/** True for a line that is wanted: kept ones are found by the server, and new ones by a browser, by the same rule. */
export function isWanted(line: LogFields, search: LogSearch): boolean {
  if (search.console !== true && line['console'] === true) return false
  if (EXACT.some((name) => search[name] !== undefined && line[name] !== search[name])) return false
  return search.text === undefined || logText(line).toLowerCase().includes(search.text.toLowerCase())
}
