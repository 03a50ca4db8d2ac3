// The filter language of the console, the command line and the API. Pure and without dependencies: it runs in browsers too.
/** What a word of a filter is about. */
export const FILTER_KEYS = [
  'id',
  'state',
  'queue',
  'job',
  'error',
  'fingerprint',
  'tag',
  'age',
  'input',
  'kind',
  'parent',
  'batch',
  'trace',
  'org',
] as const

/** What a word of a filter is about. */
export type FilterKey = (typeof FILTER_KEYS)[number]

/** One condition, and where it stands in the text. */
export interface FilterTerm {
  readonly key: FilterKey
  /** Of `input`: the dotted path below it. */
  readonly path?: string
  /** Of `age`: longer (`>`) or shorter (`<`) ago; else `:`. */
  readonly operator: ':' | '>' | '<'
  readonly value: string
  /** Everything but this. */
  readonly negated: boolean
  readonly start: number
  readonly end: number
}

/** What is wrong with a part of the text. */
export interface FilterProblem {
  readonly code:
    | 'unknown-key'
    | 'no-value'
    | 'open-quote'
    | 'bad-age'
    | 'bad-number'
    | 'no-or'
    | 'bad-state'
    | 'bad-kind'
    | 'no-path'
    | 'twice'
  /** The part in question. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A text, understood as far as possible. */
export interface ParsedFilter {
  readonly terms: readonly FilterTerm[]
  readonly problems: readonly FilterProblem[]
}

/** States a filter may name; of those that are `scheduled`, the ones that failed before are `retrying`. */
export const FILTER_STATES = [
  'retrying',
  'scheduled',
  'waiting',
  'queued',
  'blocked',
  'parked',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
] as const

/** Whether a text says what is wanted, without a problem. */
export function isReadable(filter: string): boolean {
  return parseFilter(filter).problems.length === 0
}

// Unless somebody asks for succeeded ones in so many words: they would do all that they did once more.
const RETRIED = 'state:retrying,failed,cancelled,expired'

/** Of the runs that a filter finds, those that a retry of many takes. */
export function retriedOf(filter: string): string {
  return `${filter} ${RETRIED}`
}

/** Every state of a run that has not ended. */
export const UNENDED = [
  'scheduled',
  'waiting',
  'queued',
  'blocked',
  'parked',
  'running',
] as const satisfies readonly (typeof FILTER_STATES)[number][]

const CANCELLED = `state:retrying,${UNENDED.join()}`

/** Of the runs that a filter finds, those that can be cancelled. */
export function cancelledOf(filter: string): string {
  return `${filter} ${CANCELLED}`
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
// A quote that is never closed takes the rest. It stands apart, or there would be two ways through each quote: exponential time.
const WORD = /(?=\S)-?(?:[^\s"]|"(?:[^"\\]|\\[\s\S])*")*(?:"[\s\S]*)?/g
const TERM = /^(-?)([a-z]+)((?:\.[^:<>\s]+)?)([:<>])(.*)$/is
// As many as the engine takes at once.
const IDS = /^\d{1,15}(?:,\d{1,15}){0,499}$/
// What other languages join conditions with; here all hold, and alternatives stand between commas.
const JOINING = /^(?:and|or|not|&&|\|\||et|ou)$/i
const ONCE = new Set<FilterKey>(['id', 'queue', 'fingerprint', 'kind', 'parent', 'batch', 'trace'])

/** Milliseconds of `90s`, `1h`, `2.5d`; undefined for anything else. */
export function ageMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,6}(?:\.\d+)?)(s|m|h|d|w)$/.exec(text) ?? []
  const ms = UNITS[unit]
  return amount === undefined || ms === undefined ? undefined : Number(amount) * ms
}

/**
 * Reads a filter such as `queue:mail state:failed,expired job:quotes.* error:ECONN* age>1h input.quoteId:42 -tag:test`.
 * A number alone, also `#42`, is that run; any other word without a key looks in the job's name, and all must be found there. Values with spaces stand in double quotes. Never throws.
 */
export function parseFilter(text: string): ParsedFilter {
  const terms: FilterTerm[] = []
  const problems: FilterProblem[] = []
  for (const match of text.matchAll(WORD)) {
    const word = match[0]
    const place = { start: match.index, end: match.index + word.length }
    const term = readTerm(word, place)
    if ('code' in term) problems.push(term)
    else {
      const isTwice =
        !term.negated && ONCE.has(term.key) && terms.some(({ key, negated }) => key === term.key && !negated)
      if (isTwice) problems.push({ code: 'twice', text: term.key, ...place })
      else terms.push(term)
    }
  }
  return { terms, problems }
}

function readTerm(word: string, place: { readonly start: number; readonly end: number }): FilterTerm | FilterProblem {
  if ((word.match(/(?<!\\)"/g) ?? []).length % 2 === 1) return { code: 'open-quote', text: word, ...place }
  const [, minus = '', name = '', path = '', operator = ':', rest = ''] = TERM.exec(word) ?? []
  if (name === '') {
    const negated = word.startsWith('-')
    const value = unquote(negated ? word.slice(1) : word)
    if (value === '') return { code: 'no-value', text: word, ...place }
    if (JOINING.test(word)) return { code: 'no-or', text: word, ...place }
    const [, id] = /^#?(\d{1,15})$/.exec(word.slice(negated ? 1 : 0)) ?? []
    if (id !== undefined) return { key: 'id', operator: ':', value: id, negated, ...place }
    return { key: 'job', operator: ':', value: value.includes('*') ? value : `*${value}*`, negated, ...place }
  }
  const key = FILTER_KEYS.find((known) => known === name.toLowerCase())
  if (key === undefined) return { code: 'unknown-key', text: name, ...place }
  const value = unquote(rest)
  if (value === '') return { code: 'no-value', text: name, ...place }
  const code = problemOf(key, path, operator, value)
  if (code !== undefined) return { code, text: code === 'no-path' ? name : value, ...place }
  const sign = operator === '>' || operator === '<' ? operator : key === 'age' ? '>' : ':'
  return { key, operator: sign, value, negated: minus === '-', ...(path !== '' && { path: path.slice(1) }), ...place }
}

function problemOf(key: FilterKey, path: string, operator: string, value: string): FilterProblem['code'] | undefined {
  if (key === 'input' ? path === '' : path !== '') return key === 'input' ? 'no-path' : 'unknown-key'
  if (key === 'age') return ageMs(value) === undefined ? 'bad-age' : undefined
  if (operator !== ':') return 'bad-age'
  if (key === 'id') return IDS.test(value) ? undefined : 'bad-number'
  if (key === 'parent' || key === 'batch') return /^\d{1,15}$/.test(value) ? undefined : 'bad-number'
  if (key === 'kind') return value === 'job' || value === 'workflow' ? undefined : 'bad-kind'
  if (key !== 'state') return undefined
  const states = new Set<string>(FILTER_STATES)
  return value.split(',').every((state) => states.has(state)) ? undefined : 'bad-state'
}

function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'))
}

/** A value as it is written in a filter: in quotes when it has to be. */
export function quoteValue(value: string): string {
  return /[\s"]/.test(value) || value === '' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}
