import type { Migration } from 'kysely/migration'

/** Single sign-on: identity providers, sign-ins that are under way, assertions that have counted. */
export const singleSignOnTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_sso_provider')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      // JSON, with the client's secret apart.
      .addColumn('settings', 'text', (column) => column.notNull())
      .addColumn('client_secret', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('platform_sso_flow')
      .addColumn('state_hash', 'text', (column) => column.primaryKey())
      .addColumn('provider_id', 'text', (column) => column.notNull())
      .addColumn('browser_hash', 'text', (column) => column.notNull())
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('verifier', 'text', (column) => column.notNull())
      .addColumn('return_to', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      // JSON of who a posted answer has proved; the browser that began still has to fetch it.
      .addColumn('profile', 'text')
      .execute()
    await db.schema.createIndex('platform_sso_flow_end').on('platform_sso_flow').columns(['expires_at']).execute()
    await db.schema
      .createTable('platform_sso_assertion')
      .addColumn('provider_id', 'text', (column) => column.notNull())
      .addColumn('assertion_id', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_sso_assertion_key', ['provider_id', 'assertion_id'])
      .execute()
    await db.schema
      .createIndex('platform_sso_assertion_end')
      .on('platform_sso_assertion')
      .columns(['expires_at'])
      .execute()
  },
  async down(db) {
    for (const table of ['provider', 'flow', 'assertion']) await db.schema.dropTable(`platform_sso_${table}`).execute()
  },
}
