import type { Migration } from 'kysely/migration'

/** Second factors: authenticator secrets (sealed), backup codes (hashed), tries, which sessions have shown one; passkeys and their used challenges. */
export const secondFactorTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_totp')
      .addColumn('user_id', 'text', (column) => column.primaryKey())
      .addColumn('secret', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('confirmed_at', 'bigint')
      .addColumn('last_step', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('platform_backup_code')
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .addPrimaryKeyConstraint('platform_backup_code_key', ['user_id', 'hash'])
      .execute()
    await db.schema
      .createTable('platform_factor_try')
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('tries', 'integer', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('platform_factor_try_key', ['user_id', 'kind'])
      .execute()
    await db.schema
      .createTable('platform_factor_session')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('method', 'text', (column) => column.notNull())
      .addColumn('shown_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('platform_factor_session_user')
      .on('platform_factor_session')
      .columns(['user_id'])
      .execute()
    await db.schema
      .createTable('platform_factor_policy')
      .addColumn('org_id', 'text', (column) => column.primaryKey())
      .addColumn('required', 'integer', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('platform_passkey')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('credential_id', 'text', (column) => column.notNull().unique())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('counter', 'bigint', (column) => column.notNull())
      .addColumn('transports', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute()
    await db.schema.createIndex('platform_passkey_user').on('platform_passkey').columns(['user_id']).execute()
    await db.schema
      .createTable('platform_passkey_challenge')
      .addColumn('challenge', 'text', (column) => column.primaryKey())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('platform_passkey_challenge_end')
      .on('platform_passkey_challenge')
      .columns(['expires_at'])
      .execute()
  },
  async down(db) {
    const tables = [
      'totp',
      'backup_code',
      'factor_try',
      'factor_session',
      'factor_policy',
      'passkey',
      'passkey_challenge',
    ]
    for (const table of tables) await db.schema.dropTable(`platform_${table}`).execute()
  },
}
