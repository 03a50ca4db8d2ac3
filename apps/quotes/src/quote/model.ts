import { z } from 'zod'
import { clientId } from '../client/model.ts'
import { lineInput } from '../line/model.ts'
import { longText, optional, shortText } from '../text/model.ts'

/** Currencies with two decimals: amounts are cents. */
export const CURRENCIES = ['EUR', 'CHF', 'GBP', 'USD', 'CAD'] as const

/** ISO 4217 code of a currency in cents. */
export type Currency = (typeof CURRENCIES)[number]

/** Every status of a quote; `sending` lasts from the seller's order until the mail is out. */
export const QUOTE_STATUSES = [
  'draft',
  'sending',
  'sent',
  'viewed',
  'changes_requested',
  'accepted',
  'refused',
  'expired',
  'superseded',
  'cancelled',
] as const

/** Where a quote stands. */
export type QuoteStatus = (typeof QUOTE_STATUSES)[number]

/** The client has it and has not answered. */
export const AWAITING_STATUSES = ['sent', 'viewed'] as const satisfies readonly QuoteStatus[]

/** May still be accepted. */
export const OPEN_STATUSES = [...AWAITING_STATUSES, 'changes_requested'] as const satisfies readonly QuoteStatus[]

/** What can happen to a quote. `return` is a sending that failed. */
export const QUOTE_ACTS = [
  'send',
  'deliver',
  'return',
  'view',
  'request-changes',
  'accept',
  'refuse',
  'expire',
  'supersede',
  'cancel',
] as const

/** Something that happens to a quote. */
export type QuoteAct = (typeof QUOTE_ACTS)[number]

type Transitions = Readonly<Partial<Record<QuoteAct, QuoteStatus>>>

const ANSWERS: Transitions = {
  'request-changes': 'changes_requested',
  accept: 'accepted',
  refuse: 'refused',
  expire: 'expired',
  supersede: 'superseded',
  cancel: 'cancelled',
}

const TRANSITIONS: Readonly<Record<QuoteStatus, Transitions>> = {
  draft: { send: 'sending', cancel: 'cancelled' },
  sending: { deliver: 'sent', return: 'draft' },
  sent: { view: 'viewed', ...ANSWERS },
  viewed: ANSWERS,
  changes_requested: { ...ANSWERS, 'request-changes': 'changes_requested' },
  accepted: {},
  refused: {},
  expired: {},
  superseded: {},
  cancelled: {},
}

/** Where an act leads, or why it is refused and what would be allowed instead. */
export type Transition =
  | { readonly ok: true; readonly status: QuoteStatus }
  | { readonly ok: false; readonly message: string }

/** What becomes of a quote in `status` by `act`. */
export function transition(status: QuoteStatus, act: QuoteAct): Transition {
  const next = TRANSITIONS[status][act]
  if (next !== undefined) return { ok: true, status: next }
  const allowed = QUOTE_ACTS.filter((candidate) => TRANSITIONS[status][candidate] !== undefined)
  const instead = allowed.length === 0 ? 'nothing changes it any more' : `possible now: ${allowed.join(', ')}`
  return { ok: false, message: `a quote that is ${status} does not allow "${act}": ${instead}` }
}

/** True for a status a quote never leaves. */
export function isFinal(status: QuoteStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0
}

/** The most lines a quote may have. */
const MAX_LINES = 500

/** The id of a quote, as a route takes it. */
export const quoteId = z.uuid('quoteId must be the id of a quote')

/** A new quote, as the seller writes it. */
export const quoteInput = z.strictObject({
  clientId,
  title: shortText('title', 200).meta({ examples: ['Roof of the workshop'] }),
  notes: optional(longText('notes', 5000)),
  currency: z.enum(CURRENCIES, `currency must be one of ${CURRENCIES.join(', ')}`).optional(),
  /** Days it stays valid from its sending. */
  validityDays: z
    .int('validityDays must be a whole number of days')
    .min(1, 'validityDays must be at least 1')
    .max(365, 'validityDays must be at most 365')
    .optional(),
  lines: z
    .array(lineInput, 'lines must be a list of lines')
    .min(1, 'a quote needs at least one line')
    .max(MAX_LINES, `a quote has at most ${MAX_LINES} lines`),
})

/** The version of a draft that somebody has read. */
export const quoteVersion = z.int('version must be a whole number').min(1, 'version must be at least 1')

/** A new quote, checked. */
export type QuoteInput = z.output<typeof quoteInput>

/** A quote in a list. Amounts are integer cents. */
export const quoteSummary = z.object({
  id: z.uuid(),
  clientId: z.uuid(),
  clientName: z.string(),
  /** Without one it cannot be sent. */
  clientHasEmail: z.boolean(),
  /** Given at the first sending. */
  number: z.string().nullable(),
  title: z.string(),
  status: z.enum(QUOTE_STATUSES),
  currency: z.enum(CURRENCIES),
  netCents: z.int(),
  vatCents: z.int(),
  grossCents: z.int(),
  issuedOn: z.iso.date().nullable(),
  validUntil: z.iso.date().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})

/** A quote with all it says. Quantities, prices and rates are decimals as text, discount and rates in percent. */
export const quoteView = quoteSummary.extend({
  /** From 1; one more with each change of what it says. */
  version: z.int(),
  notes: z.string().nullable(),
  validityDays: z.int(),
  answerReason: z.string().nullable(),
  sentAt: z.iso.datetime().nullable(),
  closedAt: z.iso.datetime().nullable(),
  lines: z.array(
    z.object({
      description: z.string(),
      unit: z.string(),
      quantity: z.string(),
      unitPrice: z.string(),
      discount: z.string(),
      vatRate: z.string(),
      netCents: z.int(),
    }),
  ),
  vat: z.array(z.object({ rate: z.string(), baseCents: z.int(), vatCents: z.int() })),
})

/** A quote in a list. */
export type QuoteSummary = z.output<typeof quoteSummary>

/** A quote with all it says. */
export type QuoteView = z.output<typeof quoteView>

/** A quote in the audit log. It says whom it is for: what an entry tells of it goes when that client is forgotten. */
export function aboutQuote({ id, clientId }: Pick<QuoteView, 'id' | 'clientId'>) {
  return { object: { type: 'quote', id }, person: clientId }
}

/** `D-2026-0042`: a series and a number in it, from 1. */
export function quoteNumber(series: string, value: number): string {
  return `${series}-${String(value).padStart(4, '0')}`
}

/** The series a quote issued on `date` (`YYYY-MM-DD`) takes its number from: one per year. */
export function seriesOf(prefix: string, date: string): string {
  return `${prefix}-${date.slice(0, 4)}`
}
