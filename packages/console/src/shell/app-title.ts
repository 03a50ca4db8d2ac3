import { createContext, useContext } from 'react'
import { useLanguage } from '../i18n/language.tsx'
import { useMe } from '../session/me.ts'
import type { ShownApp } from './console-app.ts'

/** The apps whose pages are part of this console. */
export const ShownApps = createContext<readonly ShownApp[]>([])

/** What an app is called: in the language that is spoken, else as the server calls it. */
export function useAppTitle(): (app: Pick<ShownApp, 'id' | 'title'>) => string {
  const language = useLanguage()
  const shown = useContext(ShownApps)
  const { apps } = useMe()
  return ({ id, title = shown.find((app) => app.id === id)?.title }) =>
    title?.[language] ?? apps.find((app) => app.id === id)?.title ?? id
}
