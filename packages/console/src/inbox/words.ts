import { catalogue } from '../i18n/catalogue.ts'

/** What the inbox says. */
export const inboxWords = catalogue(
  {
    title: 'Notifications',
    about: 'What concerns you: what jobs and apps have to tell you, newest first.',
    unread: (count: number) => (count === 1 ? '1 unread notification' : `${count} unread notifications`),
    none: 'No unread notifications',
    readAll: 'Mark all as read',
    read: 'Mark as read',
    allRead: 'Everything is marked as read',
    isUnread: 'unread',
    open: 'Open',
    emptyTitle: 'No notifications yet',
    emptyNext: 'Notifications of jobs and apps gather here, and stay until you have read them.',
  },
  {
    title: 'Notifications',
    about:
      'Ce qui vous concerne : ce que les tâches et les applications ont à vous dire, du plus récent au plus ancien.',
    unread: (count) => (count === 1 ? '1 notification non lue' : `${count} notifications non lues`),
    none: 'Aucune notification non lue',
    readAll: 'Tout marquer comme lu',
    read: 'Marquer comme lu',
    allRead: 'Tout est marqué comme lu',
    isUnread: 'non lue',
    open: 'Ouvrir',
    emptyTitle: 'Aucune notification pour l’instant',
    emptyNext:
      'Les notifications des tâches et des applications arrivent ici et y restent jusqu’à ce que vous les ayez lues.',
  },
)
