import type { Migration } from 'kysely/migration'

/** What people are told, where their browsers are told it, and the key they know us by. */
export const inboxTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_notification')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('link', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('read_at', 'bigint')
      .execute()
    await db.schema
      .createIndex('platform_notification_user')
      .on('platform_notification')
      .columns(['org_id', 'user_id', 'id'])
      .execute()
    await db.schema
      .createTable('platform_push_subscription')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('endpoint', 'text', (column) => column.notNull())
      .addColumn('p256dh', 'text', (column) => column.notNull())
      .addColumn('auth', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('platform_push_subscription_endpoint')
      .on('platform_push_subscription')
      .columns(['org_id', 'user_id', 'endpoint'])
      .unique()
      .execute()
    await db.schema
      .createTable('platform_push_key')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('private_key', 'text', (column) => column.notNull())
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_push_key').execute()
    await db.schema.dropTable('platform_push_subscription').execute()
    await db.schema.dropTable('platform_notification').execute()
  },
}
