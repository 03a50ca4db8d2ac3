import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { usePreference } from '../shell/preferences.ts'
import type { Catalogue, Language } from './catalogue.ts'
import { type Figures, figuresFor, localeOf } from './figures.ts'

interface Speech {
  readonly language: Language
  readonly figures: Figures
}

const Spoken = createContext<Speech>({ language: 'en', figures: figuresFor('en', 'UTC') })

/** Speaks the language of the preferences, else the browser's; figures are written in the zone of the organisation. */
export function LanguageProvider({ timeZone, children }: { readonly timeZone: string; readonly children: ReactNode }) {
  const [wanted] = usePreference('language')
  const language = wanted ?? browserLanguage()
  useEffect(() => {
    document.documentElement.lang = language === 'x-pseudo' ? 'en' : language
  }, [language])
  const speech = useMemo(() => ({ language, figures: figuresFor(language, timeZone) }), [language, timeZone])
  return <Spoken value={speech}>{children}</Spoken>
}

/** The phrases of a catalogue in the language that is spoken. */
export function useWords<Own>(catalogue: Catalogue<Own>): Own {
  return catalogue[useContext(Spoken).language]
}

/** The language that is spoken. */
export function useLanguage(): Language {
  return useContext(Spoken).language
}

/** The same as figures and dates take it: English dates are British here. */
export function useLocale(): string {
  return localeOf(useLanguage())
}

/** Numbers, sizes, durations and instants as the language and the zone have them. */
export function useFigures(): Figures {
  return useContext(Spoken).figures
}

function browserLanguage(): Language {
  return navigator.languages.find((tag) => /^(?:en|fr)\b/.test(tag))?.startsWith('fr') === true ? 'fr' : 'en'
}
