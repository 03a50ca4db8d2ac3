import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** The audit log: search, and one entry. */
export const auditPages: readonly ConsolePage[] = [
  {
    path: '/audit',
    title: title('Audit', 'Audit'),
    permission: 'audit.read',
    menu: { icon: 'audit', group: 'administration' },
    acts: [{ id: 'audit.verify', icon: 'audit', title: title('Verify the audit log', 'Vérifier le journal d’audit') }],
    load: () => import('./audit-page.tsx'),
  },
  {
    path: '/audit/$id',
    title: title('Audit entry', 'Entrée d’audit'),
    permission: 'audit.read',
    load: () => import('./entry-page.tsx'),
  },
]
