import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** What failed, by what went wrong, and one of these groups. */
export const errorPages: readonly ConsolePage[] = [
  {
    path: '/errors',
    title: title('Errors', 'Erreurs'),
    also: title('dead letters failures failed', 'échecs échoué lettres mortes dead letters'),
    permission: 'runs.read',
    menu: { icon: 'dead', group: 'operations' },
    load: () => import('./errors-page.tsx'),
  },
  {
    path: '/errors/$fingerprint',
    title: title('Error', 'Erreur'),
    permission: 'runs.read',
    load: () => import('./error-page.tsx'),
  },
]
