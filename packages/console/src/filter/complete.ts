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
}

/** Names known here. */
export interface Known {
  readonly jobs: readonly string[]
  readonly queues: readonly string[]
  /** Other organisations may be looked at. Default false. */
  readonly everywhere?: boolean
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
    const keys = FILTER_KEYS.filter((key) => known.everywhere === true || key !== 'org')
    return keys
      .filter((key) => key.startsWith(bare.toLowerCase()))
      .map((key) => {
        const by = key === 'age' ? 'age>' : key === 'input' ? 'input.' : `${key}:`
        return { ...replace(by, ''), word: minus + by, key }
      })
  }
  const chosen = value.includes(',') ? value.slice(0, value.lastIndexOf(',') + 1) : ''
  const begun = value.slice(chosen.length).replaceAll('"', '').toLowerCase()
  return valuesOf(name.toLowerCase(), known)
    .filter((each) => each.toLowerCase().includes(begun) && each !== begun)
    .slice(0, MOST)
    .map((each) => {
      const by = `${name}${sign}${chosen}${quoteValue(each)}`
      return { ...replace(by, text.slice(end).startsWith(' ') ? '' : ' '), word: each }
    })
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
