import type { GetRolesOutput } from '../api.gen.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { groupsOf } from '../kit/groups.ts'
import { useAppTitle } from '../shell/app-title.ts'
import { permissionWords } from './permission-words.ts'

/** Everything there is, and what is added one day. */
export const EVERYTHING = '*'

/** A permission, with what it lets a person do in the language that is spoken. */
export interface Described {
  readonly name: string
  readonly about: string
}

/** Permissions that belong together: an area of the platform, or an app. */
export interface PermissionGroup {
  readonly id: string
  readonly title: string
  readonly permissions: readonly Described[]
}

// Of a single permission no group is made.
const AREAS: Readonly<Record<string, keyof (typeof permissionWords)['en']['areas']>> = {
  runs: 'runs',
  views: 'runs',
  queues: 'queues',
  schedules: 'schedules',
  events: 'events',
  alerts: 'alerts',
  backups: 'backups',
  users: 'users',
  audit: 'records',
  logs: 'records',
  organisations: 'server',
  settings: 'server',
  apps: 'server',
}

/** Permissions by area, those of each app after those of the platform. */
export function usePermissionGroups(permissions: GetRolesOutput['permissions']): readonly PermissionGroup[] {
  const { areas } = useWords(permissionWords)
  const language = useLanguage() === 'fr' ? 'fr' : 'en'
  const titleOf = useAppTitle()
  const prefix = (name: string): string => name.slice(0, name.indexOf('.'))
  const groups = groupsOf(permissions, ({ name }) => AREAS[prefix(name)] ?? prefix(name))
  return [...groups].map(([id, members]) => ({
    id,
    title: id in areas ? areas[id as keyof typeof areas] : titleOf({ id }),
    permissions: members.map(({ name, about }) => ({ name, about: about[language] })),
  }))
}
