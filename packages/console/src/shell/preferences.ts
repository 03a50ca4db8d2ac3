import { useSyncExternalStore } from 'react'
import type { Language } from '../i18n/catalogue.ts'

/** What a person chose, kept in this browser. */
export interface Preferences {
  /** Undefined follows the browser. */
  readonly language: Language | undefined
  readonly theme: 'light' | 'dark' | 'auto'
  readonly density: 'cosy' | 'dense'
  /** Shortcuts of one key, which disturb people who dictate. */
  readonly singleKeys: boolean
  readonly menu: 'wide' | 'narrow'
  /** True once the tour was seen or sent away. */
  readonly toured: boolean
}

const DEFAULTS: Preferences = {
  language: undefined,
  theme: 'auto',
  density: 'dense',
  singleKeys: true,
  menu: 'wide',
  toured: false,
}
const PLACE = 'regie.preferences'

let current = read()
const listeners = new Set<() => void>()

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(PLACE) ?? '{}') }
  } catch {
    // Storage that is refused or broken is no reason not to work.
    return DEFAULTS
  }
}

/** Changes some of them, here and in the other tabs. */
export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(PLACE, JSON.stringify(current))
  } catch {
    // Then they last as long as this tab.
  }
  for (const listener of listeners) listener()
}

/** What was chosen, as it is now. */
export function preferences(): Preferences {
  return current
}

/** All of them, as they are now. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current)
}

/** One of them, and how to change it. */
export function usePreference<Name extends keyof Preferences>(
  name: Name,
): readonly [Preferences[Name], (value: Preferences[Name]) => void] {
  const value = useSyncExternalStore(subscribe, () => current[name])
  return [value, (next) => setPreferences({ [name]: next } as Partial<Preferences>)]
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent): void => {
    if (event.key !== PLACE) return
    current = read()
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}
