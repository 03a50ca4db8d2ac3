import type { Migration } from 'kysely/migration'

/** What is done with many runs, slice by slice: what was agreed to, and how far it is. */
export const bulkTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_bulk')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('act', 'text', (column) => column.notNull())
      .addColumn('filter', 'text', (column) => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('newest', 'bigint', (column) => column.notNull())
      .addColumn('place', 'text')
      .addColumn('seen', 'bigint', (column) => column.notNull())
      .addColumn('done', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('moved_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute()
    await db.schema.createIndex('platform_bulk_moved').on('platform_bulk').columns(['ended_at', 'moved_at']).execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_bulk').execute()
  },
}
