import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The processes that run jobs. */
export const workerPages: readonly ConsolePage[] = [
  {
    path: '/workers',
    title: title('Workers', 'Exécuteurs'),
    permission: 'queues.read',
    menu: { icon: 'worker', group: 'operations' },
    load: () => import('./workers-page.tsx'),
  },
]
