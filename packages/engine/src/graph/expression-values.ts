import { EngineError } from '../errors.ts'

/** Longest text that an expression or a template may make, in characters. */
const MAX_TEXT = 1_048_576

/** A value as part of a text: text as it is, nothing for null, anything else as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value == null ? '' : JSON.stringify(value)
}

/** A value as an error shows it: short. */
export function showValue(value: unknown): string {
  const text = value === undefined ? 'null' : JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

/** Refuses text that outgrows what a run could store. Throws `EXPRESSION_INVALID`. */
export function boundText<T>(value: T): T {
  if (typeof value === 'string') boundLength(value.length)
  return value
}

/** As {@link boundText}, before the text is made. */
export function boundLength(length: number): void {
  if (length <= MAX_TEXT) return
  throw new EngineError('EXPRESSION_INVALID', `a text of ${length} characters is too long: at most ${MAX_TEXT}`)
}
