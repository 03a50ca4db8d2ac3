import type { ApiIssue } from '@regie/platform/client'
import type { issueWords } from './issue-words.ts'

type Words = (typeof issueWords)['en']

const KINDS: Readonly<Record<string, 'number' | 'whole' | 'date'>> = {
  number: 'number',
  int: 'whole',
  safeint: 'whole',
  date: 'date',
}
const FORMATS: Readonly<
  Record<string, 'email' | 'uuid' | 'url' | 'date' | 'whole' | 'domain' | 'name' | 'sixDigits' | 'trace'>
> = {
  email: 'email',
  uuid: 'uuid',
  guid: 'uuid',
  url: 'url',
  date: 'date',
  datetime: 'date',
  safeint: 'whole',
  domain: 'domain',
  name: 'name',
  'long-name': 'name',
  'six-digits': 'sixDigits',
  trace: 'trace',
}

const CODES: Readonly<Record<string, Exclude<keyof Words, 'field' | 'oneOf' | `too${string}`>>> = {
  invalid_value: 'choice',
  invalid_type: 'kind',
  invalid_format: 'form',
  invalid_union: 'form',
  not_multiple_of: 'multiple',
  unrecognized_keys: 'unknown',
  invalid_text: 'text',
  passed: 'passed',
  weak: 'weak',
}

/** What is wrong with a field in the language that is spoken, by the code of the issue; an app's own checks in the server's words. */
export function issueText({ code, message, wants }: ApiIssue, words: Words, write: (count: number) => string): string {
  const { kind = '', format = '', least, most, choices, absent } = wants ?? {}
  const isText = kind === 'string'
  const isList = kind === 'array' || kind === 'set'
  if (absent === true || (isText && least === 1)) return words.missing
  if (isList && least === 1) return words.chooseOne
  if (least !== undefined) {
    if (isText) return words.tooShort(write(least))
    return isList ? words.tooFew(write(least)) : words.tooSmall(write(least))
  }
  if (most !== undefined) {
    if (isText) return words.tooLong(write(most))
    return isList ? words.tooMany(write(most)) : words.tooLarge(write(most))
  }
  if (choices !== undefined) return words.oneOf(choices.join(', '))
  const known = KINDS[kind] ?? FORMATS[format] ?? CODES[code]
  return known === undefined ? message : words[known]
}

/**
 * The field of the page that an issue is about, or the one that it stands in: an entry of a list, a part of some JSON, which is named
 * in the label. Undefined where the page has no such field: what the API calls it says nothing to people.
 */
export function fieldOf(
  { path }: Pick<ApiIssue, 'path'>,
  labels: Readonly<Record<string, string>>,
): { readonly name: string; readonly label: string } | undefined {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length -= 1) {
    const name = parts.slice(0, length).join('.')
    const within = parts.slice(length).filter((part) => !/^\d+$/.test(part))
    const label = labels[name]
    if (label !== undefined) return { name, label: [label, ...within].join(' · ') }
  }
  return undefined
}
