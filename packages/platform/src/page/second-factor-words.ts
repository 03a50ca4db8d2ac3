import type { Language } from './words.ts'

/** Every word of the page of second factors, in one language. */
export interface SecondFactorWords {
  readonly title: string
  readonly code: string
  readonly password: string
  readonly secret: string
  readonly secretText: string
  readonly qr: string
  readonly language: string
  readonly openApp: string
  readonly codes: string
  readonly passkey: string
  readonly goOn: string
  readonly otherAccount: string
  readonly needsScript: string
  /** What each step is told as, and each refusal by its code. */
  readonly told: Readonly<Record<string, string>>
}

const english: SecondFactorWords = {
  title: 'Second factor',
  code: 'Code',
  password: 'Your password again',
  secret: 'Scan this with your authenticator app.',
  secretText: 'Without a camera, type this secret into the app:',
  qr: 'QR code for your authenticator app',
  language: 'Language',
  openApp: 'Open in an app on this device',
  codes: 'Backup codes: each lets you in once. Keep them where your phone is not.',
  passkey: 'Use a passkey',
  goOn: 'Continue',
  otherAccount: 'Sign in as somebody else',
  needsScript: 'This page needs JavaScript.',
  told: {
    verify: 'Type the code that your authenticator app shows, or a backup code.',
    begin: 'Your organisation wants a second factor. Confirm that it is you to set one up.',
    confirm: 'Add Regie to an authenticator app, then type the code that it shows.',
    done: 'It is set up.',
    refused: 'That did not work. Try again.',
    PROOF_NEEDED: 'This is not your password.',
    SECOND_FACTOR_WRONG: 'This code is wrong or has been used. Wait for the next one.',
    PASSKEY_REFUSED: 'This passkey does not let you in here.',
    INPUT_INVALID: 'A code has six digits; a backup code has sixteen letters and digits.',
    SIGN_IN_THROTTLED: 'Too many attempts. Try again in a little while.',
  },
}

const french: SecondFactorWords = {
  title: 'Second facteur',
  code: 'Code',
  password: 'Votre mot de passe, encore une fois',
  secret: 'Scannez ceci avec votre application d’authentification.',
  secretText: 'Sans appareil photo, saisissez ce secret dans l’application\u00a0:',
  qr: 'Code QR pour votre application d’authentification',
  language: 'Langue',
  openApp: 'Ouvrir dans une application de cet appareil',
  codes: 'Codes de secours\u00a0: chacun vous laisse entrer une fois. Gardez-les ailleurs que dans le téléphone.',
  passkey: 'Utiliser une clé d’accès',
  goOn: 'Continuer',
  otherAccount: 'Se connecter avec un autre compte',
  needsScript: 'Cette page a besoin de JavaScript.',
  told: {
    verify: 'Saisissez le code qu’affiche votre application, ou un code de secours.',
    begin: 'Votre organisation demande un second facteur. Confirmez que c’est vous pour le créer.',
    confirm: 'Ajoutez Regie à une application d’authentification, puis saisissez le code qu’elle affiche.',
    done: 'C’est fait.',
    refused: 'Cela n’a pas marché. Réessayez.',
    PROOF_NEEDED: 'Ce n’est pas votre mot de passe.',
    SECOND_FACTOR_WRONG: 'Ce code est faux ou a déjà servi. Attendez le suivant.',
    PASSKEY_REFUSED: 'Cette clé d’accès ne vous laisse pas entrer ici.',
    INPUT_INVALID: 'Un code a six chiffres\u202f; un code de secours, seize lettres et chiffres.',
    SIGN_IN_THROTTLED: 'Trop d’essais. Réessayez dans un petit moment.',
  },
}

/** The words of a language. */
export function secondFactorWords(language: Language): SecondFactorWords {
  return language === 'fr' ? french : english
}
