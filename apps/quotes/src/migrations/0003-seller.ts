import type { Migration } from 'kysely/migration'

/** Who sells: one row for each organisation. */
export const seller: Migration = {
  async up(db) {
    await db.schema
      .createTable('quotes_seller')
      .addColumn('org_id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('summary_recipient', 'text')
      .addColumn('language', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('quotes_seller').execute()
  },
}
