import type { Migration } from 'kysely/migration'

/** When a session last gave its password again; null for one that never had to. */
export const sessionProof: Migration = {
  async up(db) {
    await db.schema.alterTable('platform_session').addColumn('proven_at', 'bigint').execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_session').dropColumn('proven_at').execute()
  },
}
