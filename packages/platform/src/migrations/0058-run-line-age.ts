import type { Migration } from 'kysely/migration'

/** Old lines of runs are found without reading all. */
export const runLineAge: Migration = {
  async up(db) {
    await db.schema.createIndex('platform_run_line_at').on('platform_run_line').column('at').execute()
  },
  async down(db) {
    await db.schema.dropIndex('platform_run_line_at').execute()
  },
}
