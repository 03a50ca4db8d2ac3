import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The overview. */
export const homePages: readonly ConsolePage[] = [
  {
    path: '/',
    title: title('Overview', 'Aperçu'),
    menu: { icon: 'home', group: 'operations' },
    load: () => import('./home-page.tsx'),
  },
]
