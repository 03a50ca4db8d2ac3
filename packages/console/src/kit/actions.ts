import { createContext, useContext, useEffect, useId } from 'react'
import type { IconName } from './icon.tsx'

/** Something that can be done on the page that is open. */
export interface Action {
  readonly icon: IconName
  readonly label: string
  /** What it is done to, as the data calls it; undefined where that is the page itself. */
  readonly of?: string | undefined
  /** Why it cannot be done now, or not by them. */
  readonly reason?: string | undefined
  readonly onAct: () => void
}

const offered = new Map<string, Action>()

/** Whether what stands here is about the whole page, so that its acts need no further name. */
export const AboutPage = createContext(false)

/** What the open page offers now, for the palette. */
export function offeredActions(): readonly (Action & { readonly key: string })[] {
  return [...offered].map(([key, action]) => ({ ...action, key }))
}

/** Has the palette offer it too: what is about the whole page, or names what it is about. */
export function useOffer(action: Action): void {
  const key = useId()
  const isAboutPage = useContext(AboutPage)
  const isNamed = isAboutPage || action.of !== undefined
  useEffect(() => {
    if (isNamed) offered.set(key, action)
    return () => void offered.delete(key)
  })
}
