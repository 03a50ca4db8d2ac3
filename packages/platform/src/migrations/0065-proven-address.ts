import type { Migration } from 'kysely/migration'

/** Whether the link of an invitation went by e-mail alone: who comes in with such a one has shown that the address is theirs. */
export const provenAddress: Migration = {
  async up(db) {
    await db.schema
      .alterTable('platform_invitation')
      .addColumn('mailed', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
  async down(db) {
    await db.schema.alterTable('platform_invitation').dropColumn('mailed').execute()
  },
}
