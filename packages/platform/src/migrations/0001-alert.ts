import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Alerts: at most one open row for each key of an organisation. */
export const alertTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_alert')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('severity', 'integer', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addColumn('first_at', 'bigint', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .addColumn('notified_at', 'bigint')
      .addColumn('resolved_at', 'bigint')
      .execute()
    await db.schema
      .createIndex('platform_alert_open')
      .on('platform_alert')
      .columns(['org_id', 'key'])
      .unique()
      .where(sql.ref('resolved_at'), 'is', null)
      .execute()
    await db.schema
      .createIndex('platform_alert_last')
      .on('platform_alert')
      .columns(['org_id', 'last_at', 'id'])
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_alert').execute()
  },
}
