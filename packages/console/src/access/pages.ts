import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Who may come in, as what, and with which keys. */
export const accessPages: readonly ConsolePage[] = [
  {
    path: '/users',
    title: title('Users', 'Utilisateurs'),
    permission: 'users.read',
    menu: { icon: 'users', group: 'administration' },
    acts: [
      {
        id: 'user.invite',
        icon: 'send',
        title: title('Invite somebody', 'Inviter quelqu’un'),
        permission: 'users.manage',
      },
    ],
    load: () => import('./users-page.tsx'),
  },
  {
    path: '/users/$id',
    title: title('User', 'Utilisateur'),
    permission: 'users.read',
    load: () => import('./user-page.tsx'),
  },
  {
    path: '/roles',
    title: title('Roles', 'Rôles'),
    permission: 'users.read',
    menu: { icon: 'lock', group: 'administration' },
    acts: [{ id: 'role.new', icon: 'edit', title: title('New role', 'Nouveau rôle'), permission: 'users.manage' }],
    load: () => import('./roles-page.tsx'),
  },
  {
    path: '/keys',
    title: title('API keys', 'Clés d’API'),
    permission: 'users.read',
    menu: { icon: 'key', group: 'administration' },
    acts: [
      { id: 'key.new', icon: 'key', title: title('New API key', 'Nouvelle clé d’API'), permission: 'users.manage' },
    ],
    load: () => import('./keys-page.tsx'),
  },
  {
    path: '/sessions',
    title: title('Sessions', 'Sessions'),
    permission: 'users.read',
    menu: { icon: 'screen', group: 'administration' },
    load: () => import('./sessions-page.tsx'),
  },
]
