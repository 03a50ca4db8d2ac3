import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The entries of one trace are found from a run. */
export const auditTrace: Migration = {
  async up(db) {
    await db.schema
      .createIndex('platform_audit_trace')
      .on('platform_audit')
      .columns(['org_id', 'trace_id', 'id'])
      .where(sql.ref('trace_id'), 'is not', null)
      .execute()
  },
  async down(db) {
    await db.schema.dropIndex('platform_audit_trace').execute()
  },
}
