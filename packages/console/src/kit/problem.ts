import type { ApiIssue } from '@regie/platform/client'
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

/** How the lines are written. */
export interface ProblemLooks {
  /** What is wrong with one field, in the language that is spoken. */
  readonly tell: (issue: ApiIssue) => string
  /** The same with the name of the field before it. */
  readonly field: (label: string, text: string) => string
  /** What fields are called on the page, by their names. */
  readonly labels: Readonly<Record<string, string>>
}

/** The same in lines, one for each field that the server refuses. */
export function problemLines(
  error: unknown,
  words: (typeof common)['en'],
  { tell, field, labels }: ProblemLooks,
): readonly string[] {
  if (!(error instanceof ApiError)) return [problemOf(error, words)]
  const fields = error.issues.map((issue) => {
    const text = tell(issue)
    const label = labels[issue.path] ?? issue.path
    // Which field is meant has to be said, unless the message does.
    return label === '' || text.includes(label) ? text : field(label, text)
  })
  return fields.length > 0 ? [...new Set(fields)] : [problemOf(error, words)]
}
