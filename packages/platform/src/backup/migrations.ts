import type { Migration } from 'kysely/migration'

/** The platform's tables of backups, for the owner `platform`. */
export const backupMigrations: Readonly<Record<string, Migration>> = {
  'backup-0001-index': {
    async up(db) {
      await db.schema
        .createTable('platform_backup')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('bytes', 'bigint', (column) => column.notNull())
        .addColumn('dialect', 'text')
        .addColumn('table_rows', 'bigint')
        .addColumn('files', 'bigint')
        .addColumn('duration_ms', 'bigint')
        .addColumn('sha256', 'text')
        .addColumn('problem', 'text')
        .execute()
      await db.schema
        .createIndex('platform_backup_created_at')
        .on('platform_backup')
        .columns(['created_at', 'id'])
        .execute()
    },
    async down(db) {
      await db.schema.dropTable('platform_backup').execute()
    },
  },
}
