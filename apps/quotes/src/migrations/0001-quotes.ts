import { type Kysely, PostgresAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Clients, quotes with their lines and VAT, number series and notices. */
export const quotes: Migration = {
  async up(db) {
    await client(db)
    await quote(db)
    await parts(db)
    await counterAndNotice(db)
  },
  async down(db) {
    for (const name of ['notice', 'counter', 'vat', 'line', 'quote', 'client']) {
      await db.schema.dropTable(`quotes_${name}`).execute()
    }
  },
}

async function client(db: Kysely<unknown>): Promise<void> {
  await table(db, 'client', ['org_id', 'id'], {
    org_id: 'text',
    id: 'text',
    name: 'text',
    name_sort: 'text',
    contact_name: 'text?',
    email: 'text?',
    phone: 'text?',
    address: 'text?',
    postal_code: 'text?',
    city: 'text?',
    country: 'text',
    siren: 'text?',
    vat_number: 'text?',
    language: 'text',
    created_at: 'whole',
    updated_at: 'whole',
    anonymised_at: 'whole?',
  })
  await index(db, 'client', ['name_sort', 'id'])
  await index(db, 'client', ['anonymised_at', 'updated_at'])
}

async function quote(db: Kysely<unknown>): Promise<void> {
  await table(
    db,
    'quote',
    ['org_id', 'id'],
    {
      org_id: 'text',
      id: 'text',
      client_id: 'text',
      number: 'text?',
      title: 'text',
      notes: 'text?',
      status: 'text',
      currency: 'text',
      validity_days: 'whole',
      issued_on: 'text?',
      valid_until: 'text?',
      net_cents: 'whole',
      vat_cents: 'whole',
      gross_cents: 'whole',
      answer_reason: 'text?',
      sending_at: 'whole?',
      sent_at: 'whole?',
      closed_at: 'whole?',
      created_at: 'whole',
      updated_at: 'whole',
    },
    { columns: ['org_id', 'client_id'], to: 'quotes_client' },
  )
  await index(db, 'quote', ['number'], 'unique')
  await index(db, 'quote', ['client_id', 'id'])
  await index(db, 'quote', ['status', 'id'])
  await index(db, 'quote', ['status', 'valid_until'])
  await index(db, 'quote', ['status', 'closed_at'])
  await index(db, 'quote', ['sent_at'])
  await index(db, 'quote', ['updated_at'])
}

async function parts(db: Kysely<unknown>): Promise<void> {
  const ofQuote = { columns: ['org_id', 'quote_id'], to: 'quotes_quote', cascade: true }
  await table(
    db,
    'line',
    ['org_id', 'quote_id', 'position'],
    {
      org_id: 'text',
      quote_id: 'text',
      position: 'whole',
      description: 'text',
      unit: 'text',
      quantity: 'whole',
      unit_price: 'whole',
      discount_bp: 'whole',
      vat_bp: 'whole',
      net_cents: 'whole',
    },
    ofQuote,
  )
  await table(
    db,
    'vat',
    ['org_id', 'quote_id', 'vat_bp'],
    { org_id: 'text', quote_id: 'text', vat_bp: 'whole', base_cents: 'whole', vat_cents: 'whole' },
    ofQuote,
  )
}

async function counterAndNotice(db: Kysely<unknown>): Promise<void> {
  await table(db, 'counter', ['org_id', 'series'], { org_id: 'text', series: 'text', last_value: 'whole' })
  await table(
    db,
    'notice',
    ['org_id', 'quote_id', 'kind', 'period'],
    { org_id: 'text', quote_id: 'text', kind: 'text', period: 'text', noticed_at: 'whole' },
    { columns: ['org_id', 'quote_id'], to: 'quotes_quote', cascade: true },
  )
}

type ColumnKind = 'text' | 'text?' | 'whole' | 'whole?'

interface Reference {
  readonly columns: readonly string[]
  readonly to: string
  /** Rows go with the row they refer to. */
  readonly cascade?: boolean
}

async function table(
  db: Kysely<unknown>,
  name: string,
  key: readonly string[],
  kinds: Readonly<Record<string, ColumnKind>>,
  reference?: Reference,
): Promise<void> {
  const postgres = isPostgres(db)
  // "C" sorts by bytes, as SQLite does: pages are the same on both stores.
  const types = postgres
    ? { text: sql`text collate "C"`, whole: sql`bigint` }
    : { text: sql`text`, whole: sql`integer` }
  const columns = Object.entries(kinds).map(([column, kind]) => {
    const type = kind.startsWith('text') ? types.text : types.whole
    return sql`${sql.ref(column)} ${type}${kind.endsWith('?') ? sql`` : sql` not null`}`
  })
  columns.push(sql`primary key (${refs(key)})`)
  if (reference !== undefined) {
    const onDelete = reference.cascade === true ? sql` on delete cascade` : sql``
    columns.push(
      sql`foreign key (${refs(reference.columns)}) references ${sql.table(reference.to)} (org_id, id)${onDelete}`,
    )
  }
  await sql`create table ${sql.table(`quotes_${name}`)} (${sql.join(columns)})${postgres ? sql`` : sql` strict`}`.execute(
    db,
  )
}

/** The organisation is the first column of every index. */
async function index(db: Kysely<unknown>, name: string, columns: readonly string[], unique?: 'unique'): Promise<void> {
  const builder = db.schema.createIndex(`quotes_${name}_${columns.join('_')}`).on(`quotes_${name}`)
  await (unique ? builder.unique() : builder).columns(['org_id', ...columns]).execute()
}

function refs(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.ref(column)))
}

function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}
