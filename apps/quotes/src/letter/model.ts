import type { Currency } from '../quote/model.ts'

/** Languages in which people are written to. */
export const LANGUAGES = ['fr', 'en'] as const

/** A language in which people are written to. */
export type Language = (typeof LANGUAGES)[number]

/** What a mail says, before it becomes text and HTML. */
export interface Letter {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** Rows of cells, the head first; it stands after the second paragraph. */
  readonly table?: readonly (readonly string[])[]
  /** Who writes. */
  readonly signature: string
}

/** A mail's subject and its body in both forms. */
export interface LetterBody {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Turns a letter into plain text and into HTML in which everything is escaped. */
export function renderLetter({ subject, paragraphs, table, signature }: Letter): LetterBody {
  const [greeting = '', opening = '', ...rest] = paragraphs
  const textTable = table === undefined ? [] : [table.map((cells) => cells.join(' | ')).join('\n')]
  const htmlTable = table === undefined ? [] : [htmlTableOf(table)]
  const text = [greeting, opening, ...textTable, ...rest, signature].join('\n\n')
  const blocks = [
    htmlParagraph(greeting),
    htmlParagraph(opening),
    ...htmlTable,
    ...[...rest, signature].map(htmlParagraph),
  ]
  return { subject, text: `${text}\n`, html: `<!doctype html>\n<meta charset="utf-8">\n${blocks.join('\n')}\n` }
}

/** `text` as HTML shows it literally, also within quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Cents as people of that language write an amount: `1 234,50 €`. */
export function formatCents(cents: number, currency: Currency, language: Language): string {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  const decimal = `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
  return formatPrice(decimal, currency, language)
}

/** A price such as `'0.125'` in the same way, with as many decimals as it has but two at least: `0,125 €`. */
export function formatPrice(decimal: string, currency: Currency, language: Language): string {
  const options = { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 4 } as const
  // Given as text, so that no amount passes through a float.
  return numberFormat(language, options).format(decimal as `${number}`)
}

/** A decimal such as `'12.5'` as people of that language write it: `12,5`. */
export function formatNumber(decimal: string, language: Language): string {
  return numberFormat(language, { maximumFractionDigits: 4 }).format(decimal as `${number}`)
}

/** A calendar date in words: `3 août 2026`, `1er août 2026`. */
export function formatDate(date: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' })
  const text = format.format(Date.parse(date))
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text
}

/** A name after the French "de": `de Paris`, `d'Atelier Kermadec`. */
export function de(name: string): string {
  return /^[aeiouyàâéèêëîïôœûü]/i.test(name) ? `d'${name}` : `de ${name}`
}

const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-GB' }

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(LOCALES[language], options)
}

function htmlParagraph(text: string): string {
  return `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`
}

function htmlTableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell).replaceAll('\n', '<br>')}</${tag}>`).join('')}</tr>`
  return `<table>\n${[row(head, 'th'), ...rows.map((cells) => row(cells, 'td'))].join('\n')}\n</table>`
}
