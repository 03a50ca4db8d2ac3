import { title } from '../i18n/title.ts'
import type { ConsolePage } from '../shell/console-app.ts'

/** Schedules: the list, the day ahead, and one of them. */
export const schedulePages: readonly ConsolePage[] = [
  {
    path: '/schedules',
    title: title('Schedules', 'Planifications'),
    permission: 'schedules.read',
    menu: { icon: 'schedule', group: 'operations' },
    load: () => import('./schedules-page.tsx'),
  },
  {
    path: '/schedules/$name',
    title: title('Schedule', 'Planification'),
    permission: 'schedules.read',
    load: () => import('./schedule-page.tsx'),
  },
]
