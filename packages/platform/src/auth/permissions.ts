import type { Translated } from '../app/schedule.ts'

/**
 * What the platform itself lets people do, and each permission's explanation in the languages of the console. Those of apps are `<app>.<permission>`.
 * A typo elsewhere does not compile.
 */
export const PLATFORM_PERMISSIONS = {
  'runs.read': {
    en: 'See jobs and workflows, and what they log',
    fr: 'Voir les tâches et les processus, et ce qu’ils journalisent',
  },
  'runs.manage': {
    en: 'Start, cancel, retry, repair and signal jobs and workflows, with any input where a job asks for no permission of its own; assign and mute errors',
    fr: 'Lancer, annuler, relancer, réparer et signaler tâches et processus, avec n’importe quelle entrée si la tâche ne demande pas sa propre permission ; attribuer et mettre en sourdine les erreurs',
  },
  'runs.everywhere': {
    en: 'See those of every organisation on this server; each look is recorded',
    fr: 'Voir ceux de toutes les organisations de ce serveur ; chaque regard est noté',
  },
  'queues.read': { en: 'See queues and workers', fr: 'Voir les files et les exécuteurs' },
  'queues.manage': {
    en: 'Pause and resume queues, drain workers',
    fr: 'Mettre en pause et reprendre les files, vider les exécuteurs',
  },
  'schedules.read': { en: 'See schedules', fr: 'Voir les planifications' },
  'schedules.manage': {
    en: 'Run, pause and resume schedules',
    fr: 'Lancer, mettre en pause et reprendre les planifications',
  },
  'events.read': { en: 'See event streams and projections', fr: 'Voir les flux d’événements et les projections' },
  'events.manage': { en: 'Rebuild projections', fr: 'Reconstruire les projections' },
  'alerts.read': { en: 'See alerts', fr: 'Voir les alertes' },
  'alerts.manage': { en: 'Resolve and silence alerts', fr: 'Résoudre les alertes et les mettre sous silence' },
  'backups.read': { en: 'See backups', fr: 'Voir les sauvegardes' },
  'backups.manage': { en: 'Make and verify backups', fr: 'Faire et vérifier des sauvegardes' },
  'audit.read': { en: 'See and export the audit log', fr: 'Voir et exporter le journal d’audit' },
  'users.read': { en: 'See users, roles and API keys', fr: 'Voir les utilisateurs, les rôles et les clés d’API' },
  'users.manage': {
    en: 'Invite, change and remove users, roles and API keys',
    fr: 'Inviter, modifier et retirer utilisateurs, rôles et clés d’API',
  },
  'organisations.manage': {
    en: 'See, create, change, delete and restore organisations of this installation',
    fr: 'Voir, créer, modifier, supprimer et restaurer les organisations de cette installation',
  },
  'organisation.manage': {
    en: 'Change what one’s own organisation is called; its owners also delete it',
    fr: 'Changer comment s’appelle son organisation ; ses propriétaires la suppriment aussi',
  },
  'logs.read': { en: 'See the log', fr: 'Voir le journal' },
  'settings.read': { en: 'See the configuration and the apps', fr: 'Voir la configuration et les applications' },
  'apps.manage': { en: 'Fill apps with sample data', fr: 'Remplir les applications d’exemples' },
  'views.share': { en: 'Share saved views with the organisation', fr: 'Partager des vues avec l’organisation' },
} as const satisfies Readonly<Record<string, Translated>>

/** A permission of the platform. */
export type PlatformPermission = keyof typeof PLATFORM_PERMISSIONS

/** Who may use an endpoint: anybody, whoever is signed in, or who holds the permission in the organisation. */
export type Access = 'public' | 'signed-in' | PlatformPermission | `${string}.${string}`
