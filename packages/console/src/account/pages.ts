import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** One's own account; its entry is in the menu of the person. */
export const accountPages: readonly ConsolePage[] = [
  { path: '/account', title: title('Your account', 'Votre compte'), load: () => import('./account-page.tsx') },
]
