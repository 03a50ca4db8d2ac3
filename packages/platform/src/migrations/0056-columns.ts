import type { Migration } from 'kysely/migration'

/** Which columns of their tables people hide, and which a saved view hides. */
export const columnChoices: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_column_choice')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('hidden', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_column_choice_key', ['org_id', 'user_id'])
      .execute()
    await db.schema.alterTable('platform_view').addColumn('hidden_columns', 'text').execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_view').dropColumn('hidden_columns').execute()
    await db.schema.dropTable('platform_column_choice').execute()
  },
}
