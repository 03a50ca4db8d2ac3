// Written by `npm run openapi` from the routes; do not edit by hand.
import type { CallOptions, Client } from '@regie/platform/client'

/** AcceptedRun, as the API writes it. */
export type AcceptedRun = {
  readonly runId: number
  readonly state: string
  readonly estimatedMs?: number | undefined
}

/** QuotesClient, as the API writes it. */
export type QuotesClient = {
  readonly id: string
  readonly name: string
  readonly contactName: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly postalCode: string | null
  readonly city: string | null
  readonly country: string
  readonly siren: string | null
  readonly vatNumber: string | null
  readonly language: 'fr' | 'en'
  readonly createdAt: string
  readonly updatedAt: string
  readonly anonymisedAt: string | null
}

/** QuotesClientInput, as the API writes it. */
export type QuotesClientInput = {
  readonly name: string
  readonly contactName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
  readonly address?: string | null | undefined
  readonly postalCode?: string | null | undefined
  readonly city?: string | null | undefined
  readonly country?: string | undefined
  readonly siren?: string | null | undefined
  readonly vatNumber?: string | null | undefined
  readonly language?: 'fr' | 'en' | undefined
}

/** QuotesLine, as the API writes it. */
export type QuotesLine = {
  readonly description: string
  readonly unit: string
  readonly quantity: string
  readonly unitPrice: string
  readonly discount: string
  readonly vatRate: string
  readonly netCents: number
}

/** QuotesLineInput, as the API writes it. */
export type QuotesLineInput = {
  readonly description: string
  readonly unit?: string | undefined
  readonly quantity: string | number
  readonly unitPrice: string | number
  readonly discount?: string | number | undefined
  readonly vatRate?: string | number | undefined
}

/** QuotesQuote, as the API writes it. */
export type QuotesQuote = {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly clientHasEmail: boolean
  readonly number: string | null
  readonly title: string
  readonly status: 'draft' | 'sending' | 'sent' | 'viewed' | 'changes_requested' | 'accepted' | 'refused' | 'expired' | 'superseded' | 'cancelled'
  readonly currency: 'EUR' | 'CHF' | 'GBP' | 'USD' | 'CAD'
  readonly netCents: number
  readonly vatCents: number
  readonly grossCents: number
  readonly issuedOn: string | null
  readonly validUntil: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** QuotesQuoteDetail, as the API writes it. */
export type QuotesQuoteDetail = {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly clientHasEmail: boolean
  readonly number: string | null
  readonly title: string
  readonly status: 'draft' | 'sending' | 'sent' | 'viewed' | 'changes_requested' | 'accepted' | 'refused' | 'expired' | 'superseded' | 'cancelled'
  readonly currency: 'EUR' | 'CHF' | 'GBP' | 'USD' | 'CAD'
  readonly netCents: number
  readonly vatCents: number
  readonly grossCents: number
  readonly issuedOn: string | null
  readonly validUntil: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
  readonly notes: string | null
  readonly validityDays: number
  readonly answerReason: string | null
  readonly sentAt: string | null
  readonly closedAt: string | null
  readonly lines: readonly (QuotesLine)[]
  readonly vat: readonly (QuotesVat)[]
}

/** QuotesQuoteInput, as the API writes it. */
export type QuotesQuoteInput = {
  readonly clientId: string
  readonly title: string
  readonly notes?: string | null | undefined
  readonly currency?: 'EUR' | 'CHF' | 'GBP' | 'USD' | 'CAD' | undefined
  readonly validityDays?: number | undefined
  readonly lines: readonly (QuotesLineInput)[]
}

/** QuotesQuoteInputDetail, as the API writes it. */
export type QuotesQuoteInputDetail = {
  readonly clientId: string
  readonly title: string
  readonly notes?: string | null | undefined
  readonly currency?: 'EUR' | 'CHF' | 'GBP' | 'USD' | 'CAD' | undefined
  readonly validityDays?: number | undefined
  readonly lines: readonly (QuotesLineInput)[]
  readonly version: number
}

/** QuotesQuoteSend, as the API writes it. */
export type QuotesQuoteSend = {
  readonly number: string
  readonly issuedOn: string
  readonly validUntil: string
  readonly delivery: 'mail' | 'outbox'
  readonly runId: number
}

/** QuotesSeller, as the API writes it. */
export type QuotesSeller = {
  readonly name: string
  readonly email: string
  readonly summaryRecipient: string | null
  readonly language: 'fr' | 'en'
}

/** QuotesSellerInput, as the API writes it. */
export type QuotesSellerInput = {
  readonly name: string
  readonly email: string
  readonly summaryRecipient?: string | null | undefined
  readonly language?: 'fr' | 'en' | undefined
}

/** QuotesVat, as the API writes it. */
export type QuotesVat = {
  readonly rate: string
  readonly baseCents: number
  readonly vatCents: number
}

/** Input of {@link postClients}. */
export type PostClientsInput = QuotesClientInput

/** Answer of {@link postClients}. */
export type PostClientsOutput = QuotesClient

/** Add a client. `POST /api/v1/quotes/clients`. Needs `quotes.client.write`. */
export function postClients(client: Client, input: PostClientsInput, options?: CallOptions): Promise<PostClientsOutput> {
  return client.call<PostClientsOutput>({ method: 'POST', path: '/api/v1/quotes/clients' }, input, options)
}

/** Input of {@link getClients}. */
export type GetClientsInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly q?: string | undefined
}

/** Answer of {@link getClients}. */
export type GetClientsOutput = {
  readonly items: readonly (QuotesClient)[]
  readonly next?: string | undefined
}

/** List clients by name. `GET /api/v1/quotes/clients`. Needs `quotes.client.read`. */
export function getClients(client: Client, input: GetClientsInput = {}, options?: CallOptions): Promise<GetClientsOutput> {
  return client.call<GetClientsOutput>({ method: 'GET', path: '/api/v1/quotes/clients' }, input, options)
}

/** Input of {@link getClient}. */
export type GetClientInput = {
  readonly clientId: string
}

/** Answer of {@link getClient}. */
export type GetClientOutput = QuotesClient

/** Show one client. `GET /api/v1/quotes/clients/:clientId`. Needs `quotes.client.read`. */
export function getClient(client: Client, input: GetClientInput, options?: CallOptions): Promise<GetClientOutput> {
  return client.call<GetClientOutput>({ method: 'GET', path: '/api/v1/quotes/clients/:clientId' }, input, options)
}

/** Input of {@link putClient}. */
export type PutClientInput = {
  readonly clientId: string
} & QuotesClientInput

/** Answer of {@link putClient}. */
export type PutClientOutput = QuotesClient

/** Change a client: what is not given is forgotten. `PUT /api/v1/quotes/clients/:clientId`. Needs `quotes.client.write`. */
export function putClient(client: Client, input: PutClientInput, options?: CallOptions): Promise<PutClientOutput> {
  return client.call<PutClientOutput>({ method: 'PUT', path: '/api/v1/quotes/clients/:clientId' }, input, options)
}

/** Input of {@link postQuotes}. */
export type PostQuotesInput = QuotesQuoteInput

/** Answer of {@link postQuotes}. */
export type PostQuotesOutput = QuotesQuoteDetail

/** Draft a quote. `POST /api/v1/quotes/quotes`. Needs `quotes.quote.write`. */
export function postQuotes(client: Client, input: PostQuotesInput, options?: CallOptions): Promise<PostQuotesOutput> {
  return client.call<PostQuotesOutput>({ method: 'POST', path: '/api/v1/quotes/quotes' }, input, options)
}

/** Input of {@link getQuotes}. */
export type GetQuotesInput = {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly status?: 'draft' | 'sending' | 'sent' | 'viewed' | 'changes_requested' | 'accepted' | 'refused' | 'expired' | 'superseded' | 'cancelled' | undefined
  readonly clientId?: string | undefined
  readonly sort?: 'created' | '-created' | 'client' | '-client' | 'total' | '-total' | 'changed' | '-changed' | undefined
  readonly q?: string | undefined
}

/** Answer of {@link getQuotes}. */
export type GetQuotesOutput = {
  readonly items: readonly (QuotesQuote)[]
  readonly next?: string | undefined
}

/** List quotes, newest first unless `sort` says otherwise. `GET /api/v1/quotes/quotes`. Needs `quotes.quote.read`. */
export function getQuotes(client: Client, input: GetQuotesInput = {}, options?: CallOptions): Promise<GetQuotesOutput> {
  return client.call<GetQuotesOutput>({ method: 'GET', path: '/api/v1/quotes/quotes' }, input, options)
}

/** Input of {@link getQuote}. */
export type GetQuoteInput = {
  readonly quoteId: string
}

/** Answer of {@link getQuote}. */
export type GetQuoteOutput = QuotesQuoteDetail

/** Show one quote. `GET /api/v1/quotes/quotes/:quoteId`. Needs `quotes.quote.read`. */
export function getQuote(client: Client, input: GetQuoteInput, options?: CallOptions): Promise<GetQuoteOutput> {
  return client.call<GetQuoteOutput>({ method: 'GET', path: '/api/v1/quotes/quotes/:quoteId' }, input, options)
}

/** Input of {@link putQuote}. */
export type PutQuoteInput = {
  readonly quoteId: string
} & QuotesQuoteInputDetail

/** Answer of {@link putQuote}. */
export type PutQuoteOutput = QuotesQuoteDetail

/** Replace what a draft says, in the version that was read. `PUT /api/v1/quotes/quotes/:quoteId`. Needs `quotes.quote.write`. */
export function putQuote(client: Client, input: PutQuoteInput, options?: CallOptions): Promise<PutQuoteOutput> {
  return client.call<PutQuoteOutput>({ method: 'PUT', path: '/api/v1/quotes/quotes/:quoteId' }, input, options)
}

/** Input of {@link deleteQuote}. */
export type DeleteQuoteInput = {
  readonly quoteId: string
  readonly version?: number | undefined
}

/** Answer of {@link deleteQuote}. */
export type DeleteQuoteOutput = null

/** Delete a draft that was never numbered. `DELETE /api/v1/quotes/quotes/:quoteId`. Needs `quotes.quote.write`. */
export function deleteQuote(client: Client, input: DeleteQuoteInput, options?: CallOptions): Promise<DeleteQuoteOutput> {
  return client.call<DeleteQuoteOutput>({ method: 'DELETE', path: '/api/v1/quotes/quotes/:quoteId' }, input, options)
}

/** Input of {@link getQuoteHistory}. */
export type GetQuoteHistoryInput = {
  readonly quoteId: string
}

/** Answer of {@link getQuoteHistory}. */
export type GetQuoteHistoryOutput = {
  readonly items: readonly ({
    readonly status: string
    readonly at: string
  })[]
}

/** Show what happened to a quote, first to last. `GET /api/v1/quotes/quotes/:quoteId/history`. Needs `quotes.quote.read`. */
export function getQuoteHistory(client: Client, input: GetQuoteHistoryInput, options?: CallOptions): Promise<GetQuoteHistoryOutput> {
  return client.call<GetQuoteHistoryOutput>({ method: 'GET', path: '/api/v1/quotes/quotes/:quoteId/history' }, input, options)
}

/** Input of {@link postQuoteSend}. */
export type PostQuoteSendInput = {
  readonly quoteId: string
  readonly validUntil?: string | undefined
  readonly version?: number | undefined
}

/** Answer of {@link postQuoteSend}. */
export type PostQuoteSendOutput = QuotesQuoteSend

/** Number a draft, freeze it and mail it to its client. `POST /api/v1/quotes/quotes/:quoteId/send`. Needs `quotes.quote.send`. */
export function postQuoteSend(client: Client, input: PostQuoteSendInput, options?: CallOptions): Promise<PostQuoteSendOutput> {
  return client.call<PostQuoteSendOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/:quoteId/send' }, input, options)
}

/** Input of {@link postQuotesSendMany}. */
export type PostQuotesSendManyInput = {
  readonly quoteIds: readonly (string)[]
}

/** Answer of {@link postQuotesSendMany}. */
export type PostQuotesSendManyOutput = AcceptedRun

/** Send up to 200 drafts in one workflow; one that fails stops no other. `POST /api/v1/quotes/quotes/send-many`. Needs `quotes.quote.send`. */
export function postQuotesSendMany(client: Client, input: PostQuotesSendManyInput, options?: CallOptions): Promise<PostQuotesSendManyOutput> {
  return client.call<PostQuotesSendManyOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/send-many' }, input, options)
}

/** Input of {@link postQuoteAccept}. */
export type PostQuoteAcceptInput = {
  readonly quoteId: string
  readonly reason?: string | null | undefined
}

/** Answer of {@link postQuoteAccept}. */
export type PostQuoteAcceptOutput = QuotesQuoteDetail

/** Record that the client accepted. `POST /api/v1/quotes/quotes/:quoteId/accept`. Needs `quotes.quote.write`. */
export function postQuoteAccept(client: Client, input: PostQuoteAcceptInput, options?: CallOptions): Promise<PostQuoteAcceptOutput> {
  return client.call<PostQuoteAcceptOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/:quoteId/accept' }, input, options)
}

/** Input of {@link postQuoteRefuse}. */
export type PostQuoteRefuseInput = {
  readonly quoteId: string
  readonly reason?: string | null | undefined
}

/** Answer of {@link postQuoteRefuse}. */
export type PostQuoteRefuseOutput = QuotesQuoteDetail

/** Record that the client refused. `POST /api/v1/quotes/quotes/:quoteId/refuse`. Needs `quotes.quote.write`. */
export function postQuoteRefuse(client: Client, input: PostQuoteRefuseInput, options?: CallOptions): Promise<PostQuoteRefuseOutput> {
  return client.call<PostQuoteRefuseOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/:quoteId/refuse' }, input, options)
}

/** Input of {@link postQuoteRequestChanges}. */
export type PostQuoteRequestChangesInput = {
  readonly quoteId: string
  readonly reason?: string | null | undefined
}

/** Answer of {@link postQuoteRequestChanges}. */
export type PostQuoteRequestChangesOutput = QuotesQuoteDetail

/** Record that the client wants changes. `POST /api/v1/quotes/quotes/:quoteId/request-changes`. Needs `quotes.quote.write`. */
export function postQuoteRequestChanges(client: Client, input: PostQuoteRequestChangesInput, options?: CallOptions): Promise<PostQuoteRequestChangesOutput> {
  return client.call<PostQuoteRequestChangesOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/:quoteId/request-changes' }, input, options)
}

/** Input of {@link postQuoteCancel}. */
export type PostQuoteCancelInput = {
  readonly quoteId: string
  readonly reason?: string | null | undefined
}

/** Answer of {@link postQuoteCancel}. */
export type PostQuoteCancelOutput = QuotesQuoteDetail

/** Withdraw a quote. `POST /api/v1/quotes/quotes/:quoteId/cancel`. Needs `quotes.quote.write`. */
export function postQuoteCancel(client: Client, input: PostQuoteCancelInput, options?: CallOptions): Promise<PostQuoteCancelOutput> {
  return client.call<PostQuoteCancelOutput>({ method: 'POST', path: '/api/v1/quotes/quotes/:quoteId/cancel' }, input, options)
}

/** Answer of {@link getSeller}. */
export type GetSellerOutput = {
  readonly seller: QuotesSeller | null
}

/** Show who sells in the organisation, if somebody has said so. `GET /api/v1/quotes/seller`. Needs `quotes.quote.read`. */
export function getSeller(client: Client, options?: CallOptions): Promise<GetSellerOutput> {
  return client.call<GetSellerOutput>({ method: 'GET', path: '/api/v1/quotes/seller' }, {}, options)
}

/** Input of {@link putSeller}. */
export type PutSellerInput = QuotesSellerInput

/** Answer of {@link putSeller}. */
export type PutSellerOutput = QuotesSeller

/** Say who sells in the organisation: quotes are sent under this name. `PUT /api/v1/quotes/seller`. Needs `quotes.seller.write`. */
export function putSeller(client: Client, input: PutSellerInput, options?: CallOptions): Promise<PutSellerOutput> {
  return client.call<PutSellerOutput>({ method: 'PUT', path: '/api/v1/quotes/seller' }, input, options)
}
