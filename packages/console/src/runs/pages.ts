import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Runs: the list and one of them. */
export const runPages: readonly ConsolePage[] = [
  {
    path: '/runs',
    title: title('Runs', 'Exécutions'),
    permission: 'runs.read',
    menu: { icon: 'runs', group: 'operations' },
    acts: [{ id: 'run.new', icon: 'play', title: title('New run', 'Nouvelle exécution'), permission: 'runs.manage' }],
    load: () => import('./runs-page.tsx'),
  },
  {
    // Whoever started a run may look at it without a permission; the server says to whom there is none.
    path: '/runs/$id',
    title: title('Run', 'Exécution'),
    load: () => import('./run-page.tsx'),
  },
]
