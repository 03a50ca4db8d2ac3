import { catalogue } from '../i18n/catalogue.ts'

/** What the server says an alert is about. */
type About = Readonly<Record<string, string | number>>

/**
 * The platform's alerts by their codes: what one says in the list, what it is to be done with where its link leads, and its runbook. A test compares the codes with the platform's.
 */
export const kindWords = catalogue(
  {
    'job-failed': {
      title: ({ job }: About) => `The job ${job} failed`,
      next: 'All its attempts are used up. Once the cause is gone, retry the run.',
      open: 'Open the run',
      kind: 'A job failed',
      means:
        'A run has used up all its attempts, or met an error that no attempt can mend. It is kept as a dead letter: nothing of it is lost, and nothing more happens by itself.',
      steps: {
        first: 'Open the run and read the error of its last attempt, and what it logged.',
        second:
          'Look under Errors whether others fail alike, and since when: a new version of the code, or a service that is down?',
        third: 'Mend the cause. When the input is wrong, change it while retrying.',
        fourth: 'Retry the run, or all of the group under Errors. On the command line: regie jobs retry.',
      },
    },
    'slot-missed': {
      title: ({ schedule, missed }: About) =>
        missed === 1 ? `The schedule ${schedule} missed one slot` : `The schedule ${schedule} missed ${missed} slots`,
      next: 'No scheduler ran when it was due. Run it now if its work is still wanted.',
      open: 'Open the schedule',
      kind: 'A schedule missed a slot',
      means:
        'When the schedule was due, no process with the role scheduler ran, and by its policy the slot is not made up for.',
      steps: {
        first: 'See under Workers whether the processes run, and since when.',
        second: 'Find out why they stood still: a restart, a machine that was off, a database that did not answer.',
        third:
          'Open the schedule and run it now, if its work is still wanted. On the command line: regie schedules run.',
      },
    },
    'schedule-failed': {
      title: ({ schedule }: About) => `The schedule ${schedule} could not be fired`,
      next: 'It is tried again every ten seconds.',
      open: 'Open the schedule',
      kind: 'A schedule could not be fired',
      means: 'The schedule was due, but its run could not be enqueued. It is tried again every ten seconds.',
      steps: {
        first: 'Read the error: it is mostly the database, or a job that the code no longer has.',
        second: 'See with regie doctor whether the database and the processes are well.',
        third: 'Once the cause is gone it goes on by itself. Resolve the alert then.',
      },
    },
    'projection-stopped': {
      title: ({ projection }: About) => `The projection ${projection} has stopped`,
      next: 'What it shows is as old as the event it stumbled over. Once the cause is gone, resume it.',
      open: 'Open the projections',
      kind: 'A projection has stopped',
      means:
        'A projection cannot apply an event. What is made from it stays as it was before that event; the events themselves are safe.',
      steps: {
        first: 'Read the error and the event under Projections.',
        second: 'Mend the code of the projection, and start the new version.',
        third:
          'Resume it. When its tables are wrong, rebuild it instead. On the command line: regie projections resume.',
      },
    },
    'database-silent': {
      title: 'The database does not answer',
      next: 'Work waits until it does, and then goes on by itself.',
      open: 'Open the overview',
      kind: 'The database does not answer',
      means:
        'A process could not reach its database, or it refused to write. Nothing that was confirmed is lost; what runs is tried again.',
      steps: {
        first: 'See whether the disk is full and whether the machine is well.',
        second: 'With PostgreSQL, see whether its server runs and takes connections.',
        third: 'See with regie doctor what is reached and what is not.',
        fourth: 'Once it answers, work goes on by itself. Resolve the alert then.',
      },
    },
    'workflows-misfit': {
      title: ({ count }: About) =>
        count === 1
          ? 'A running workflow cannot go on with this code'
          : `${count} running workflows cannot go on with this code`,
      next: 'They fail when they are to go on. Go back to the former code, or keep the old way behind wf.since().',
      open: 'Open the first',
      kind: 'Running workflows do not fit the code',
      means:
        'At its start the server leads the present code through the workflows that wait. Some have done steps that this code does not come to: they fail when they are to go on. The alert ends once they fit or have ended.',
      steps: {
        first: 'See which they are, and at which step: regie workflows check.',
        second: 'Go back to the former code if they are to go on now.',
        third: 'Else give the workflow a new version, and keep the old way behind wf.since().',
        fourth:
          'What is not wanted any more can be cancelled; what has failed meanwhile is retried with the right code.',
      },
    },
    'audit-tampered': {
      title: 'The audit log is not whole, or open to changes',
      next: 'Entries were changed or are gone, or the triggers that refuse it are.',
      open: 'Open the audit log',
      kind: 'The nightly verification of the audit log found something',
      means:
        'Every night what is new in the log and a part of the rest are verified: an entry was changed, moved or removed, or whoever has the database could do so unseen from now on.',
      steps: {
        first: 'Verify the log on its page, or with regie audit verify: it names what is wrong.',
        second: 'Compare with a backup, and with anchors that are kept elsewhere.',
        third:
          'If nobody of yours did it, treat it as an intrusion: keep a backup of the database, change its passwords, find out who reached it.',
      },
    },
    'audit-forged': {
      title: 'The audit log holds entries that nobody with its key has made',
      next: 'Somebody wrote into the database, or another process has another REGIE_AUDIT_KEY.',
      open: 'Open the audit log',
      kind: 'Entries of the audit log are not sealed',
      means:
        'There are entries that do not carry the seal of this server’s key: either somebody wrote into the database, or two processes have different keys.',
      steps: {
        first: 'Compare REGIE_AUDIT_KEY of all processes: they have to be the same.',
        second: 'Verify the log on its page, or with regie audit verify: it names the entries.',
        third:
          'If the keys are the same, treat it as an intrusion: keep a backup of the database, change its passwords, find out who reached it.',
      },
    },
    'rejection-unhandled': {
      title: 'A promise was rejected and nobody waited for it',
      next: 'The server goes on. Find the call in the stack and await it.',
      open: 'Open the log',
      kind: 'A rejection that nobody waited for',
      means:
        'An app began something and did not wait for its end. What it was to write has been rolled back; the server goes on.',
      steps: {
        first: 'Find the app’s own file in the stack.',
        second: 'Await the call there, or handle its error.',
        third: 'Start the new version, then resolve the alert.',
      },
    },
    'exception-uncaught': {
      title: 'An exception was caught by nobody',
      next: 'The process has stopped, and what ran was handed back. See that it runs again.',
      open: 'Open the log',
      kind: 'An exception that nobody caught',
      means:
        'After such an exception nobody knows what is half done, so the process stopped in order and handed its runs back.',
      steps: {
        first: 'See under Workers that the process runs again.',
        second: 'Find the app’s own file in the stack, and catch the error there.',
        third: 'Start the new version, then resolve the alert.',
      },
    },
  },
  {
    'job-failed': {
      title: ({ job }) => `La tâche ${job} a échoué`,
      next: 'Tous ses essais sont épuisés. Une fois la cause disparue, relancez l’exécution.',
      open: 'Ouvrir l’exécution',
      kind: 'Une tâche a échoué',
      means:
        'Une exécution a épuisé ses essais, ou rencontré une erreur qu’aucun essai ne répare. Elle est gardée de côté : rien n’est perdu, et rien de plus ne se fait tout seul.',
      steps: {
        first: 'Ouvrez l’exécution et lisez l’erreur de son dernier essai, et ce qu’elle a journalisé.',
        second:
          'Regardez sous Erreurs si d’autres échouent de même, et depuis quand : une nouvelle version du code, un service en panne ?',
        third: 'Réparez la cause. Si l’entrée est fausse, changez-la en relançant.',
        fourth: 'Relancez l’exécution, ou tout le groupe sous Erreurs. En ligne de commande : regie jobs retry.',
      },
    },
    'slot-missed': {
      title: ({ schedule, missed }) =>
        missed === 1
          ? `La planification ${schedule} a manqué une échéance`
          : `La planification ${schedule} a manqué ${missed} échéances`,
      next: 'Aucun planificateur ne tournait à l’heure dite. Lancez-la maintenant si son travail est encore utile.',
      open: 'Ouvrir la planification',
      kind: 'Une planification a manqué une échéance',
      means:
        'À l’heure dite, aucun processus n’avait le rôle de planificateur, et d’après sa règle l’échéance n’est pas rattrapée.',
      steps: {
        first: 'Voyez sous Exécuteurs si les processus tournent, et depuis quand.',
        second:
          'Cherchez pourquoi ils étaient arrêtés : un redémarrage, une machine éteinte, une base de données muette.',
        third:
          'Ouvrez la planification et lancez-la, si son travail est encore utile. En ligne de commande : regie schedules run.',
      },
    },
    'schedule-failed': {
      title: ({ schedule }) => `La planification ${schedule} n’a pas pu partir`,
      next: 'Elle est retentée toutes les dix secondes.',
      open: 'Ouvrir la planification',
      kind: 'Une planification n’a pas pu partir',
      means:
        'La planification était due, mais son exécution n’a pas pu être mise en file. Elle est retentée toutes les dix secondes.',
      steps: {
        first: 'Lisez l’erreur : c’est le plus souvent la base de données, ou une tâche que le code n’a plus.',
        second: 'Voyez avec regie doctor si la base et les processus vont bien.',
        third: 'Une fois la cause disparue, tout repart seul. Résolvez alors l’alerte.',
      },
    },
    'projection-stopped': {
      title: ({ projection }) => `La projection ${projection} s’est arrêtée`,
      next: 'Ce qu’elle montre date de l’événement où elle a buté. Une fois la cause disparue, reprenez-la.',
      open: 'Ouvrir les projections',
      kind: 'Une projection s’est arrêtée',
      means:
        'Une projection ne peut pas appliquer un événement. Ce qui en est tiré reste comme avant lui ; les événements eux-mêmes sont saufs.',
      steps: {
        first: 'Lisez l’erreur et l’événement sous Projections.',
        second: 'Réparez le code de la projection, et démarrez la nouvelle version.',
        third:
          'Reprenez-la. Si ses tables sont fausses, reconstruisez-la plutôt. En ligne de commande : regie projections resume.',
      },
    },
    'database-silent': {
      title: 'La base de données ne répond pas',
      next: 'Le travail attend qu’elle réponde, puis repart seul.',
      open: 'Ouvrir l’aperçu',
      kind: 'La base de données ne répond pas',
      means:
        'Un processus n’a pas pu joindre sa base, ou elle a refusé d’écrire. Rien de confirmé n’est perdu ; ce qui tourne est retenté.',
      steps: {
        first: 'Voyez si le disque est plein et si la machine va bien.',
        second: 'Avec PostgreSQL, voyez si son serveur tourne et accepte des connexions.',
        third: 'Voyez avec regie doctor ce qui répond et ce qui ne répond pas.',
        fourth: 'Dès qu’elle répond, le travail repart seul. Résolvez alors l’alerte.',
      },
    },
    'workflows-misfit': {
      title: ({ count }) =>
        count === 1
          ? 'Un processus en cours ne peut pas continuer avec ce code'
          : `${count} processus en cours ne peuvent pas continuer avec ce code`,
      next: 'Ils échouent quand ils doivent continuer. Revenez à l’ancien code, ou gardez l’ancien chemin derrière wf.since().',
      open: 'Ouvrir le premier',
      kind: 'Des processus en cours ne correspondent pas au code',
      means:
        'À son démarrage, le serveur mène le code présent à travers les processus qui attendent. Certains ont fait des étapes auxquelles ce code n’arrive pas : ils échouent quand ils doivent continuer. L’alerte prend fin quand ils correspondent ou ont fini.',
      steps: {
        first: 'Voyez lesquels, et à quelle étape : regie workflows check.',
        second: 'Revenez à l’ancien code s’ils doivent continuer maintenant.',
        third: 'Sinon, donnez une nouvelle version au processus, et gardez l’ancien chemin derrière wf.since().',
        fourth: 'Ce qui n’est plus voulu peut être annulé ; ce qui a échoué entre-temps se relance avec le bon code.',
      },
    },
    'audit-tampered': {
      title: 'Le journal d’audit n’est pas intact, ou pas protégé',
      next: 'Des entrées ont été changées ou ont disparu, ou les déclencheurs qui l’empêchent.',
      open: 'Ouvrir le journal d’audit',
      kind: 'La vérification nocturne du journal d’audit a trouvé quelque chose',
      means:
        'Chaque nuit, ce qui est nouveau dans le journal et une partie du reste sont vérifiés : une entrée a été changée, déplacée ou supprimée, ou quiconque tient la base peut désormais le faire sans être vu.',
      steps: {
        first: 'Vérifiez le journal sur sa page, ou avec regie audit verify : ce qui ne va pas y est nommé.',
        second: 'Comparez avec une sauvegarde, et avec des ancres gardées ailleurs.',
        third:
          'Si ce n’est personne de chez vous, c’est une intrusion : gardez une sauvegarde de la base, changez ses mots de passe, cherchez qui l’a atteinte.',
      },
    },
    'audit-forged': {
      title: 'Le journal d’audit contient des entrées que personne n’a faites avec sa clé',
      next: 'Quelqu’un a écrit dans la base, ou un autre processus a une autre REGIE_AUDIT_KEY.',
      open: 'Ouvrir le journal d’audit',
      kind: 'Des entrées du journal d’audit ne sont pas scellées',
      means:
        'Des entrées ne portent pas le sceau de la clé de ce serveur : soit quelqu’un a écrit dans la base, soit deux processus ont des clés différentes.',
      steps: {
        first: 'Comparez REGIE_AUDIT_KEY entre tous les processus : elles doivent être les mêmes.',
        second: 'Vérifiez le journal sur sa page, ou avec regie audit verify : les entrées y sont nommées.',
        third:
          'Si les clés sont les mêmes, c’est une intrusion : gardez une sauvegarde de la base, changez ses mots de passe, cherchez qui l’a atteinte.',
      },
    },
    'rejection-unhandled': {
      title: 'Une promesse a été rejetée et personne ne l’attendait',
      next: 'Le serveur continue. Trouvez l’appel dans la pile et attendez-le.',
      open: 'Ouvrir le journal',
      kind: 'Un rejet que personne n’attendait',
      means:
        'Une application a commencé quelque chose sans en attendre la fin. Ce qu’elle devait écrire est annulé ; le serveur continue.',
      steps: {
        first: 'Trouvez dans la pile le fichier de l’application.',
        second: 'Attendez-y l’appel, ou traitez son erreur.',
        third: 'Démarrez la nouvelle version, puis résolvez l’alerte.',
      },
    },
    'exception-uncaught': {
      title: 'Une exception n’a été rattrapée par personne',
      next: 'Le processus s’est arrêté et a rendu ce qui tournait. Voyez s’il tourne à nouveau.',
      open: 'Ouvrir le journal',
      kind: 'Une exception que personne n’a rattrapée',
      means:
        'Après une telle exception, nul ne sait ce qui est à moitié fait : le processus s’est arrêté en ordre et a rendu ses exécutions.',
      steps: {
        first: 'Voyez sous Exécuteurs si le processus tourne à nouveau.',
        second: 'Trouvez dans la pile le fichier de l’application, et rattrapez-y l’erreur.',
        third: 'Démarrez la nouvelle version, puis résolvez l’alerte.',
      },
    },
  },
)

/** What an alert of the platform is about; undefined for those of apps, and of newer servers. */
export type AlertKind = keyof (typeof kindWords)['en']

/** Whether there are words for a code. */
export function isAlertKind(code: string | undefined): code is AlertKind {
  return code !== undefined && Object.hasOwn(kindWords.en, code)
}
