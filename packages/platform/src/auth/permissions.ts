/**
 * What the platform itself lets people do, and each permission's explanation. Those of apps are `<app>.<permission>`.
 * A typo elsewhere does not compile.
 */
export const PLATFORM_PERMISSIONS = {
  'runs.read': 'See jobs and workflows, and what they log',
  'runs.manage': 'Cancel, retry, repair and signal jobs and workflows, assign and mute errors',
  'runs.everywhere': 'See those of every organisation on this server; each look is recorded',
  'queues.read': 'See queues and workers',
  'queues.manage': 'Pause and resume queues, drain workers',
  'schedules.read': 'See schedules',
  'schedules.manage': 'Run, pause and resume schedules',
  'events.read': 'See event streams and projections',
  'events.manage': 'Rebuild projections',
  'alerts.read': 'See alerts',
  'alerts.manage': 'Resolve and silence alerts',
  'backups.read': 'See backups',
  'backups.manage': 'Make and verify backups',
  'audit.read': 'See and export the audit log',
  'users.read': 'See users, roles and API keys',
  'users.manage': 'Invite, change and remove users, roles and API keys',
  'organisations.manage': 'See and create organisations of this installation',
  'logs.read': 'See the log',
  'settings.read': 'See the configuration and the apps',
  'apps.manage': 'Fill apps with sample data',
  'views.share': 'Share saved views with the organisation',
} as const

/** A permission of the platform. */
export type PlatformPermission = keyof typeof PLATFORM_PERMISSIONS

/** Who may use an endpoint: anybody, whoever is signed in, or who holds the permission in the organisation. */
export type Access = 'public' | 'signed-in' | PlatformPermission | `${string}.${string}`
