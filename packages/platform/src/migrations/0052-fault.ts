import type { Migration } from 'kysely/migration'

/** What people decided about groups of errors; a group without a row is as it came. */
export const faultTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_fault')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('assignee_id', 'text')
      .addColumn('muted_at', 'bigint')
      .addColumn('muted_until', 'bigint')
      .addColumn('resolved_at', 'bigint')
      .addColumn('returned_at', 'bigint')
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_fault_key', ['org_id', 'fingerprint'])
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_fault').execute()
  },
}
