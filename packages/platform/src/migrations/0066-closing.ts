import type { Migration } from 'kysely/migration'

const COLUMNS = ['closed_at', 'purge_at', 'purging_at'] as const

/** When an organisation was closed, from when on what it has may be removed, and since when that is done. */
export const closing: Migration = {
  async up(db) {
    for (const column of COLUMNS)
      await db.schema.alterTable('platform_organisation').addColumn(column, 'bigint').execute()
  },
  async down(db) {
    for (const column of COLUMNS) await db.schema.alterTable('platform_organisation').dropColumn(column).execute()
  },
}
