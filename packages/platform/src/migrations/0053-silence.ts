import type { Migration } from 'kysely/migration'

/** Keys of alerts of which channels are told nothing for a while. */
export const silenceTable: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_alert_silence')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute()
    await db.schema
      .createIndex('platform_alert_silence_until')
      .on('platform_alert_silence')
      .columns(['org_id', 'until', 'id'])
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_alert_silence').execute()
  },
}
