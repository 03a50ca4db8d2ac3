import type { Migration } from 'kysely/migration'

/** Rate limits that several processes share: one instant for each client and limit, of all organisations. */
export const rateTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_rate')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('until_us', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('platform_rate_until').on('platform_rate').column('until_us').execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_rate').execute()
  },
}
