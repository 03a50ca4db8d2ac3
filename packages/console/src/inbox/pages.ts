import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** What one was told; reached from the header. */
export const inboxPages: readonly ConsolePage[] = [
  {
    path: '/notifications',
    title: title('Notifications', 'Notifications'),
    load: () => import('./notifications-page.tsx'),
  },
]
