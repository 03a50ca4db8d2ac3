import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The alerts. */
export const alertPages: readonly ConsolePage[] = [
  {
    path: '/alerts',
    title: title('Alerts', 'Alertes'),
    permission: 'alerts.read',
    menu: { icon: 'alert', group: 'operations' },
    acts: [
      {
        id: 'alert.silence',
        icon: 'pause',
        title: title('Silence alerts', 'Mettre des alertes sous silence'),
        permission: 'alerts.manage',
      },
    ],
    load: () => import('./alerts-page.tsx'),
  },
  {
    path: '/alerts/help/$code',
    title: title('What to do', 'Que faire'),
    permission: 'alerts.read',
    load: () => import('./help-page.tsx'),
  },
]
