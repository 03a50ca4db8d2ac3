import { addDays, type Week } from '../calendar/model.ts'
import { formatCents, formatDate, formatNumber, type Language, type Letter } from '../letter/model.ts'
import type { Currency, QuoteSummary } from '../quote/model.ts'

/** What a week counts. */
export const OUTCOMES = ['sent', 'accepted', 'refused', 'expired'] as const

/** What a week counts. */
export type Outcome = (typeof OUTCOMES)[number]

/** Quotes of one outcome in one currency; amounts without VAT in cents. */
export interface OutcomeTotal {
  readonly outcome: Outcome
  readonly currency: Currency
  readonly count: number
  readonly netCents: number
}

/** What the seller reads on Monday. */
export interface WeeklySummary {
  readonly week: Week
  readonly totals: readonly OutcomeTotal[]
  /** The open quotes of the highest amounts, highest first. */
  readonly biggestOpen: readonly QuoteSummary[]
}

/** How many quotes had an outcome, in all currencies. */
export function countOf(totals: readonly OutcomeTotal[], outcome: Outcome): number {
  return totals.filter((total) => total.outcome === outcome).reduce((sum, total) => sum + total.count, 0)
}

/** Accepted quotes among those decided (accepted, refused, expired), in thousandths, halves up; undefined when none was. */
export function conversionRate(totals: readonly OutcomeTotal[]): number | undefined {
  const accepted = countOf(totals, 'accepted')
  const decided = accepted + countOf(totals, 'refused') + countOf(totals, 'expired')
  return decided === 0 ? undefined : Math.floor((accepted * 2000 + decided) / (decided * 2))
}

/** The letter that carries the summary to the seller. */
export function summaryLetter(summary: WeeklySummary, language: Language): Letter {
  const { week, totals, biggestOpen } = summary
  const words = WORDS[language]
  const from = formatDate(week.from, language)
  const to = formatDate(addDays(week.to, -1), language)
  const rate = conversionRate(totals)
  return {
    subject: words.subject(from, to),
    paragraphs: [
      words.greeting,
      words.opening(from, to),
      rate === undefined ? words.noneDecided : words.conversion(`${formatNumber(String(rate / 10), language)} %`),
      biggestOpen.length === 0 ? words.noneOpen : openList(biggestOpen, language),
    ],
    table: [words.head, ...OUTCOMES.map((outcome) => outcomeRow(totals, outcome, language))],
    signature: 'Regie',
  }
}

function outcomeRow(totals: readonly OutcomeTotal[], outcome: Outcome, language: Language): readonly string[] {
  const amounts = totals
    .filter((total) => total.outcome === outcome)
    .map(({ netCents, currency }) => formatCents(netCents, currency, language))
  return [WORDS[language].outcomes[outcome], String(countOf(totals, outcome)), amounts.join(' + ') || '-']
}

function openList(quotes: readonly QuoteSummary[], language: Language): string {
  const words = WORDS[language]
  const lines = quotes.map((quote) => {
    const until = quote.validUntil === null ? '' : words.until(formatDate(quote.validUntil, language))
    return `${quote.number ?? ''} ${quote.clientName}${words.colon} ${formatCents(quote.netCents, quote.currency, language)}${until}`
  })
  return [words.biggestOpen, ...lines].join('\n')
}

const WORDS = {
  fr: {
    subject: (from: string, to: string) => `Devis : résumé de la semaine du ${from} au ${to}`,
    greeting: 'Bonjour,',
    opening: (from: string, to: string) => `Voici vos devis de la semaine du ${from} au ${to} :`,
    colon: ' :',
    head: ['Devis', 'Nombre', 'Montant HT'],
    outcomes: { sent: 'Envoyés', accepted: 'Acceptés', refused: 'Refusés', expired: 'Expirés' },
    conversion: (rate: string) => `Taux de conversion (acceptés parmi les décidés) : ${rate}.`,
    noneDecided: `Aucun devis n'a été décidé cette semaine : pas de taux de conversion.`,
    biggestOpen: 'Les plus gros devis en attente :',
    until: (date: string) => `, valable jusqu'au ${date}`,
    noneOpen: `Aucun devis n'est en attente.`,
  },
  en: {
    subject: (from: string, to: string) => `Quotes: summary of the week from ${from} to ${to}`,
    greeting: 'Hello,',
    opening: (from: string, to: string) => `Here are your quotes of the week from ${from} to ${to}:`,
    colon: ':',
    head: ['Quotes', 'Number', 'Amount excl. VAT'],
    outcomes: { sent: 'Sent', accepted: 'Accepted', refused: 'Refused', expired: 'Expired' },
    conversion: (rate: string) => `Conversion rate (accepted among decided): ${rate}.`,
    noneDecided: 'No quote was decided this week: no conversion rate.',
    biggestOpen: 'The biggest quotes that wait for an answer:',
    until: (date: string) => `, valid until ${date}`,
    noneOpen: 'No quote waits for an answer.',
  },
} as const
