import type { CreateTableBuilder, Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

type Db = Kysely<unknown>

/** People, their sessions and accounts (better-auth's), organisations with members and roles, invitations, API keys, signing keys. */
export const identityTables: Migration = {
  async up(db) {
    await createPeople(db)
    await createOrganisations(db)
    await createKeys(db)
  },
  async down(db) {
    const tables = [
      'platform_sign_in_attempt',
      'platform_jwk',
      'platform_api_key',
      'platform_invitation',
      'platform_role',
      'platform_member',
      'platform_organisation',
      'platform_verification',
      'platform_account',
      'platform_session',
      'platform_user',
    ]
    for (const table of tables) await db.schema.dropTable(table).execute()
  },
}

function table(db: Db, name: string): CreateTableBuilder<string, 'id'> {
  return db.schema.createTable(name).addColumn('id', 'text', (column) => column.primaryKey())
}

async function createPeople(db: Db): Promise<void> {
  await table(db, 'platform_user')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('image', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .execute()
  await table(db, 'platform_session')
    .addColumn('user_id', 'text', (column) => column.notNull().references('platform_user.id').onDelete('cascade'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('org_id', 'text')
    .addColumn('impersonated_by', 'text')
    .execute()
  await index(db, 'platform_session', ['user_id', 'id'])
  await index(db, 'platform_session', ['expires_at'])
  await table(db, 'platform_account')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('provider_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('platform_user.id').onDelete('cascade'))
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', 'bigint')
    .addColumn('refresh_token_expires_at', 'bigint')
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('platform_account_provider', ['provider_id', 'account_id'])
    .execute()
  await index(db, 'platform_account', ['user_id'])
  await table(db, 'platform_verification')
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'platform_verification', ['identifier'])
  await index(db, 'platform_verification', ['expires_at'])
  await table(db, 'platform_sign_in_attempt')
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('blocked_until', 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'platform_sign_in_attempt', ['since'])
}

async function createOrganisations(db: Db): Promise<void> {
  await table(db, 'platform_organisation')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('platform_member')
    .addColumn('org_id', 'text', (column) =>
      column.notNull().references('platform_organisation.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.notNull().references('platform_user.id').onDelete('cascade'))
    // A JSON list of role names.
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('platform_member_key', ['org_id', 'user_id'])
    .execute()
  await index(db, 'platform_member', ['user_id', 'created_at'])
  await db.schema
    .createTable('platform_role')
    .addColumn('org_id', 'text', (column) =>
      column.notNull().references('platform_organisation.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    // A JSON list of permissions.
    .addColumn('permissions', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('platform_role_key', ['org_id', 'name'])
    .execute()
  await table(db, 'platform_invitation')
    .addColumn('org_id', 'text', (column) =>
      column.notNull().references('platform_organisation.id').onDelete('cascade'),
    )
    // Absent: whoever has the link, once; that is how the first administrator comes in.
    .addColumn('email', 'text')
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('invited_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('accepted_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await index(db, 'platform_invitation', ['org_id', 'id'])
}

async function createKeys(db: Db): Promise<void> {
  await table(db, 'platform_api_key')
    .addColumn('org_id', 'text', (column) =>
      column.notNull().references('platform_organisation.id').onDelete('cascade'),
    )
    // Absent: made at the command line of this machine.
    .addColumn('user_id', 'text', (column) => column.references('platform_user.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    // The first characters, by which people tell keys apart.
    .addColumn('start', 'text', (column) => column.notNull())
    .addColumn('key_hash', 'text', (column) => column.notNull().unique())
    .addColumn('permissions', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await index(db, 'platform_api_key', ['org_id', 'id'])
  await table(db, 'platform_jwk')
    .addColumn('public_key', 'text', (column) => column.notNull())
    // Sealed with REGIE_SECRET.
    .addColumn('private_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
}

async function index(db: Db, name: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${name}_by_${columns.join('_')}`)
    .on(name)
    .columns([...columns])
    .execute()
}
