import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The backups. */
export const backupPages: readonly ConsolePage[] = [
  {
    path: '/backups',
    title: title('Backups', 'Sauvegardes'),
    permission: 'backups.read',
    menu: { icon: 'backup', group: 'operations' },
    acts: [
      {
        id: 'backup.make',
        icon: 'backup',
        title: title('Back up now', 'Sauvegarder maintenant'),
        permission: 'backups.manage',
      },
    ],
    load: () => import('./backups-page.tsx'),
  },
]
