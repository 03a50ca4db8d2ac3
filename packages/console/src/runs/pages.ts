import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Runs: the list and one of them. */
export const runPages: readonly ConsolePage[] = [
  {
    path: '/runs',
    title: title('Runs', 'Exécutions'),
    permission: 'runs.read',
    menu: { icon: 'runs', group: 'operations' },
    load: () => import('./runs-page.tsx'),
  },
  {
    path: '/runs/$id',
    title: title('Run', 'Exécution'),
    permission: 'runs.read',
    load: () => import('./run-page.tsx'),
  },
]
