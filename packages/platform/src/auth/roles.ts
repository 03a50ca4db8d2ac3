import { type Translated, translated } from '../app/schedule.ts'
import { PLATFORM_PERMISSIONS } from './permissions.ts'

/** What of an app roles are made from. */
export interface RoleSource {
  readonly id: string
  /** Permission → what it lets a person do. */
  readonly permissions: Readonly<Record<string, string | Translated>>
  /** Role → its permissions, without the app's id. */
  readonly roles?: Readonly<Record<string, readonly string[]>>
}

/** A role that members may have. */
export interface Role {
  readonly name: string
  /** `*` is everything. */
  readonly permissions: readonly string[]
  /** Where it comes from: the platform, an app, or the organisation itself. */
  readonly source: 'built-in' | 'app' | 'own'
}

/** Everything that may be permitted and every role that comes with the product. */
export interface RoleBook {
  /** Permission → its explanation, the platform's and `<app>.<permission>`. */
  readonly permissions: ReadonlyMap<string, Translated>
  readonly roles: ReadonlyMap<string, Role>
  /**
   * What somebody with these roles may do in an organisation. Names that no longer mean anything are passed over. Only in the `home`
   * organisation may anybody do what concerns the whole installation, such as reading its backups.
   */
  permitted(roles: readonly string[], own: readonly Role[], home: boolean): ReadonlySet<string>
}

const OPERATOR = [
  'runs.read',
  'runs.manage',
  'runs.everywhere',
  'queues.read',
  'queues.manage',
  'schedules.read',
  'schedules.manage',
  'events.read',
  'events.manage',
  'alerts.read',
  'alerts.manage',
  'backups.read',
  'backups.manage',
  'logs.read',
  'settings.read',
  'views.share',
]

// What an organisation that is a guest of the installation may do besides the apps' permissions.
const GUEST = new Set(['users.read', 'users.manage', 'audit.read', 'views.share', 'organisation.manage'])

/** Every permission of a product with these apps, and what it lets one do. */
export function describedPermissions(
  apps: readonly Pick<RoleSource, 'id' | 'permissions'>[],
): ReadonlyMap<string, Translated> {
  const ofApps = apps.flatMap(({ id, permissions }) =>
    Object.entries(permissions).map(([name, about]) => [`${id}.${name}`, translated(about)] as const),
  )
  return new Map<string, Translated>([...Object.entries(PLATFORM_PERMISSIONS), ...ofApps])
}

/** The book of a product with these apps. */
export function createRoleBook(apps: readonly RoleSource[]): RoleBook {
  const permissions = describedPermissions(apps)
  const appNames = [...permissions.keys()].filter((name) => !(name in PLATFORM_PERMISSIONS))
  const builtIn: readonly Role[] = [
    { name: 'owner', permissions: ['*'], source: 'built-in' },
    { name: 'admin', permissions: [...permissions.keys()], source: 'built-in' },
    { name: 'operator', permissions: [...OPERATOR, ...readable(appNames)], source: 'built-in' },
    { name: 'member', permissions: ['runs.read', 'schedules.read', ...readable(appNames)], source: 'built-in' },
  ]
  const appRoles = apps.flatMap(({ id, roles = {} }) =>
    Object.entries(roles).map(([name, list]): Role => {
      return { name: `${id}.${name}`, permissions: list.map((permission) => `${id}.${permission}`), source: 'app' }
    }),
  )
  const roles = new Map([...builtIn, ...appRoles].map((role) => [role.name, role]))
  return {
    permissions,
    roles,
    permitted(names, own, home) {
      const known = new Map([...own.map((role) => [role.name, role] as const), ...roles])
      const all = names.flatMap((name) => known.get(name)?.permissions ?? [])
      if (home) return new Set(all)
      const spread = all.includes('*') ? [...permissions.keys()] : all
      return new Set(spread.filter((name) => !concernsInstallation(name)))
    },
  }
}

/** True for what only members of the organisation that runs the server may do: jobs, queues, backups and the log are everybody's at once. */
export function concernsInstallation(permission: string): boolean {
  return Object.hasOwn(PLATFORM_PERMISSIONS, permission) && !GUEST.has(permission)
}

function readable(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.endsWith('.read'))
}

/** True when whoever holds `held` may do all of `wanted`. */
export function covers(held: ReadonlySet<string>, wanted: Iterable<string>): boolean {
  return held.has('*') || [...wanted].every((permission) => held.has(permission))
}

/** What both let one do. */
export function common(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (one.has('*')) return other
  if (other.has('*')) return one
  return new Set([...one].filter((permission) => other.has(permission)))
}

/** A list kept as JSON. */
export function readList(text: string | null): readonly string[] {
  const value: unknown = JSON.parse(text ?? '[]')
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}
