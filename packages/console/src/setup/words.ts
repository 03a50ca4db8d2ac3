import { catalogue } from '../i18n/catalogue.ts'

/** What the pages of apps and settings say. */
export const setupWords = catalogue(
  {
    apps: 'Apps',
    appsAbout: 'What is installed, and what each brings.',
    on: 'on',
    off: 'switched off',
    noApps: 'No app is installed',
    noAppsNext: 'Make one with the command: regie new app.',
    jobs: 'Jobs',
    workflows: 'Workflows',
    schedules: 'Schedules',
    routes: 'Addresses',
    migration: 'Version of the tables',
    roles: 'Roles',
    settings: 'Settings',
    settingsAbout:
      'The configuration in force. It comes from the environment and from regie.config.ts, and is changed there.',
    find: 'Find a setting',
    setting: 'Setting',
    value: 'Value',
    hidden: 'set, not shown',
    platform: 'Platform',
    sources: { environment: 'from the environment', file: 'from regie.config.ts', default: 'by default' },
    fallback: 'by default',
    unset: 'not set',
    noMail:
      'No e-mail server is configured: e-mails are written to the folder outbox in the data folder (data/outbox), and reach nobody. Set SMTP_URL to send it.',
  },
  {
    apps: 'Applications',
    appsAbout: 'Ce qui est installé, et ce que chacune apporte.',
    on: 'en service',
    off: 'désactivée',
    noApps: 'Aucune application n’est installée',
    noAppsNext: 'Créez-en une avec la commande : regie new app.',
    jobs: 'Tâches',
    workflows: 'Processus',
    schedules: 'Planifications',
    routes: 'Adresses',
    migration: 'Version des tables',
    roles: 'Rôles',
    settings: 'Réglages',
    settingsAbout:
      'La configuration en vigueur. Elle vient de l’environnement et de regie.config.ts, et c’est là qu’elle se change.',
    find: 'Trouver un réglage',
    setting: 'Réglage',
    value: 'Valeur',
    hidden: 'renseigné, caché',
    platform: 'Plateforme',
    sources: { environment: 'de l’environnement', file: 'de regie.config.ts', default: 'par défaut' },
    fallback: 'par défaut',
    unset: 'non renseigné',
    noMail:
      'Aucun serveur d’e-mail n’est configuré : les e-mails sont écrits dans le dossier outbox du dossier de données (data/outbox) et n’arrivent à personne. Renseignez SMTP_URL pour les envoyer.',
  },
)
