import type { Migration } from 'kysely/migration'

/** When a group of errors was first seen, which its runs forget once they are retried. */
export const faultFirst: Migration = {
  async up(db) {
    await db.schema.alterTable('platform_fault').addColumn('first_at', 'bigint').execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_fault').dropColumn('first_at').execute()
  },
}
