import type { Migration } from 'kysely/migration'

/** What was answered to requests with an `Idempotency-Key`. */
export const idempotencyTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_idempotency')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('locked_until', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('status', 'integer')
      .addColumn('headers', 'text')
      .addColumn('body', 'text')
      .addPrimaryKeyConstraint('platform_idempotency_key', ['org_id', 'principal', 'key'])
      .execute()
    await db.schema
      .createIndex('platform_idempotency_expires')
      .on('platform_idempotency')
      .column('expires_at')
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_idempotency').execute()
  },
}
