import type { Migration } from 'kysely/migration'

/** What an alert is about, for whoever says it in another language, and where one acts. */
export const alertWords: Migration = {
  async up(db) {
    await db.schema.alterTable('platform_alert').addColumn('code', 'text').execute()
    await db.schema.alterTable('platform_alert').addColumn('about', 'text').execute()
    await db.schema.alterTable('platform_alert').addColumn('link', 'text').execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_alert').dropColumn('link').execute()
    await db.schema.alterTable('platform_alert').dropColumn('about').execute()
    await db.schema.alterTable('platform_alert').dropColumn('code').execute()
  },
}
