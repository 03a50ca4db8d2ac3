import { z } from 'zod'

// Line breaks in a subject or a name could add headers to a mail.
const CONTROL = /\p{Cc}/u
const CONTROL_BUT_BREAKS = /[^\P{Cc}\n\t]/u

/** One line of text of 1 to `max` characters. */
export function shortText(name: string, max: number) {
  return bounded(name, max).refine((value) => !CONTROL.test(value), {
    error: `${name} must be one line without control characters`,
    params: { code: 'one-line' },
  })
}

/** Text of 1 to `max` characters, line breaks allowed. */
export function longText(name: string, max: number) {
  return bounded(name, max)
    .overwrite((value) => value.replaceAll('\r\n', '\n'))
    .refine((value) => !CONTROL_BUT_BREAKS.test(value), {
      error: `${name} must not hold control characters`,
      params: { code: 'one-line' },
    })
}

/** What may be left out; null and absent are the same. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish()
}

/** `text` without accents, capitals and outer spaces: sorts by bytes as people expect. */
export function sortable(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

/** What a list may be searched for. */
export const searched = shortText('q', 100).optional()

/** The pattern of `like … escape '\\'` for what holds `text` anywhere. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

function bounded(name: string, max: number) {
  return z
    .string(`${name} must be text`)
    .trim()
    .min(1, `${name} must not be empty`)
    .max(max, `${name} must have at most ${max} characters`)
}
