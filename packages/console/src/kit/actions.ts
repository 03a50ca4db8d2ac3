import { createContext, useContext, useEffect, useId } from 'react'
import type { IconName } from './icon.tsx'

/** Something that can be done on the page that is open. */
export interface Action {
  /** By which it is asked for from another page, see {@link actThere}. */
  readonly id?: string | undefined
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

const WAIT_MS = 10_000
let wanted: { readonly id: string; readonly until: number } | undefined

/** Does what the page offers that is on its way, as soon as it is there; given up after ten seconds. */
export function actThere(id: string): void {
  wanted = { id, until: Date.now() + WAIT_MS }
  for (const action of offered.values()) actIfWanted(action)
}

function actIfWanted({ id, reason, onAct }: Action): void {
  if (wanted === undefined || id !== wanted.id || reason !== undefined) return
  const isLate = Date.now() > wanted.until
  wanted = undefined
  if (!isLate) onAct()
}

/** Has the palette offer it too: what is about the whole page, or names what it is about. */
export function useOffer(action: Action): void {
  const key = useId()
  const isAboutPage = useContext(AboutPage)
  const isNamed = isAboutPage || action.of !== undefined || action.id !== undefined
  useEffect(() => {
    if (isNamed) offered.set(key, action)
    actIfWanted(action)
    return () => void offered.delete(key)
  })
}
