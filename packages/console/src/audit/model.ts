import { createContext, useContext } from 'react'
import type { Audit } from '../api.gen.ts'
import { type Catalogue, catalogue } from '../i18n/catalogue.ts'

/** What an entry is about, as the filter takes it. */
export function objectText({ object }: Pick<Audit, 'object'>): string {
  return object === undefined ? '' : `${object.type}:${object.id}`
}

// Where an object of each type is shown; with a slash at the end its own page.
const PLACES: Readonly<Record<string, string>> = {
  alert: '/alerts',
  backup: '/backups',
  error: '/errors/',
  invitation: '/users',
  key: '/keys',
  organisation: '/organisations/',
  projection: '/projections',
  queue: '/queues',
  role: '/roles',
  run: '/runs/',
  schedule: '/schedules/',
  session: '/sessions',
  silence: '/alerts',
  stream: '/events/',
  user: '/users/',
  worker: '/workers',
  workflow: '/workflows/',
}

const OfApps = createContext<Readonly<Record<string, string>>>({})

/** Gives the pages below it where the objects of apps are shown, by their types. */
export const AppObjects = OfApps.Provider

/** What the actions of apps are called, by their codes. */
export const OfAppActions = createContext<Catalogue<Readonly<Record<string, string>>>>(catalogue({}, {}))

/** Where an object is shown; undefined for what has no page. */
export function useObjectPath(object: Audit['object']): string | undefined {
  const ofApps = useContext(OfApps)
  const place = object && (PLACES[object.type] ?? ofApps[object.type])
  return place?.endsWith('/') ? place + encodeURIComponent(object?.id ?? '') : place
}
