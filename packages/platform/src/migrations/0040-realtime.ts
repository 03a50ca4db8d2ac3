import { PostgresAdapter } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Live messages: `id` is the order in which they were written, `position` the one in which everybody hears them, given
 * once they are committed. See docs/decisions/0011-realtime.md.
 */
export const realtimeTables: Migration = {
  async up(db) {
    const onPostgres = db.getExecutor().adapter instanceof PostgresAdapter
    await db.schema
      .createTable('platform_message')
      .addColumn('id', onPostgres ? 'bigint' : 'integer', (column) =>
        onPostgres ? column.primaryKey().generatedByDefaultAsIdentity() : column.primaryKey().autoIncrement(),
      )
      .addColumn('position', 'bigint')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('platform_message_position')
      .on('platform_message')
      .columns(['position', 'id'])
      .execute()
    await db.schema
      .createIndex('platform_message_channel')
      .on('platform_message')
      .columns(['org_id', 'channel', 'position'])
      .execute()
    await db.schema
      .createTable('platform_message_head')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('epoch', 'text', (column) => column.notNull())
      .addColumn('head', 'bigint', (column) => column.notNull())
      .addColumn('pruned', 'bigint', (column) => column.notNull())
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_message_head').execute()
    await db.schema.dropTable('platform_message').execute()
  },
}
