import { catalogue } from '../i18n/catalogue.ts'
import { compte, counted } from '../i18n/plural.ts'

/** What the page of the log says. */
export const logWords = catalogue(
  {
    title: 'Log',
    about:
      'What the server writes, all its processes, as they write it. The last 50,000 lines stay while the console is open.',
    level: 'From level',
    levels: { debug: 'debug', info: 'info', warn: 'warning', error: 'error' },
    search: 'Search the lines',
    emptyTitle: 'Nothing was written since',
    emptyNext: 'Lines appear here as the server writes them. A lower level shows more.',
    noneHeard: 'None of the lines heard since the console was opened match. What a run logged stays on its own page.',
    connecting: 'Connecting…',
    lostTitle: 'The log cannot be followed',
    lost: 'The connection is away: lines are missing until it is back.',
    following: 'Following',
    stopped: 'Stopped here',
    follow: (count: string) => `Follow again (${count} new)`,
    clear: 'Clear',
    lines: (count: string) => (count === '1' ? '1 line' : `${count} lines`),
    gap: (count: string) => `${counted(count, 'line', 'lines')} left out: there were too many`,
    close: 'Close',
    line: 'Line',
  },
  {
    title: 'Journal',
    about:
      'Ce que le serveur écrit, tous processus compris, à mesure. Les 50 000 dernières lignes restent tant que la console est ouverte.',
    level: 'À partir du niveau',
    levels: { debug: 'détail', info: 'info', warn: 'avertissement', error: 'erreur' },
    search: 'Chercher dans les lignes',
    emptyTitle: 'Rien n’a été écrit depuis',
    emptyNext: 'Les lignes apparaissent à mesure que le serveur les écrit. Un niveau plus bas en montre plus.',
    noneHeard:
      'Aucune des lignes reçues depuis l’ouverture de la console ne correspond. Ce qu’une exécution a écrit reste sur sa page.',
    connecting: 'Connexion…',
    lostTitle: 'Le journal ne peut être suivi',
    lost: 'La connexion est coupée : des lignes manquent jusqu’à son retour.',
    following: 'Suivi',
    stopped: 'Arrêté ici',
    follow: (count) => `Suivre à nouveau (${count} de plus)`,
    clear: 'Effacer',
    lines: (count) => (count === '1' ? '1 ligne' : `${count} lignes`),
    gap: (count) => `${compte(count, 'ligne omise', 'lignes omises')} : il y en avait trop`,
    close: 'Fermer',
    line: 'Ligne',
  },
)
