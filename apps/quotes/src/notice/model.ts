import { addDays, addWorkingDays } from '../calendar/model.ts'
import { de, formatCents, formatDate, type Language, type Letter } from '../letter/model.ts'
import type { QuoteStatus, QuoteSummary } from '../quote/model.ts'

/** What a quote's client or seller is told of without asking. */
export const NOTICE_KINDS = ['expiring', 'expired', 'unanswered'] as const

/** What a notice is about. */
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Whom a notice is for. */
export const AUDIENCES = ['client', 'seller'] as const

/** Whom a notice is for. */
export type Audience = (typeof AUDIENCES)[number]

/** Who is told of what. */
export const NOTICE_AUDIENCES: Readonly<Record<NoticeKind, readonly Audience[]>> = {
  expiring: ['client', 'seller'],
  expired: ['seller'],
  unanswered: ['client'],
}

/** True while a notice of that kind is still worth sending about a quote in `status`. */
export function isTimely(kind: NoticeKind, status: QuoteStatus): boolean {
  return kind === 'expired' ? status === 'expired' : status === 'sent' || status === 'viewed'
}

/** The dates that decide which quotes need a notice today. */
export interface NoticeDates {
  readonly today: string
  /** Quotes whose last day is no later than this are about to expire. */
  readonly expiringUntil: string
  /** Quotes issued no later than this have waited long enough for an answer. */
  readonly issuedUntil: string
}

/** Computes {@link NoticeDates}: `expiringSoonDays` are days, `unansweredAfterDays` working days. */
export function noticeDates(
  today: string,
  {
    expiringSoonDays,
    unansweredAfterDays,
  }: { readonly expiringSoonDays: number; readonly unansweredAfterDays: number },
): NoticeDates {
  return {
    today,
    expiringUntil: addDays(today, expiringSoonDays),
    issuedUntil: addWorkingDays(today, -unansweredAfterDays),
  }
}

/** What a notice is written from. */
export interface NoticeFacts {
  readonly quote: QuoteSummary
  /** Whom it greets. */
  readonly name: string
  readonly language: Language
  readonly sellerName: string
}

/** The letter of a notice. Throws a TypeError for a kind its audience is never told of. */
export function noticeLetter(kind: NoticeKind, audience: Audience, facts: NoticeFacts): Letter {
  const write = LETTERS[facts.language][`${kind}-${audience}`]
  if (write === undefined) throw new TypeError(`the ${audience} of a quote is not told that it is ${kind}`)
  const { quote, language } = facts
  const { subject, body } = write({
    number: quote.number ?? '',
    title: quote.title,
    client: quote.clientName,
    seller: facts.sellerName,
    total: formatCents(quote.grossCents, quote.currency, language),
    until: quote.validUntil === null ? '' : formatDate(quote.validUntil, language),
    issued: quote.issuedOn === null ? '' : formatDate(quote.issuedOn, language),
  })
  return {
    subject,
    paragraphs: [greet(audience, facts), ...body],
    signature: audience === 'client' ? facts.sellerName : 'Regie',
  }
}

/** The seller reads many of these and knows who it is. */
function greet(audience: Audience, { name, language }: NoticeFacts): string {
  if (audience === 'seller') return language === 'fr' ? 'Bonjour,' : 'Hello,'
  return language === 'fr' ? `Bonjour ${name},` : `Dear ${name},`
}

interface Words {
  readonly number: string
  readonly title: string
  readonly client: string
  readonly seller: string
  readonly total: string
  readonly until: string
  readonly issued: string
}

type Writer = (words: Words) => { readonly subject: string; readonly body: readonly string[] }

const LETTERS: Readonly<Record<Language, Readonly<Partial<Record<`${NoticeKind}-${Audience}`, Writer>>>>> = {
  fr: {
    'expiring-client': ({ number, title, seller, total, until }) => ({
      subject: `Votre devis ${number} ${de(seller)} expire le ${until}`,
      body: [
        `Le devis ${number} « ${title} », d'un montant de ${total} TTC, est valable jusqu'au ${until} inclus.`,
        `Pour l'accepter ou demander une modification, répondez simplement à ce message.`,
      ],
    }),
    'expiring-seller': ({ number, title, client, total, until }) => ({
      subject: `Devis ${number} (${client}) : expire le ${until}`,
      body: [
        `Le devis ${number} « ${title} » pour ${client}, d'un montant de ${total} TTC, est encore sans réponse et expire le ${until}.`,
        `Le client vient d'en être averti ; un appel peut aider.`,
      ],
    }),
    'expired-seller': ({ number, title, client, total, until }) => ({
      subject: `Devis ${number} (${client}) : expiré`,
      body: [
        `Le devis ${number} « ${title} » pour ${client}, d'un montant de ${total} TTC, était valable jusqu'au ${until} et n'a pas été accepté.`,
        `Il est maintenant marqué comme expiré et ne peut plus être accepté.`,
      ],
    }),
    'unanswered-client': ({ number, title, seller, total, until, issued }) => ({
      subject: `Avez-vous pu lire le devis ${number} ${de(seller)} ?`,
      body: [
        `Nous vous avons envoyé le ${issued} le devis ${number} « ${title} », d'un montant de ${total} TTC.`,
        `Il est valable jusqu'au ${until} inclus. Une question, une modification ? Répondez simplement à ce message.`,
      ],
    }),
  },
  en: {
    'expiring-client': ({ number, title, seller, total, until }) => ({
      subject: `Your quote ${number} from ${seller} expires on ${until}`,
      body: [
        `Quote ${number} "${title}", ${total} including VAT, is valid until ${until} inclusive.`,
        `To accept it or to ask for a change, simply reply to this message.`,
      ],
    }),
    'expiring-seller': ({ number, title, client, total, until }) => ({
      subject: `Quote ${number} (${client}) expires on ${until}`,
      body: [
        `Quote ${number} "${title}" for ${client}, ${total} including VAT, has no answer yet and expires on ${until}.`,
        `The client has just been told; a call may help.`,
      ],
    }),
    'expired-seller': ({ number, title, client, total, until }) => ({
      subject: `Quote ${number} (${client}) has expired`,
      body: [
        `Quote ${number} "${title}" for ${client}, ${total} including VAT, was valid until ${until} and was not accepted.`,
        `It is now marked as expired and can no longer be accepted.`,
      ],
    }),
    'unanswered-client': ({ number, title, seller, total, until, issued }) => ({
      subject: `Have you had time to read quote ${number} from ${seller}?`,
      body: [
        `On ${issued} we sent you quote ${number} "${title}", ${total} including VAT.`,
        `It is valid until ${until} inclusive. A question, a change? Simply reply to this message.`,
      ],
    }),
  },
}
