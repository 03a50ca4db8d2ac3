import { FILTER_KEYS, FILTER_STATES, parseFilter, quoteValue } from '@regie/platform/filter'

/** What may be typed next: the word under the cursor, replaced. */
export interface Suggestion {
  /** The whole text with it. */
  readonly text: string
  /** Where the cursor goes. */
  readonly cursor: number
  /** What is shown. */
  readonly word: string
  /** The key it explains, if it is one. */
  readonly key?: (typeof FILTER_KEYS)[number]
  /** The state for which another word was written. */
  readonly meant?: string
}

/** Names known here. */
export interface Known {
  readonly jobs: readonly string[]
  readonly queues: readonly string[]
  /** Other organisations may be looked at. Default false. */
  readonly everywhere?: boolean
  /** What states are called on badges, in any language. Default: nothing. */
  readonly states?: readonly StateName[]
}

/** A state of the filter's language, and a word for it that people read. */
export type StateName = readonly [state: (typeof FILTER_STATES)[number], name: string]

/** Without accents and capitals, and whatever is feminine or plural about it. */
function stemOf(word: string): string {
  const plain = word
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
  return plain.replace(/(?<=.{3})[es]+$/, '')
}

// Of what people may write for the key.
const STATE_WORD = /^-?(?:etat|statu[st]|state):/

/** A filter in which a word is what a badge says, as it was meant: `échouée` is `state:failed`. Undefined where there is none. */
export function meantBy(text: string, names: readonly StateName[]): string | undefined {
  const found = parseFilter(text).terms.flatMap(({ key, negated, start, end }) => {
    const word = text.slice(start, end)
    const value = stemOf(word.replace(/^-/, '')).replace(STATE_WORD, '')
    const [state] =
      key === 'job' && !/^-?job:/i.test(word) ? (names.find(([, name]) => stemOf(name) === value) ?? []) : []
    return state === undefined ? [] : [{ start, end, by: `${negated ? '-' : ''}state:${state}` }]
  })
  if (found.length === 0) return undefined
  return found.reduceRight((meant, { start, end, by }) => meant.slice(0, start) + by + meant.slice(end), text)
}

/** True for a filter that names organisations. */
export function namesOrganisations(text: string): boolean {
  return parseFilter(text).terms.some(({ key }) => key === 'org')
}

const MOST = 10
const AGES = ['5m', '1h', '1d', '7d']

/** Suggestions for the word at the cursor. */
export function complete(text: string, cursor: number, known: Known): readonly Suggestion[] {
  const start = text.slice(0, cursor).search(/\S*$/)
  const end = cursor + text.slice(cursor).search(/\s|$/)
  const word = text.slice(start, cursor)
  const minus = word.startsWith('-') ? '-' : ''
  const bare = word.slice(minus.length)
  const [, name, sign, value = ''] = /^([a-z]+)([:<>])(.*)$/i.exec(bare) ?? []
  const replace = (by: string, more: string): Pick<Suggestion, 'text' | 'cursor'> => ({
    text: text.slice(0, start) + minus + by + more + text.slice(end),
    cursor: start + minus.length + by.length + more.length,
  })
  if (name === undefined || sign === undefined) {
    const meant = meantStates(bare, known).map((state) => {
      const by = `state:${state}`
      return { ...replace(by, text.slice(end).startsWith(' ') ? '' : ' '), word: minus + by, meant: state }
    })
    const keys = FILTER_KEYS.filter((key) => known.everywhere === true || key !== 'org')
    const begun = keys
      .filter((key) => key.startsWith(bare.toLowerCase()))
      .map((key) => {
        const by = key === 'age' ? 'age>' : key === 'input' ? 'input.' : `${key}:`
        return { ...replace(by, ''), word: minus + by, key }
      })
    return [...begun, ...meant]
  }
  const chosen = value.includes(',') ? value.slice(0, value.lastIndexOf(',') + 1) : ''
  const begun = value.slice(chosen.length).replaceAll('"', '').toLowerCase()
  const named = new Set<string>(name.toLowerCase() === 'state' ? meantStates(begun, known) : [])
  return valuesOf(name.toLowerCase(), known)
    .filter((each) => (each.toLowerCase().includes(begun) && each !== begun) || named.has(each))
    .slice(0, MOST)
    .map((each) => {
      const by = `${name}${sign}${chosen}${quoteValue(each)}`
      return { ...replace(by, text.slice(end).startsWith(' ') ? '' : ' '), word: each }
    })
}

// Shorter ones are the beginning of many a job's name.
const LEAST_LETTERS = 4

function meantStates(word: string, { states = [] }: Known): readonly string[] {
  const stem = stemOf(word).replace(STATE_WORD, '')
  const found = stem.length < LEAST_LETTERS ? [] : states.filter(([, name]) => stemOf(name).startsWith(stem))
  const closest = found.toSorted(([, a], [, b]) => a.length - b.length)
  return [...new Set(closest.map(([state]) => state))]
}

function valuesOf(key: string, { jobs, queues }: Known): readonly string[] {
  if (key === 'state') return FILTER_STATES
  if (key === 'queue') return queues
  if (key === 'kind') return ['job', 'workflow']
  if (key === 'age') return AGES
  if (key !== 'job') return []
  const families = new Set(jobs.map((job) => job.split('.')[0]))
  return [...[...families].map((family) => `${family}.*`), ...jobs]
}
