import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The log, as it is written. */
export const logPages: readonly ConsolePage[] = [
  {
    path: '/logs',
    title: title('Log', 'Journal'),
    permission: 'logs.read',
    menu: { icon: 'log', group: 'operations' },
    load: () => import('./logs-page.tsx'),
  },
]
