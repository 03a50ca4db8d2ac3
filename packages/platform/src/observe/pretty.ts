import { styleText } from 'node:util'
import { visible } from './visible.ts'

const LEVELS: Readonly<Record<number, { readonly word: string; readonly style: Parameters<typeof styleText>[0] }>> = {
  20: { word: 'debug', style: 'gray' },
  30: { word: 'info ', style: 'green' },
  40: { word: 'warn ', style: 'yellow' },
  50: { word: 'error', style: 'red' },
}

/** One JSON log line as a person reads it: time, level, message, then the fields. Anything else comes back unchanged. */
export function prettyLine(line: string): string {
  const entry = parse(line)
  if (entry === undefined) return line
  const { level, time, msg, err, ...fields } = entry
  const { word, style } = LEVELS[Number(level)] ?? { word: String(level), style: 'gray' as const }
  const at = new Date(typeof time === 'number' || typeof time === 'string' ? time : 0).toTimeString().slice(0, 8)
  const rest = Object.entries(fields).map(([key, value]) => styleText('gray', `${key}=`) + shown(value))
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : ''
  return visible(`${[styleText('gray', at), styleText(style, word), String(msg ?? ''), ...rest].join(' ')}${stack}\n`)
}

function shown(value: unknown): string {
  return typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value)
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
