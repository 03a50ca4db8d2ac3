import { type Catalogue, pseudoText, typeset } from './catalogue.ts'

/** One phrase in both languages, for titles of pages. */
export function title(en: string, fr: string): Catalogue<string> {
  return { en, fr: typeset(fr), 'x-pseudo': pseudoText(en) }
}
