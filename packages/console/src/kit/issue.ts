import type { ApiIssue } from '@regie/platform/client'
import type { issueWords } from './issue-words.ts'

type Words = (typeof issueWords)['en']

const KINDS: Readonly<Record<string, 'number' | 'whole' | 'date'>> = {
  number: 'number',
  int: 'whole',
  safeint: 'whole',
  date: 'date',
}
const FORMATS: Readonly<Record<string, 'email' | 'url' | 'date' | 'whole'>> = {
  email: 'email',
  url: 'url',
  date: 'date',
  datetime: 'date',
  safeint: 'whole',
}

/** What is wrong with a field in the language that is spoken, by the code of the issue; unusual ones in the server's own words. */
export function issueText({ code, message, wants }: ApiIssue, words: Words, write: (count: number) => string): string {
  const { kind = '', format = '', least, most, absent } = wants ?? {}
  const isText = kind === 'string'
  const isList = kind === 'array' || kind === 'set'
  if (absent === true || (code === 'too_small' && isText && least === 1)) return words.missing
  if (code === 'too_small' && isList && least === 1) return words.chooseOne
  if (code === 'too_small' && least !== undefined) {
    if (isText) return words.tooShort(write(least))
    return isList ? words.tooFew(write(least)) : words.tooSmall(write(least))
  }
  if (code === 'too_big' && most !== undefined) {
    if (isText) return words.tooLong(write(most))
    return isList ? words.tooMany(write(most)) : words.tooLarge(write(most))
  }
  const known = code === 'invalid_type' ? KINDS[kind] : code === 'invalid_format' ? FORMATS[format] : undefined
  return known === undefined ? message : words[known]
}
