import type { Migration } from 'kysely/migration'

/** Filters under a name, and which of them a person's lists begin with. */
export const viewTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_view')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('owner_id', 'text', (column) => column.notNull())
      .addColumn('list', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('filter', 'text', (column) => column.notNull())
      .addColumn('shared', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('platform_view_name')
      .on('platform_view')
      .columns(['org_id', 'list', 'owner_id', 'name'])
      .unique()
      .execute()
    await db.schema
      .createTable('platform_view_default')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('list', 'text', (column) => column.notNull())
      .addColumn('view_id', 'text', (column) => column.notNull().references('platform_view.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('platform_view_default_key', ['org_id', 'user_id', 'list'])
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_view_default').execute()
    await db.schema.dropTable('platform_view').execute()
  },
}
