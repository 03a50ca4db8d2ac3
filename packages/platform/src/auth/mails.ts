import type { Config } from '../config/config.ts'
import type { Notice } from '../inbox/inbox.ts'
import type { Mail } from '../mail/mailer.ts'
import type { IdentityTables } from './schema.ts'

/** The organisation as it speaks to somebody: in the language they have chosen, where one is known. */
export function spokenTo(
  org: Config['org'],
  user: Pick<IdentityTables['platform_user'], 'language'> | undefined,
): Config['org'] {
  return { ...org, language: user?.language ?? org.language }
}

interface Invited {
  readonly id: string
  readonly to: string
  /** Who invites. */
  readonly from: string
  readonly org: Config['org']
  readonly link: string
}

/** The message with which somebody is invited. */
export function invitationMail({ id, to, from, org, link }: Invited): Mail {
  const french = org.language === 'fr'
  return {
    to,
    key: `invitation-${id}`,
    subject: french ? `Invitation à rejoindre ${org.name}` : `You are invited to ${org.name}`,
    text: french
      ? `Bonjour,\n\n${from} vous invite à rejoindre ${org.name} sur Regie. Ouvrez ce lien dans les sept jours ; il ne sert qu’une fois :\n\n${link}\n\nSi vous n’attendiez rien, ignorez ce message.\n`
      : `Hello,\n\n${from} invites you to join ${org.name} on Regie. Open this link within seven days; it works once:\n\n${link}\n\nIf you did not expect this, ignore this message.\n`,
  }
}

/** The message with which a password is set anew. */
export function passwordMail({
  key,
  to,
  org,
  link,
}: {
  readonly key: string
  readonly to: string
  readonly org: Config['org']
  readonly link: string
}): Mail {
  const french = org.language === 'fr'
  return {
    to,
    key: `password-${key}`,
    subject: french ? 'Choisir un nouveau mot de passe' : 'Choose a new password',
    text: french
      ? `Bonjour,\n\nPour choisir un nouveau mot de passe pour Regie, ouvrez ce lien dans l’heure ; il ne sert qu’une fois :\n\n${link}\n\nSi vous n’avez rien demandé, ignorez ce message : rien ne change.\n`
      : `Hello,\n\nTo choose a new password for Regie, open this link within the hour; it works once:\n\n${link}\n\nIf you did not ask for it, ignore this message: nothing changes.\n`,
  }
}

/** What somebody finds in their inbox who signed in with a password that would not be accepted today. */
export function weakNotice({ language }: Config['org']): Notice {
  return language === 'fr'
    ? {
        title: 'Votre mot de passe est à changer',
        body: 'Il est sur les listes qu’on essaie d’abord, ou connu d’une fuite ailleurs. Choisissez-en un autre sur la page de votre compte.',
        link: '/account',
      }
    : {
        title: 'Your password should be changed',
        body: 'It is on the lists that are tried first, or known from a breach elsewhere. Choose another on the page of your account.',
        link: '/account',
      }
}

/** The message to somebody whose only organisation was closed. */
export function closedMail({
  key,
  to,
  person,
  name,
  until,
  language,
  timeZone,
}: {
  readonly key: string
  readonly to: string
  readonly person: string
  /** Of the organisation. */
  readonly name: string
  /** Until when it can be restored (milliseconds UTC). */
  readonly until: number
} & Pick<Config['org'], 'language' | 'timeZone'>): Mail {
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(until)
  const french = language === 'fr'
  return {
    to,
    key: `closed-${key}`,
    subject: french ? `${name} est fermée` : `${name} is closed`,
    text: french
      ? `Bonjour ${person},\n\nL’organisation ${name} a été supprimée de Regie : vous ne pouvez plus vous connecter, et vos clés ne valent plus. Qui exploite ce serveur peut encore la restaurer jusqu’au ${day}. Ensuite, ce qu’elle contient est effacé, et votre compte avec elle.\n`
      : `Hello ${person},\n\nThe organisation ${name} was deleted from Regie: you cannot sign in any more, and your keys do not hold. Whoever runs this server can restore it until ${day}. After that, what it has is removed, and your account with it.\n`,
  }
}
