import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** One's own account; its entry is in the menu of the person. */
export const accountPages: readonly ConsolePage[] = [
  {
    path: '/account',
    title: title('Your account', 'Votre compte'),
    acts: [{ id: 'key.own', icon: 'key', title: title('New API key of your own', 'Nouvelle clé d’API à vous') }],
    load: () => import('./account-page.tsx'),
  },
]
