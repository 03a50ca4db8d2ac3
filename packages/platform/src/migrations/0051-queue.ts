import type { Migration } from 'kysely/migration'

/** When pauses of queues end, and how long runs waited: how many of a minute fell into each bucket, see queue/waits.ts. */
export const queueTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_queue_pause')
      .addColumn('queue', 'text', (column) => column.primaryKey())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('platform_queue_wait')
      .addColumn('queue', 'text', (column) => column.notNull())
      .addColumn('minute', 'bigint', (column) => column.notNull())
      .addColumn('bucket', 'integer', (column) => column.notNull())
      .addColumn('runs', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_queue_wait_key', ['queue', 'minute', 'bucket'])
      .execute()
    await db.schema.createIndex('platform_queue_wait_minute').on('platform_queue_wait').columns(['minute']).execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_queue_wait').execute()
    await db.schema.dropTable('platform_queue_pause').execute()
  },
}
