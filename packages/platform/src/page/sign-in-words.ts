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
  readonly noMailAbout: string
  readonly noMailSent: string
  readonly send: string
  readonly sent: string
  readonly back: string
  readonly setTitle: string
  readonly setAbout: string
  readonly save: string
  readonly removePasskeys: string
  /** Once it is saved, where passkeys let in all the same; their number stands for `{count}`. */
  readonly saved: string
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
  /** For a link that has lost its secret. */
  readonly incomplete: string
  /** What is wrong with a field, by its name and the fault. */
  readonly wrong: Readonly<Record<string, string>>
  /** Where nobody may come in yet. `command`: as it is typed here. */
  nobodyYet(command: string): string
  /** A link to this page by its name, which passkeys need. */
  readonly passkeyByName: string
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
  noMailAbout: 'This server sends no mail yet: ask an administrator of your organisation for a link. It works once.',
  noMailSent: 'This server sends no mail yet, so nothing will reach you: ask an administrator for a link.',
  sent: 'If there is an account with this address, a message with a link is on its way.',
  back: 'Back to sign-in',
  setTitle: 'Choose a new password',
  setAbout: 'Your other sessions end when it is saved.',
  save: 'Save',
  removePasskeys: 'Remove my passkeys too: somebody else may have been in my account.',
  saved:
    'Your password is saved. Passkeys that let in besides: {count}. Sign in, and remove on the page of your account those you do not know.',
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
  incomplete: 'This link is incomplete: open it again from your e-mail, or from the terminal that printed it.',
  wrong: {
    'email missing': 'Enter your e-mail address.',
    'email invalid': 'This is not an e-mail address.',
    'name missing': 'Enter your name.',
    'name invalid': 'This name is too long.',
    'password missing': 'Enter a password.',
    'password invalid': 'This password is too short or too long.',
    'password short': 'This password is too short: at least 12 characters.',
  },
  nobodyYet: (command) =>
    `Nobody has come in here yet. The first administrator opens the link that “${command}” printed in its terminal. If it is lost, stop the server and start it again: it prints another one.`,
  passkeyByName: 'To sign in with a passkey, open this page as',
}

const french: SignInWords = {
  language: 'Langue',
  email: 'Adresse e-mail',
  password: 'Mot de passe',
  newPassword: 'Nouveau mot de passe',
  name: 'Votre nom',
  signIn: 'Se connecter',
  signInTitle: 'Connexion',
  forgotten: 'Mot de passe oublié\u202f?',
  forgottenTitle: 'Choisir un nouveau mot de passe',
  forgottenAbout: 'Nous envoyons un lien à votre adresse. Il sert une seule fois, dans l’heure.',
  send: 'Envoyer le lien',
  noMailAbout:
    'Ce serveur n’envoie pas encore de messages\u202f: demandez un lien à un administrateur de votre organisation. Il sert une seule fois.',
  noMailSent:
    'Ce serveur n’envoie pas encore de messages, rien ne vous parviendra\u202f: demandez un lien à un administrateur.',
  sent: 'S’il existe un compte à cette adresse, un message avec un lien est en route.',
  back: 'Retour à la connexion',
  setTitle: 'Choisir un nouveau mot de passe',
  setAbout: 'Vos autres sessions prennent fin à l’enregistrement.',
  save: 'Enregistrer',
  removePasskeys: 'Retirer aussi mes clés d’accès\u00a0: quelqu’un d’autre a pu entrer dans mon compte.',
  saved:
    'Votre mot de passe est enregistré. Clés d’accès qui laissent aussi entrer\u00a0: {count}. Connectez-vous, et retirez sur la page de votre compte celles que vous ne connaissez pas.',
  acceptTitle: 'Bienvenue',
  acceptAbout: 'Choisissez votre mot de passe pour entrer.',
  acceptKnown: 'Vous avez déjà un compte\u00a0: son mot de passe vous laisse entrer.',
  accept: 'Entrer',
  passwordHint: 'Au moins 12 caractères\u202f; quelques mots se retiennent bien.',
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
  incomplete: 'Ce lien est incomplet\u00a0: rouvrez-le depuis votre e-mail, ou depuis le terminal qui l’a affiché.',
  wrong: {
    'email missing': 'Entrez votre adresse e-mail.',
    'email invalid': 'Ce n’est pas une adresse e-mail.',
    'name missing': 'Entrez votre nom.',
    'name invalid': 'Ce nom est trop long.',
    'password missing': 'Entrez un mot de passe.',
    'password invalid': 'Ce mot de passe est trop court ou trop long.',
    'password short': 'Ce mot de passe est trop court\u00a0: 12 caractères au moins.',
  },
  nobodyYet: (command) =>
    `Personne n’est encore entré ici. Le premier administrateur ouvre le lien que «\u00a0${command}\u00a0» a affiché dans son terminal. S’il est perdu, arrêtez le serveur et relancez-le\u00a0: il en affiche un autre.`,
  passkeyByName: 'Pour entrer avec une clé d’accès, ouvrez cette page à',
}

/** The words of a language. */
export function signInWords(language: Language): SignInWords {
  return language === 'fr' ? french : english
}
