import type { Language } from './words.ts'

/** Every word of the pages around sign-in, in one language. */
export interface SignInWords {
  readonly language: string
  readonly email: string
  readonly password: string
  readonly newPassword: string
  readonly name: string
  readonly signIn: string
  readonly signInTitle: string
  readonly forgotten: string
  readonly forgottenTitle: string
  readonly forgottenAbout: string
  readonly send: string
  readonly sent: string
  readonly back: string
  readonly setTitle: string
  readonly setAbout: string
  readonly save: string
  readonly acceptTitle: string
  readonly acceptAbout: string
  readonly acceptKnown: string
  readonly accept: string
  readonly passwordHint: string
  readonly show: string
  readonly passkey: string
  readonly needsScript: string
  /** What a refusal is told as, by its code; any other by `refused`. */
  readonly refusals: Readonly<Record<string, string>>
  readonly refused: string
}

const english: SignInWords = {
  language: 'Language',
  email: 'E-mail address',
  password: 'Password',
  newPassword: 'New password',
  name: 'Your name',
  signIn: 'Sign in',
  signInTitle: 'Sign in',
  forgotten: 'Forgotten your password?',
  forgottenTitle: 'Choose a new password',
  forgottenAbout: 'We send a link to your address. It works once, within the hour.',
  send: 'Send the link',
  sent: 'If there is an account with this address, a message with a link is on its way.',
  back: 'Back to sign-in',
  setTitle: 'Choose a new password',
  setAbout: 'Your other sessions end when it is saved.',
  save: 'Save',
  acceptTitle: 'Welcome',
  acceptAbout: 'Choose your password to come in.',
  acceptKnown: 'You have an account already: its password lets you in.',
  accept: 'Come in',
  passwordHint: 'At least 12 characters; a few words are easy to keep in mind.',
  show: 'Show',
  passkey: 'Use a passkey',
  needsScript: 'This page needs JavaScript.',
  refusals: {
    SIGN_IN_REFUSED: 'The address or the password is wrong.',
    SIGN_IN_THROTTLED: 'Too many attempts. Try again in a little while.',
    LINK_INVALID: 'This link has been used or is too old. Ask for another.',
    PASSWORD_WEAK: 'This password is too easy to guess. Choose a longer one, without your name in it.',
    INPUT_INVALID: 'Something is missing or not written as it should be.',
    PASSKEY_REFUSED: 'This passkey does not let you in here.',
    SECOND_FACTOR_LOCKED: 'Too many wrong codes. Sign in again in a quarter of an hour, or with a backup code.',
    SSO_REFUSED: 'The identity provider did not let you in. Ask an administrator.',
    USER_EXISTS: 'There is an account with this address already.',
  },
  refused: 'That did not work. Try again.',
}

const french: SignInWords = {
  language: 'Langue',
  email: 'Adresse e-mail',
  password: 'Mot de passe',
  newPassword: 'Nouveau mot de passe',
  name: 'Votre nom',
  signIn: 'Se connecter',
  signInTitle: 'Connexion',
  forgotten: 'Mot de passe oublié ?',
  forgottenTitle: 'Choisir un nouveau mot de passe',
  forgottenAbout: 'Nous envoyons un lien à votre adresse. Il sert une seule fois, dans l’heure.',
  send: 'Envoyer le lien',
  sent: 'S’il existe un compte à cette adresse, un message avec un lien est en route.',
  back: 'Retour à la connexion',
  setTitle: 'Choisir un nouveau mot de passe',
  setAbout: 'Vos autres sessions prennent fin à l’enregistrement.',
  save: 'Enregistrer',
  acceptTitle: 'Bienvenue',
  acceptAbout: 'Choisissez votre mot de passe pour entrer.',
  acceptKnown: 'Vous avez déjà un compte : son mot de passe vous laisse entrer.',
  accept: 'Entrer',
  passwordHint: 'Au moins 12 caractères ; quelques mots se retiennent bien.',
  show: 'Afficher',
  passkey: 'Utiliser une clé d’accès',
  needsScript: 'Cette page a besoin de JavaScript.',
  refusals: {
    SIGN_IN_REFUSED: 'L’adresse ou le mot de passe est faux.',
    SIGN_IN_THROTTLED: 'Trop d’essais. Réessayez dans un petit moment.',
    LINK_INVALID: 'Ce lien a déjà servi ou est trop vieux. Demandez-en un autre.',
    PASSWORD_WEAK: 'Ce mot de passe se devine trop bien. Choisissez-en un plus long, sans votre nom.',
    INPUT_INVALID: 'Il manque quelque chose, ou c’est mal écrit.',
    PASSKEY_REFUSED: 'Cette clé d’accès ne vous laisse pas entrer ici.',
    SECOND_FACTOR_LOCKED: 'Trop de codes faux. Reconnectez-vous dans un quart d’heure, ou avec un code de secours.',
    SSO_REFUSED: 'Le fournisseur d’identité ne vous a pas laissé entrer. Demandez à un administrateur.',
    USER_EXISTS: 'Il existe déjà un compte à cette adresse.',
  },
  refused: 'Cela n’a pas marché. Réessayez.',
}

/** The words of a language. */
export function signInWords(language: Language): SignInWords {
  return language === 'fr' ? french : english
}
