import { de, formatCents, formatDate, formatNumber, formatPrice, type Language, type Letter } from '../letter/model.ts'
import type { QuoteView } from '../quote/model.ts'

/** What the letter that carries a quote is written from. */
export interface QuoteLetterFacts {
  readonly quote: QuoteView
  /** Whom it greets. */
  readonly name: string
  readonly language: Language
  readonly sellerName: string
}

/** The letter that carries a quote to its client, with its lines, VAT and totals. */
export function quoteLetter(facts: QuoteLetterFacts): Letter {
  const { quote, name, language, sellerName } = facts
  const words = WORDS[language]
  const validUntil = quote.validUntil === null ? '' : formatDate(quote.validUntil, language)
  return {
    subject: words.subject(quote.number ?? '', quote.title, sellerName),
    paragraphs: [
      words.greeting(name),
      words.opening(quote.number ?? '', quote.title),
      ...(quote.notes === null ? [] : [quote.notes]),
      words.closing(validUntil),
    ],
    table: [...lineRows(facts), ...totalRows(facts)],
    signature: sellerName,
  }
}

function lineRows({ quote, language }: QuoteLetterFacts): readonly (readonly string[])[] {
  const words = WORDS[language]
  const rows = quote.lines.map((line) => [
    line.discount === '0' ? line.description : `${line.description} (-${formatNumber(line.discount, language)} %)`,
    `${formatNumber(line.quantity, language)} ${line.unit}`,
    formatPrice(line.unitPrice, quote.currency, language),
    `${formatNumber(line.vatRate, language)} %`,
    formatCents(line.netCents, quote.currency, language),
  ])
  return [words.head, ...rows]
}

function totalRows({ quote, language }: QuoteLetterFacts): readonly (readonly string[])[] {
  const words = WORDS[language]
  const row = (label: string, cents: number): readonly string[] => [
    label,
    '',
    '',
    '',
    formatCents(cents, quote.currency, language),
  ]
  return [
    row(words.net, quote.netCents),
    ...quote.vat.map((share) => row(words.vat(formatNumber(share.rate, language)), share.vatCents)),
    row(words.gross, quote.grossCents),
  ]
}

const WORDS = {
  fr: {
    subject: (number: string, title: string, seller: string) => `Devis ${number} ${de(seller)} : ${title}`,
    greeting: (name: string) => `Bonjour ${name},`,
    opening: (number: string, title: string) => `Voici notre devis ${number} : ${title}.`,
    closing: (date: string) =>
      `Ce devis est valable jusqu'au ${date} inclus. Pour l'accepter ou demander une modification, répondez simplement à ce message.`,
    head: ['Désignation', 'Quantité', 'Prix unitaire HT', 'TVA', 'Montant HT'],
    net: 'Total HT',
    vat: (rate: string) => `TVA ${rate} %`,
    gross: 'Total TTC',
  },
  en: {
    subject: (number: string, title: string, seller: string) => `Quote ${number} from ${seller}: ${title}`,
    greeting: (name: string) => `Dear ${name},`,
    opening: (number: string, title: string) => `Here is our quote ${number}: ${title}.`,
    closing: (date: string) =>
      `This quote is valid until ${date} inclusive. To accept it or to ask for a change, simply reply to this message.`,
    head: ['Description', 'Quantity', 'Unit price excl. VAT', 'VAT', 'Amount excl. VAT'],
    net: 'Total excl. VAT',
    vat: (rate: string) => `VAT ${rate} %`,
    gross: 'Total incl. VAT',
  },
} as const
