import type { Config } from '../config/config.ts'

/** What may happen to an account that its owner is told of. */
export type AccountChange =
  | 'passkey-added'
  | 'passkey-removed'
  | 'factor-added'
  | 'factor-removed'
  | 'factor-reset'
  | 'backup-codes'
  | 'key-made'
  | 'password-changed'
  | 'password-set'

interface Happened {
  readonly what: AccountChange
  /** Milliseconds UTC. */
  readonly now: number
  /** How the owner is called. */
  readonly person: string
  readonly name?: string
  readonly from?: string | undefined
  readonly passkeys?: number
}

const ENGLISH: Readonly<Record<AccountChange, string>> = {
  'passkey-added': 'A passkey was added to your account',
  'passkey-removed': 'A passkey was removed from your account',
  'factor-added': 'An authenticator app was added to your account',
  'factor-removed': 'The authenticator app was removed from your account',
  'factor-reset': 'An administrator took your second factor away',
  'backup-codes': 'Your account has new backup codes',
  'key-made': 'An API key was made in your name',
  'password-changed': 'Your password was changed',
  'password-set': 'A new password was set by a link',
}

const FRENCH: Readonly<Record<AccountChange, string>> = {
  'passkey-added': 'Une clé d’accès a été ajoutée à votre compte',
  'passkey-removed': 'Une clé d’accès a été retirée de votre compte',
  'factor-added': 'Une application d’authentification a été ajoutée à votre compte',
  'factor-removed': 'L’application d’authentification a été retirée de votre compte',
  'factor-reset': 'Un administrateur a retiré votre second facteur',
  'backup-codes': 'Votre compte a de nouveaux codes de secours',
  'key-made': 'Une clé d’API a été créée en votre nom',
  'password-changed': 'Votre mot de passe a été changé',
  'password-set': 'Un nouveau mot de passe a été choisi par un lien',
}

/** Title and text, in the language the organisation speaks to them in. */
export function changeWords(
  { language, timeZone }: Config['org'],
  { what, now, person, name, from, passkeys = 0 }: Happened,
): { readonly hello: string; readonly title: string; readonly body: string } {
  const when = `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(now)} (${timeZone})`
  const called = name === undefined ? '' : language === 'fr' ? ` : ${name}` : `: ${name}`
  if (language === 'fr')
    return {
      hello: `Bonjour ${person},`,
      title: `${FRENCH[what]}${called}`,
      body: [
        `C’était le ${when}${from === undefined ? '' : `, depuis l’adresse ${from}`}.`,
        ...(passkeys > 0 ? [`Clés d’accès qui laissent encore entrer : ${passkeys}.`] : []),
        'Si ce n’était pas vous, changez votre mot de passe, mettez fin à vos sessions et retirez ce que vous ne connaissez pas sur la page de votre compte, et prévenez un administrateur.',
      ].join(' '),
    }
  return {
    hello: `Hello ${person},`,
    title: `${ENGLISH[what]}${called}`,
    body: [
      `That was on ${when}${from === undefined ? '' : `, from the address ${from}`}.`,
      ...(passkeys > 0 ? [`Passkeys that still let in: ${passkeys}.`] : []),
      'If it was not you, change your password, end your sessions and remove what you do not know on the page of your account, and tell an administrator.',
    ].join(' '),
  }
}
