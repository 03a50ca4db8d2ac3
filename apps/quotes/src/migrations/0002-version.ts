import type { Migration } from 'kysely/migration'

/** How often what a quote says was changed: who changes it says which version they read. */
export const version: Migration = {
  async up(db) {
    await db.schema
      .alterTable('quotes_quote')
      .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
      .execute()
  },
  async down(db) {
    await db.schema.alterTable('quotes_quote').dropColumn('version').execute()
  },
}
