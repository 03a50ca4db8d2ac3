import { z } from 'zod'

// What a person calls them. A class is named by Zod in its own words.
const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  bigint: 'a whole number',
  boolean: 'true or false',
  date: 'a date',
  int: 'a whole number',
  nan: 'a number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  undefined: 'left out',
}

const FORMATS: Readonly<Record<string, string>> = {
  base64: 'base64',
  date: 'a date such as 2026-11-28',
  datetime: 'an instant such as 2026-11-28T09:30:00Z',
  email: 'an e-mail address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  time: 'a time such as 09:30:00',
  url: 'an address such as https://example.com',
  uuid: 'an id such as 0199e5a0-7c3e-7000-8000-000000000000',
}

const IS_MISSING = 'Is missing.'
const WHAT_IT_IS: ReadonlySet<string | undefined> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

/** True of a field that was not given at all, whatever its schema says of that. The parse must report inputs. */
export function isMissing({ code, input }: { readonly code?: string | undefined; readonly input?: unknown }): boolean {
  return input === undefined && WHAT_IT_IS.has(code)
}

/**
 * What is wrong, in a sentence that follows the name of the field. For Zod's `error` of one parse: messages a schema gives itself come
 * first; undefined leaves the rest to Zod.
 */
export function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (isMissing(issue)) return IS_MISSING
  switch (issue.code) {
    case 'invalid_type':
      return `Must be ${KINDS[issue.expected] ?? issue.expected}.`
    case 'invalid_value':
      return `Must be ${issue.values.map(shown).join(' or ')}.`
    case 'invalid_format':
      return `Must be ${FORMATS[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`}.`
    case 'not_multiple_of':
      return `Must be a multiple of ${issue.divisor}.`
    case 'too_small':
      return Number(issue.minimum) === 1 && SIZED.has(issue.origin)
        ? 'Must not be empty.'
        : `Must ${sized(issue.origin)} ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.origin, issue.minimum)}.`
    case 'too_big':
      return `Must ${sized(issue.origin)} ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.origin, issue.maximum)}.`
    default:
      return undefined
  }
}

/**
 * Lets every schema of this process speak so, where neither it nor the parse says otherwise: settings, inputs of jobs, payloads of
 * signals and events are read by code that knows no HTTP. Twice is once.
 */
export function speakPlainly(): void {
  z.config({ customError: messageOf })
}

const SIZED: ReadonlySet<string> = new Set(['array', 'map', 'object', 'set', 'string'])

function sized(origin: string): string {
  return SIZED.has(origin) ? 'have' : 'be'
}

function amount(origin: string, limit: number | bigint): string {
  if (!SIZED.has(origin)) return String(limit)
  const unit = origin === 'string' ? 'character' : 'entry'
  const plural = origin === 'string' ? 'characters' : 'entries'
  return `${limit} ${Number(limit) === 1 ? unit : plural}`
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
