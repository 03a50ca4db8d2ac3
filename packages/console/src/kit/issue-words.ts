import { catalogue } from '../i18n/catalogue.ts'

/** What is wrong with a field, said to whoever filled it in. */
export const issueWords = catalogue(
  {
    field: (label: string, text: string) => `${label}: ${text}`,
    missing: 'fill this in',
    chooseOne: 'choose at least one',
    tooShort: (least: string) => `too short, at least ${least} characters`,
    tooLong: (most: string) => `too long, at most ${most} characters`,
    tooFew: (least: string) => `too few, at least ${least}`,
    tooMany: (most: string) => `too many, at most ${most}`,
    tooSmall: (least: string) => `at least ${least}`,
    tooLarge: (most: string) => `at most ${most}`,
    email: 'this is not an e-mail address',
    url: 'this is not a web address',
    number: 'this is not a number',
    whole: 'this is not a whole number',
    date: 'this is not a date',
  },
  {
    field: (label, text) => `${label} : ${text}`,
    missing: 'à remplir',
    chooseOne: 'choisissez-en au moins un',
    tooShort: (least) => `trop court, au moins ${least} caractères`,
    tooLong: (most) => `trop long, au plus ${most} caractères`,
    tooFew: (least) => `trop peu, au moins ${least}`,
    tooMany: (most) => `trop, au plus ${most}`,
    tooSmall: (least) => `au moins ${least}`,
    tooLarge: (most) => `au plus ${most}`,
    email: 'ce n’est pas une adresse e-mail',
    url: 'ce n’est pas une adresse web',
    number: 'ce n’est pas un nombre',
    whole: 'ce n’est pas un nombre entier',
    date: 'ce n’est pas une date',
  },
)
