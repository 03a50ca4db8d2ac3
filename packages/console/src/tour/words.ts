import { catalogue } from '../i18n/catalogue.ts'

/** What the tour says. */
export const tourWords = catalogue(
  {
    label: 'A short tour',
    steps: {
      first: {
        title: 'Is it all right?',
        text: 'This page answers first, in one sentence. Below is what the answer rests on.',
      },
      second: {
        title: 'Find what went wrong',
        text: 'Under Errors, runs that failed alike are one line: open it, repair the input of one, try it, then retry the rest.',
      },
      third: {
        title: 'Go anywhere by keyboard',
        text: 'Ctrl+K (or ⌘K) finds pages, runs and jobs. The question mark shows every key.',
      },
    },
    place: (step: string, of: string) => `Step ${step} of ${of}`,
    next: 'Next',
    back: 'Back',
    skip: 'Skip the tour',
    done: 'Begin',
    sample: 'Fill in sample data',
    sampleAbout: 'There is nothing here yet. Sample data shows what the pages look like; it is filled in once.',
    sampleAsk: 'Fill this organisation with sample data?',
    sampleBody:
      'Each app adds invented examples, such as clients and quotes, and a run that fails, with its alert, to be found and repaired. They stand among your own data and are not taken away again: not for a server that you work with.',
    sampled: 'The sample data is there.',
    sampleTitle: 'Begin with sample data?',
  },
  {
    label: 'Visite rapide',
    steps: {
      first: {
        title: 'Tout va-t-il bien ?',
        text: 'Cette page répond d’abord, en une phrase. Ce qui la fonde suit en dessous.',
      },
      second: {
        title: 'Trouver ce qui a échoué',
        text: 'Sous Erreurs, les exécutions qui ont échoué de la même façon tiennent en une ligne : ouvrez-la, réparez une entrée, essayez-la, puis relancez les autres.',
      },
      third: {
        title: 'Aller partout au clavier',
        text: 'Ctrl+K (ou ⌘K) trouve pages, exécutions et tâches. Le point d’interrogation montre toutes les touches.',
      },
    },
    place: (step, of) => `Étape ${step} sur ${of}`,
    next: 'Suivant',
    back: 'Retour',
    skip: 'Passer la visite',
    done: 'Commencer',
    sample: 'Remplir de données d’exemple',
    sampleAbout:
      'Il n’y a encore rien ici. Des données d’exemple montrent à quoi ressemblent les pages ; elles ne sont remplies qu’une fois.',
    sampleAsk: 'Remplir cette organisation de données d’exemple ?',
    sampleBody:
      'Chaque application ajoute des exemples inventés, comme des clients et des devis, et une exécution qui échoue, avec son alerte, à trouver et à réparer. Ils se mêlent à vos propres données et ne sont plus retirés : à éviter sur un serveur où vous travaillez.',
    sampled: 'Les données d’exemple sont là.',
    sampleTitle: 'Commencer par des données d’exemple ?',
  },
)
