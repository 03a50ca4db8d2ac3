import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Workflows: the list and one of them. */
export const workflowPages: readonly ConsolePage[] = [
  {
    path: '/workflows',
    title: title('Workflows', 'Processus'),
    permission: 'runs.read',
    menu: { icon: 'workflow', group: 'operations' },
    load: () => import('./workflows-page.tsx'),
  },
  {
    path: '/workflows/signals',
    title: title('Kept signals', 'Signaux gardés'),
    permission: 'runs.read',
    load: () => import('./signals-page.tsx'),
  },
  {
    path: '/workflows/$id',
    title: title('Workflow', 'Processus'),
    permission: 'runs.read',
    load: () => import('./workflow-page.tsx'),
  },
]
