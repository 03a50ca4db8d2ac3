import type { Language } from '../letter/model.ts'
import type { QuoteSummary } from '../quote/model.ts'

/** What became of one of many. */
export interface Outcome {
  readonly quoteId: string
  /** Absent when it never got one. */
  readonly number?: string
  /** Why it was not sent. */
  readonly code?: string
}

/** What whoever sent many is told of. */
export interface SendingFacts {
  readonly sent: number
  readonly failed: number
  readonly quotes: readonly Outcome[]
  /** Those that failed. */
  readonly named: readonly Pick<QuoteSummary, 'id' | 'title' | 'clientName'>[]
  readonly language: Language
  /** The workflow. */
  readonly run: number
  readonly delivery: 'mail' | 'outbox'
}

const LISTED = 8

/** The notice to whoever sent many: how many went out, which did not and why. */
export function sendingNotice({ sent, failed, quotes, named, language, run, delivery }: SendingFacts) {
  const words = WORDS[language]
  const codes = new Map(quotes.map(({ quoteId, code }) => [quoteId, code]))
  const lines = named.slice(0, LISTED).map(({ id, title, clientName }) => {
    const why = words.why[codes.get(id) ?? ''] ?? words.otherwise
    // Whole titles of eight quotes would be more than a notice holds.
    return `${title.slice(0, 60)} (${clientName.slice(0, 40)})${words.colon} ${why}`
  })
  return {
    title: failed === 0 ? words.sent(sent) : `${words.sent(sent)}, ${words.failed(failed)}`,
    body: [
      ...(delivery === 'outbox' && sent > 0 ? [words.outbox] : []),
      ...lines,
      ...(failed > LISTED ? [words.more(failed - LISTED)] : []),
    ].join('\n'),
    link: `/runs/${run}`,
  }
}

interface Words {
  readonly sent: (count: number) => string
  readonly failed: (count: number) => string
  readonly more: (count: number) => string
  readonly colon: string
  readonly outbox: string
  readonly otherwise: string
  readonly why: Readonly<Record<string, string>>
}

const WORDS: Readonly<Record<Language, Words>> = {
  fr: {
    sent: (count) => (count < 2 ? `${count} devis envoyé` : `${count} devis envoyés`),
    failed: (count) => (count < 2 ? `${count} non envoyé` : `${count} non envoyés`),
    more: (count) => `… et ${count} de plus`,
    colon: ' :',
    outbox: 'Aucun serveur d’e-mail : les messages sont dans data/outbox, et aucun client ne les a reçus.',
    otherwise: 'n’a pas pu partir',
    why: {
      CLIENT_WITHOUT_EMAIL: 'le client n’a pas d’adresse e-mail',
      QUOTE_STATE: 'n’est plus un brouillon',
      QUOTE_UNDELIVERABLE: 'n’a pas pu partir et redevient un brouillon ; vérifiez l’adresse',
      SELLER_UNCONFIGURED: 'il n’est pas encore dit qui envoie les devis',
    },
  },
  en: {
    sent: (count) => (count === 1 ? '1 quote sent' : `${count} quotes sent`),
    failed: (count) => `${count} not sent`,
    more: (count) => `… and ${count} more`,
    colon: ':',
    outbox: 'There is no e-mail server: the messages are in data/outbox, and no client has received them.',
    otherwise: 'could not be sent',
    why: {
      CLIENT_WITHOUT_EMAIL: 'the client has no e-mail address',
      QUOTE_STATE: 'is no longer a draft',
      QUOTE_UNDELIVERABLE: 'could not be mailed and is a draft again; check the address',
      SELLER_UNCONFIGURED: 'nobody has said yet who sends quotes',
    },
  },
}
