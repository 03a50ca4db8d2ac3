import type { Migration } from 'kysely/migration'
import { guardWith, NO_DELETES } from './0020-audit.ts'

/**
 * Where the audit log was cut off at its begin, because entries were kept long enough. Entries may be removed up to a cut; a
 * cut that nobody with the key has signed is found by `regie audit verify`.
 */
export const auditCut: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_audit_cut')
      .addColumn('seq', 'bigint', (column) => column.primaryKey())
      .addColumn('seal', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('kept_from', 'bigint', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .execute()
    await guardWith(db, 'old.seq is not null and old.seq <= (select max(seq) from platform_audit_cut)')
  },
  async down(db) {
    await guardWith(db, NO_DELETES)
    await db.schema.dropTable('platform_audit_cut').execute()
  },
}
