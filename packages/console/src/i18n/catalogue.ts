/** What the console speaks. `x-pseudo` is for a test: it marks every phrase, so that text without one is found. */
export type Language = 'en' | 'fr' | 'x-pseudo'

/** One phrase, or how to write one from what it is about. */
type Phrase = string | ((...about: never[]) => string)

/** Phrases by name, in groups. */
export interface Phrases {
  readonly [name: string]: Phrase | Phrases
}

/** The same names with any text behind them: what another language has to have. */
export type Translated<Own> = {
  readonly [Name in keyof Own]: Own[Name] extends string
    ? string
    : Own[Name] extends (...about: infer About) => string
      ? (...about: About) => string
      : Translated<Own[Name]>
}

/** Phrases in every language. */
export type Catalogue<Own> = Readonly<Record<Language, Own>>

/** A catalogue: English decides what there is to say, and French that lacks a phrase does not compile. */
export function catalogue<const Own extends Phrases>(en: Own, fr: Translated<Own>): Catalogue<Translated<Own>> {
  const english = en as unknown as Translated<Own>
  return {
    en: english,
    fr: each(fr as Phrases, typeset) as Translated<Own>,
    'x-pseudo': each(en, pseudoText) as unknown as Translated<Own>,
  }
}

/** French as it is printed: what stands before `: ; ! ?` and within « » keeps to its word at the end of a line. */
export function typeset(text: string): string {
  return text.replace(/ (?=[;!?])/g, '\u202f').replace(/ (?=[:»])|(?<=«) /g, '\u00a0')
}

/** The same text with accents and brackets. */
export function pseudoText(text: string): string {
  const accents: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç', s: 'š' }
  return `⟦${text.replace(/[aeiouncs]/g, (letter) => accents[letter] ?? letter)}⟧`
}

function each(phrases: Phrases, write: (text: string) => string): Phrases {
  return Object.fromEntries(
    Object.entries(phrases).map(([name, phrase]) => {
      if (typeof phrase === 'string') return [name, write(phrase)]
      if (typeof phrase !== 'function') return [name, each(phrase, write)]
      return [name, (...about: never[]) => write(phrase(...about))]
    }),
  )
}
