import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The queues. */
export const queuePages: readonly ConsolePage[] = [
  {
    path: '/queues',
    title: title('Queues', 'Files'),
    also: title('pause', 'pause'),
    permission: 'queues.read',
    menu: { icon: 'queue', group: 'operations' },
    load: () => import('./queues-page.tsx'),
  },
]
