import type { Migration } from 'kysely/migration'

/** With which secret and which key of the audit log this database was written, as fingerprints that say nothing of them. */
export const sharedKeyTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_shared_key')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_shared_key').execute()
  },
}
