import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The organisation one works in, and those of the installation for whoever runs it. */
export const organisationPages: readonly ConsolePage[] = [
  {
    path: '/organisations',
    title: title('Organisations', 'Organisations'),
    permission: 'organisations.manage',
    menu: { icon: 'building', group: 'administration' },
    load: () => import('./organisations-page.tsx'),
  },
  {
    path: '/organisations/$id',
    title: title('Organisation', 'Organisation'),
    permission: 'organisations.manage',
    load: () => import('./organisation-page.tsx'),
  },
  {
    path: '/organisation',
    title: title('Your organisation', 'Votre organisation'),
    permission: 'organisation.manage',
    menu: { icon: 'building', group: 'administration' },
    load: () => import('./own-page.tsx'),
  },
]
