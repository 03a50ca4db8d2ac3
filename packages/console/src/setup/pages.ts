import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** What is installed, and how it is configured. */
export const setupPages: readonly ConsolePage[] = [
  {
    path: '/apps',
    title: title('Apps', 'Applications'),
    permission: 'settings.read',
    menu: { icon: 'apps', group: 'administration' },
    load: () => import('./apps-page.tsx'),
  },
  {
    path: '/settings',
    title: title('Settings', 'Réglages'),
    permission: 'settings.read',
    menu: { icon: 'settings', group: 'administration' },
    load: () => import('./settings-page.tsx'),
  },
]
