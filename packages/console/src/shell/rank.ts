/** What is looked through: its name, and words that it is found by as well. */
export interface Named {
  readonly text: string
  /** What it is, such as `Queue`. */
  readonly group?: string | undefined
  /** Of two that match alike the one that stands before; a recent one, or an act. Default 0, at most 9. */
  readonly favour?: number
  /** It counts for this much even if nothing here says why it was found. Default 0. */
  readonly least?: number
}

/** Whether a text has every word of what was typed in it, whatever its accents and capitals. */
export function holds(typed: string, text: string): boolean {
  const within = fold(text)
  return fold(typed.trim())
    .split(/\s+/)
    .every((word) => within.includes(word))
}

/** Without accents and capitals. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

const BEGINS = /[\s./:_#@-]/

/** How well each word of what was typed is met, 0 where one is not: whole, as a beginning, as the beginning of a word, within. */
function matchOf(typed: string, { text, group = '' }: Named): number {
  const name = fold(text)
  const words = fold(typed.trim()).split(/\s+/)
  if (name === words.join(' ')) return 100
  const met = words.map((word) => {
    const at = name.indexOf(word)
    if (at === 0) return 80
    if (at > 0) return startsAWord(name, word) ? 60 : 30
    return fold(group).includes(word) ? 20 : 0
  })
  return met.some((each) => each === 0) ? 0 : met.reduce<number>((sum, each) => sum + each, 0) / met.length
}

/** Those that match, the best first; alike ones in the order of their favour, then in the given one. */
export function ranked<Hit extends Named>(typed: string, hits: readonly Hit[], most: number): readonly Hit[] {
  return hits
    .map((hit) => ({ hit, score: Math.max(matchOf(typed, hit), hit.least ?? 0) }))
    .filter(({ score }) => score > 0)
    .map(({ hit, score }) => ({ hit, score: score + (hit.favour ?? 0) }))
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ hit }) => hit)
}

function startsAWord(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1))
    if (at === 0 || BEGINS.test(name[at - 1] ?? '')) return true
  return false
}
