import type { Language } from '../i18n/catalogue.ts'

interface Translated {
  readonly en: string
  readonly fr: string
}

/** What the server says in both languages, in the one that is spoken. */
export function spoken({ en, fr }: Translated, language: Language): string {
  return language === 'fr' ? fr : en
}
