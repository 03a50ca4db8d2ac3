import type { ApiIssue } from '@regie/platform/client'
import { createContext, useContext } from 'react'
import { ApiError } from '../api.ts'
import { type Catalogue, catalogue, type Phrases } from '../i18n/catalogue.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { fieldOf, issueText } from './issue.ts'
import { issueWords } from './issue-words.ts'
import { usePermissionName } from './permission-name.ts'
import { problemWords } from './problem-words.ts'

const OfApps = createContext<Catalogue<Phrases>>(catalogue({}, {}))

/** Gives the pages below it what the refusals of apps say, by their codes. */
export const AppProblems = OfApps.Provider

/** Says refusals in the language that is spoken. */
export interface Problems {
  /** What went wrong with something a person has done, and what to do next. */
  say(error: unknown): string
  /** What a failing check is called, where somebody has words for it. */
  named(check: string): string | undefined
  /**
   * The same in lines, one for each field that the server refuses; `labels` is what fields are called on the page, by their names.
   * Without it a field is called as in the API: for what was written as JSON. `shown`: the fields that say it themselves.
   */
  lines(
    error: unknown,
    labels?: Readonly<Record<string, string>>,
    shown?: Readonly<Record<string, unknown>>,
  ): readonly string[]
  /** What is wrong with the fields that have a label, by their names. */
  fields(error: unknown, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>>
}

/** Refusals by their codes, those of apps in the apps' words; a code that nobody has words for is said as the server says it. */
export function useProblems(): Problems {
  const words = useWords(common)
  const issues = useWords(issueWords)
  const codes: Phrases = { ...useWords(useContext(OfApps)), ...useWords(problemWords) }
  const { count } = useFigures()
  const nameOf = usePermissionName()
  const say = (error: unknown): string => {
    // A phrase of the console, of what could not even be asked for.
    if (typeof error === 'string') return error
    if (!(error instanceof ApiError) || error.code === 'ANSWER_UNREADABLE') return words.brokeOnTheWay
    if (error.status === 0) return words.notReached
    const { permission } = error.about
    if (error.code === 'FORBIDDEN' && typeof permission === 'string') return words.forbiddenAction(nameOf(permission))
    return phraseOf(codes[error.code], error.about) ?? error.message
  }
  const textOf = (issue: ApiIssue): string => phraseOf(codes[issue.code], {}) ?? issueText(issue, issues, count)
  const line = (issue: ApiIssue, labels: Readonly<Record<string, string>> | undefined): string => {
    const text = textOf(issue)
    const label = labels === undefined ? issue.path : (fieldOf(issue, labels)?.label ?? '')
    // Which field is meant has to be said, unless the message does.
    return label === '' || text.includes(label) ? text : issues.field(label, text)
  }
  return {
    say,
    named: (check) => phraseOf(codes[check], {}),
    lines(error, labels, shown = {}) {
      const known = error instanceof ApiError ? error.issues : []
      if (known.length === 0) return [say(error)]
      const others = known.filter((issue) => !((fieldOf(issue, labels ?? {})?.name ?? '') in shown))
      return [...new Set(others.map((issue) => line(issue, labels)))]
    },
    fields(error, labels) {
      const known = error instanceof ApiError ? error.issues : []
      const texts = new Map<string, string>()
      for (const issue of known) {
        const field = fieldOf(issue, labels)
        if (field === undefined) continue
        const within = field.label.slice((labels[field.name] ?? '').length + 3)
        const text = within === '' ? textOf(issue) : `${textOf(issue)} (${within})`
        // One field may hold a list, or some JSON, and then have several faults.
        texts.set(field.name, [...new Set([...(texts.get(field.name)?.split('; ') ?? []), text])].join('; '))
      }
      return Object.fromEntries(texts)
    },
  }
}

function phraseOf(phrase: Phrases[string] | undefined, about: ApiError['about']): string | undefined {
  if (phrase === undefined || typeof phrase === 'string') return phrase
  if (typeof phrase === 'function') return phrase(about as never)
  return phraseOf(phrase[about.why ?? 'other'] ?? phrase.other, about)
}
