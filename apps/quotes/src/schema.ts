import type { Generated } from 'kysely'
import type { Language } from './letter/model.ts'
import type { NoticeKind } from './notice/model.ts'
import type { Currency, QuoteStatus } from './quote/model.ts'

/** `quotes_client`. Instants are milliseconds UTC. */
export interface ClientTable {
  id: string
  name: string
  /** The name without accents and capitals: human order, equal on every store. */
  name_sort: string
  contact_name: string | null
  email: string | null
  phone: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  /** ISO 3166, two letters. */
  country: string
  siren: string | null
  vat_number: string | null
  language: Language
  created_at: number
  updated_at: number
  /** When its personal data was erased. */
  anonymised_at: number | null
}

/** `quotes_quote`. Dates are `YYYY-MM-DD` in the organisation's zone, amounts integer cents. */
export interface QuoteTable {
  id: string
  client_id: string
  /** Given at the first sending. */
  number: string | null
  title: string
  notes: string | null
  status: QuoteStatus
  currency: Currency
  validity_days: number
  issued_on: string | null
  /** Its last day. */
  valid_until: string | null
  net_cents: number
  vat_cents: number
  gross_cents: number
  answer_reason: string | null
  sending_at: number | null
  sent_at: number | null
  /** When it reached a status it cannot leave. */
  closed_at: number | null
  created_at: number
  updated_at: number
  /** From 1; one more with each change of what it says. */
  version: number
}

/** `quotes_line`. Quantity and unit price are ten-thousandths, discount and VAT rate basis points (2000 is 20 %). */
export interface LineTable {
  quote_id: string
  /** From 1. */
  position: number
  description: string
  unit: string
  quantity: number
  unit_price: number
  discount_bp: number
  vat_bp: number
  net_cents: number
}

/** `quotes_vat`: the VAT of one quote at one rate, as it was rounded. */
export interface VatTable {
  quote_id: string
  vat_bp: number
  base_cents: number
  vat_cents: number
}

/** `quotes_counter`: the last number given in a series. A row and no sequence, so that a rollback leaves no gap. */
export interface CounterTable {
  series: string
  last_value: number
}

/** `quotes_notice`: one row for each notice; its key is what keeps a repeated run from telling twice. */
export interface NoticeTable {
  quote_id: string
  kind: NoticeKind
  /** The date the notice is about: a new validity or a new sending may be told of again. */
  period: string
  noticed_at: number
}

/** `quotes_history`, made by a projection: what happened to a quote; `status` is the one it had from then on. */
export interface HistoryTable {
  quote_id: string
  /** Of the event. */
  position: number
  status: string
  at: number
}

/** `quotes_seller`: who sells in the organisation, one row for each. */
export interface SellerTable {
  name: string
  email: string
  /** Null: `email`. */
  summary_recipient: string | null
  language: Language
  updated_at: number
}

/** A row with whose it is: the bound `db` fills that in, and asks for it. */
type Own<Row> = Row & { org_id: Generated<string> }

/** The tables of Quotes, for Kysely. */
export interface QuotesDatabase {
  quotes_client: Own<ClientTable>
  quotes_quote: Own<QuoteTable>
  quotes_line: Own<LineTable>
  quotes_vat: Own<VatTable>
  quotes_counter: Own<CounterTable>
  quotes_notice: Own<NoticeTable>
  quotes_history: Own<HistoryTable>
  quotes_seller: Own<SellerTable>
}
