import type { Migration } from 'kysely/migration'

/** The language a person has chosen, in which they are written to; null: that of the organisation. */
export const userLanguage: Migration = {
  async up(db) {
    await db.schema.alterTable('platform_user').addColumn('language', 'text').execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_user').dropColumn('language').execute()
  },
}
