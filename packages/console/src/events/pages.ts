import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Streams of events, one of them, and the projections made of them. */
export const eventPages: readonly ConsolePage[] = [
  {
    path: '/events',
    title: title('Events', 'Événements'),
    permission: 'events.read',
    menu: { icon: 'event', group: 'operations' },
    load: () => import('./streams-page.tsx'),
  },
  {
    path: '/events/$stream',
    title: title('Stream', 'Flux'),
    permission: 'events.read',
    load: () => import('./stream-page.tsx'),
  },
  {
    path: '/projections',
    title: title('Projections', 'Projections'),
    permission: 'events.read',
    menu: { icon: 'columns', group: 'operations' },
    load: () => import('./projections-page.tsx'),
  },
]
