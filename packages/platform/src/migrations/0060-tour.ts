import type { Migration } from 'kysely/migration'

/** Who has seen the console's tour: once for each person, in whatever browser and organisation. */
export const tourTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_tour')
      .addColumn('user_id', 'text', (column) => column.primaryKey())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_tour').execute()
  },
}
