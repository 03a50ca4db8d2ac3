import { catalogue } from '../i18n/catalogue.ts'

/** What the page of workers says. */
export const workerWords = catalogue(
  {
    title: 'Workers',
    about: 'The processes that run jobs, on all machines.',
    process: 'Process',
    state: 'State',
    alive: 'alive',
    silent: 'silent',
    running: 'Running',
    queues: 'Queues',
    heard: 'Heard',
    started: 'Started',
    epoch: 'Epoch',
    emptyTitle: 'No process runs jobs',
    emptyNext: 'What is enqueued waits until one is started: npm start, or regie start --roles worker.',
    toQueues: 'See what waits',
    silentTitle: (count: number) => (count === 1 ? 'One process is silent' : `${count} processes are silent`),
    silentNext: 'What it ran is handed to others once it is declared dead. See its log, and whether its machine is up.',
  },
  {
    title: 'Exécuteurs',
    about: 'Les programmes qui exécutent les tâches, sur toutes les machines.',
    process: 'Programme',
    state: 'État',
    alive: 'actif',
    silent: 'muet',
    running: 'En cours',
    queues: 'Files',
    heard: 'Dernier signe de vie',
    started: 'Démarré',
    epoch: 'Époque',
    emptyTitle: 'Aucun programme n’exécute de tâches',
    emptyNext: 'Ce qui est en file attend qu’un programme démarre : npm start, ou regie start --roles worker.',
    toQueues: 'Voir ce qui attend',
    silentTitle: (count) => (count === 1 ? 'Un programme est muet' : `${count} programmes sont muets`),
    silentNext:
      'Ses exécutions passent à d’autres dès qu’il est déclaré mort. Voyez son journal, et si sa machine tourne.',
  },
)
