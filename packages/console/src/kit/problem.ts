import { ApiError } from '../api.ts'
import type { common } from '../i18n/common.ts'

/**
 * What went wrong with something a person has done, and what to do next. The server's refusals are in its own words; what never
 * got an answer, or broke on the way, is said in the language that is spoken.
 */
export function problemOf(error: unknown, words: (typeof common)['en']): string {
  if (!(error instanceof ApiError) || error.code === 'ANSWER_UNREADABLE') return words.brokeOnTheWay
  if (error.status === 0) return words.notReached
  return error.message
}

/** The same in lines, one for each field that the server refuses. */
export function problemLines(error: unknown, words: (typeof common)['en']): readonly string[] {
  if (!(error instanceof ApiError)) return [problemOf(error, words)]
  // Which field is meant has to be said, unless the message does.
  const fields = Object.entries(error.errors).flatMap(([name, messages]) =>
    messages.map((message) => (message.includes(name) ? message : `${name}: ${message}`)),
  )
  return fields.length > 0 ? fields : [problemOf(error, words)]
}
