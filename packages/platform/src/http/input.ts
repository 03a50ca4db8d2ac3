import { z } from 'zod'
import { type Issue, PlatformError } from '../errors.ts'
import { formOf } from '../validate/form.ts'
import { isMissing, messageOf } from './messages.ts'

/** Where the fields of an input may stand. `query` only where there is no body: addresses end up in the logs of proxies. */
export interface InputParts {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** The method takes a body: what stands in the query is refused. Default false. */
  readonly hasBody?: boolean
}

// Assigning to one of these changes what an object is instead of what it holds.
const POISONOUS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Path parameters, query and body as one object. Throws `INPUT_AMBIGUOUS` when a name stands in two of them and
 * `INPUT_INVALID` when the body is no object, a field of it stands in the query, or a text in any of them is none that a database keeps.
 */
export function mergeInput({ params, query, body, hasBody = false }: InputParts): Readonly<Record<string, unknown>> {
  const misplaced = hasBody && typeof query === 'object' && query !== null ? Object.keys(query) : []
  if (misplaced.length > 0)
    throw invalid(
      misplaced.map((path) => ({ path, code: 'misplaced', message: 'Stands in the address: give it in the body.' })),
    )
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw invalid([{ path: '', code: 'invalid_type', message: 'The body must be a JSON object.' }])
  }
  const fields = [params, query, body].flatMap((part) =>
    typeof part === 'object' && part !== null ? Object.entries(part) : [],
  )
  const poisoned = fields.filter(([name]) => POISONOUS.has(name))
  if (poisoned.length > 0) throw invalid(poisoned.map(([name]) => unknownField(name)))
  const merged = Object.fromEntries(fields)
  if (Object.keys(merged).length < fields.length) {
    const repeated = repeatedNames(fields)
    const issues = repeated.map((path) => ({
      path,
      code: 'ambiguous',
      message: 'Stands in the address and in the body: give it once.',
    }))
    throw new PlatformError('INPUT_AMBIGUOUS', describe(issues), { status: 400, issues })
  }
  const unkept = fields.flatMap(([name, value]) => unkeptTexts(name, value))
  if (unkept.length > 0) throw invalid(unkept)
  return merged
}

function repeatedNames(fields: readonly (readonly [string, unknown])[]): readonly string[] {
  const seen = new Set<string>()
  return fields.flatMap(([name]) => {
    if (seen.has(name)) return [name]
    seen.add(name)
    return []
  })
}

/** PostgreSQL refuses NUL, and half of a surrogate pair comes back as another character. */
function unkeptTexts(path: string, value: unknown): readonly Issue[] {
  if (typeof value === 'string') return isKept(value) ? [] : [unkeptText(path)]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    isKept(name) ? unkeptTexts(`${path}.${name}`, inner) : [unkeptText(path)],
  )
}

function isKept(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function unkeptText(path: string): Issue {
  return { path, code: 'invalid_text', message: 'Holds a NUL or half a character.' }
}

/** The schema with unknown fields refused, unless it says what they may be; objects within it stay as their author wrote them. */
export function strict(schema: z.ZodType): z.ZodType {
  return isClosed(schema) ? schema.strict() : schema
}

function isClosed(schema: z.ZodType): schema is z.ZodObject {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined
}

/** What a schema makes of an input. Throws `INPUT_INVALID` with an issue for each of the first 100 things that are wrong. */
export function parseInput(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input, { error: messageOf, reportInput: true })
  if (result.success) return result.data
  throw invalid(result.error.issues.flatMap(issuesOf))
}

function issuesOf(issue: z.core.$ZodIssue): readonly Issue[] {
  const path = issue.path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys')
    return [{ path, code: codeOf(issue), message: issue.message, ...wantsOf(issue) }]
  return issue.keys.map((key) => unknownField(path === '' ? key : `${path}.${key}`))
}

const MOST_CHOICES = 50

/** What of an issue a form can say in its own words. */
export function wantsOf(issue: z.core.$ZodIssue): Pick<Issue, 'wants'> {
  if (issue.code === 'too_small') return { wants: { kind: issue.origin, least: Number(issue.minimum) } }
  if (issue.code === 'too_big') return { wants: { kind: issue.origin, most: Number(issue.maximum) } }
  if (issue.code === 'invalid_format') return { wants: { format: formOf(issue.pattern) ?? issue.format } }
  // Nothing written where something is needed: forms begin with null.
  if (isMissing({ code: issue.code, input: issue.input ?? undefined })) return { wants: { absent: true } }
  if (issue.code === 'invalid_value') return { wants: { choices: issue.values.slice(0, MOST_CHOICES).map(String) } }
  return issue.code === 'invalid_type' ? { wants: { kind: issue.expected } } : {}
}

/** A check of our own may have a code of its own. */
function codeOf(issue: z.core.$ZodIssue): string {
  const own = issue.code === 'custom' ? issue.params?.code : undefined
  return typeof own === 'string' ? own : issue.code
}

function unknownField(path: string): Issue {
  return { path, code: 'unrecognized_keys', message: 'There is no such field.' }
}

/** As many are told. Each takes more room than the field it is about: an answer must not be many times its request. */
export const MOST_ISSUES = 100

function invalid(issues: readonly Issue[]): PlatformError {
  const told = issues.slice(0, MOST_ISSUES)
  return new PlatformError('INPUT_INVALID', describe(issues), { status: 400, issues: told })
}

function describe(issues: readonly Issue[]): string {
  const [first] = issues
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return first === undefined
    ? 'The input is not valid.'
    : `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`
}
