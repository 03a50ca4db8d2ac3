import type { Migration } from 'kysely/migration'

/** The lines that runs wrote into the log, what is known of those that are not kept, and whose data is to go from them. */
export const runLogTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_run_log')
      .addColumn('run_id', 'bigint', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('lines', 'bigint', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addColumn('dropped', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('platform_run_line')
      .addColumn('run_id', 'bigint', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('level', 'integer', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('fields', 'text')
      .addPrimaryKeyConstraint('platform_run_line_key', ['run_id', 'seq'])
      .execute()
    await db.schema
      .createTable('platform_run_log_erasure')
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_run_log_erasure_key', ['org_id', 'person'])
      .execute()
  },
  async down(db) {
    await db.schema.dropTable('platform_run_log_erasure').execute()
    await db.schema.dropTable('platform_run_line').execute()
    await db.schema.dropTable('platform_run_log').execute()
  },
}
