import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The organisations of the installation, for whoever runs it. */
export const organisationPages: readonly ConsolePage[] = [
  {
    path: '/organisations',
    title: title('Organisations', 'Organisations'),
    permission: 'organisations.manage',
    menu: { icon: 'home', group: 'administration' },
    load: () => import('./organisations-page.tsx'),
  },
]
