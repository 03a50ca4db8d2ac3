import { decodeCursor, isoOf, isoOrNull, keyset, newId, type Page, toPage } from '@regie/platform'
import { type Selectable, sql } from 'kysely'
import { QuotesError } from '../errors.ts'
import type { Db } from '../regie.ts'
import type { ClientTable } from '../schema.ts'
import { containing, sortable } from '../text/model.ts'
import type { ClientInput, ClientView } from './model.ts'

/** A new client as a row, made at `now` (milliseconds UTC). */
export function clientRow(now: number, input: ClientInput): ClientTable {
  return { id: newId(now), ...columnsOf(input), created_at: now, updated_at: now, anonymised_at: null }
}

function columnsOf(input: ClientInput) {
  return {
    name: input.name,
    name_sort: sortable(input.name),
    contact_name: input.contactName ?? null,
    email: input.email ?? null,
    phone: input.phone ?? null,
    address: input.address ?? null,
    postal_code: input.postalCode ?? null,
    city: input.city ?? null,
    country: input.country,
    siren: input.siren ?? null,
    vat_number: input.vatNumber ?? null,
    language: input.language,
  }
}

/** Writes a new client at `now` (milliseconds UTC). */
export async function createClient(db: Db, now: number, input: ClientInput): Promise<ClientView> {
  const row = clientRow(now, input)
  await db.insertInto('quotes_client').values(row).execute()
  return toView(row)
}

/** One client. Throws `CLIENT_UNKNOWN`. */
export async function readClient(db: Db, clientId: string): Promise<ClientView> {
  const row = await db.selectFrom('quotes_client').selectAll().where('id', '=', clientId).executeTakeFirst()
  if (row === undefined) throw unknownClient(clientId)
  return toView(row)
}

/** Replaces what is known of a client, at `now` (milliseconds UTC). Throws `CLIENT_UNKNOWN` and `CLIENT_ANONYMISED`. */
export async function changeClient(db: Db, now: number, clientId: string, input: ClientInput): Promise<ClientView> {
  const { numUpdatedRows } = await db
    .updateTable('quotes_client')
    .set({ ...columnsOf(input), updated_at: now })
    .where('id', '=', clientId)
    .where('anonymised_at', 'is', null)
    .executeTakeFirstOrThrow()
  const client = await readClient(db, clientId)
  if (numUpdatedRows > 0n) return client
  throw new QuotesError('CLIENT_ANONYMISED', `the data of client ${clientId} was erased: add the client anew`)
}

const LIST = 'quotes.clients'

/** Which clients to list, and from where on. */
export interface ClientQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  /** Those with it in their name, whatever its accents and capitals. */
  readonly q?: string | undefined
}

/** Clients by name. Throws `CURSOR_INVALID`. */
export async function listClients(db: Db, { limit, cursor, q }: ClientQuery): Promise<Page<ClientView>> {
  let query = db.selectFrom('quotes_client').selectAll()
  if (q !== undefined) query = query.where(sql<boolean>`name_sort like ${containing(sortable(q))} escape '\\'`)
  const after = decodeCursor(LIST, cursor, ['text', 'text'])
  const rows = await keyset(query, { columns: ['name_sort', 'id'], after, limit }).execute()
  const page = toPage(rows, { list: LIST, limit, key: (row) => [row.name_sort, row.id] })
  return { ...page, items: page.items.map(toView) }
}

/** The refusal of a client that is not there. */
export function unknownClient(clientId: string): QuotesError {
  return new QuotesError(
    'CLIENT_UNKNOWN',
    `no client has the id ${clientId}: list them with GET /api/v1/quotes/clients`,
  )
}

function toView(row: Selectable<ClientTable>): ClientView {
  return {
    id: row.id,
    name: row.name,
    contactName: row.contact_name,
    email: row.email,
    phone: row.phone,
    address: row.address,
    postalCode: row.postal_code,
    city: row.city,
    country: row.country,
    siren: row.siren,
    vatNumber: row.vat_number,
    language: row.language,
    createdAt: isoOf(row.created_at),
    updatedAt: isoOf(row.updated_at),
    anonymisedAt: isoOrNull(row.anonymised_at),
  }
}
