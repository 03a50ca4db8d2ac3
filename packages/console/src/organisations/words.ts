import { catalogue } from '../i18n/catalogue.ts'

/** What the page of organisations says. */
export const organisationWords = catalogue(
  {
    title: 'Organisations',
    about: 'Each has its own people, runs and data; nobody sees those of another.',
    organisation: 'Organisation',
    id: 'Id',
    created: 'Made',
    make: 'New organisation',
    name: 'Name',
    owner: 'E-mail address of its owner',
    ownerAbout: 'They are invited by e-mail. Empty: it is yours.',
    add: 'Make it',
    none: 'There is no organisation',
    made: (name: string) => `${name} is there.`,
  },
  {
    title: 'Organisations',
    about: 'Chacune a ses personnes, ses exécutions et ses données ; personne ne voit celles d’une autre.',
    organisation: 'Organisation',
    id: 'Identifiant',
    created: 'Créée',
    make: 'Nouvelle organisation',
    name: 'Nom',
    owner: 'Adresse e-mail de son propriétaire',
    ownerAbout: 'Cette personne est invitée par e-mail. Vide : elle est à vous.',
    add: 'La créer',
    none: 'Il n’y a aucune organisation',
    made: (name) => `${name} est créée.`,
  },
)
