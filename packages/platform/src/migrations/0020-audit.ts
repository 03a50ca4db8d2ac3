import { type Kysely, PostgresAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const CONTENT = [
  ...['id', 'org_id', 'at', 'actor_kind', 'actor_id', 'name_digest', 'impersonated_by', 'action', 'object_type'],
  ...['object_id', 'person', 'detail_digest', 'request_id', 'trace_id', 'key_id', 'mac'],
]
const SEAL = ['seq', 'prev_seal', 'seal']
const NAME = ['actor_name', 'name_erased_by']
const DETAIL = ['detail', 'detail_erased_by']

/** The audit log: rows are added; once each they are sealed and, by an erasure, lose a part. Triggers refuse everything else. */
export const auditTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('platform_audit')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('actor_kind', 'text', (column) => column.notNull())
      .addColumn('actor_id', 'text', (column) => column.notNull())
      .addColumn('name_digest', 'text', (column) => column.notNull())
      .addColumn('impersonated_by', 'text')
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('object_type', 'text')
      .addColumn('object_id', 'text')
      .addColumn('person', 'text')
      .addColumn('detail_digest', 'text')
      .addColumn('request_id', 'text')
      .addColumn('trace_id', 'text')
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('mac', 'text', (column) => column.notNull())
      .addColumn('actor_name', 'text')
      .addColumn('detail', 'text')
      .addColumn('name_erased_by', 'text')
      .addColumn('detail_erased_by', 'text')
      .addColumn('seq', 'bigint')
      .addColumn('prev_seal', 'text')
      .addColumn('seal', 'text')
      .execute()
    await db.schema
      .createTable('platform_audit_chain')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('seal', 'text', (column) => column.notNull())
      .execute()
    const index = (name: string) => db.schema.createIndex(`platform_audit_${name}`).on('platform_audit')
    await index('org').columns(['org_id', 'id']).execute()
    await index('actor').columns(['org_id', 'actor_id', 'id']).execute()
    await index('object').columns(['org_id', 'object_id', 'id']).execute()
    await index('person').columns(['org_id', 'person']).where(sql.ref('person'), 'is not', null).execute()
    await index('seq').column('seq').unique().where(sql.ref('seq'), 'is not', null).execute()
    await index('unsealed').column('id').where(sql.ref('seq'), 'is', null).execute()
    await (isPostgres(db) ? guardPostgres(db) : guardSqlite(db))
  },
  async down(db) {
    await db.schema.dropTable('platform_audit').execute()
    await db.schema.dropTable('platform_audit_chain').execute()
    if (isPostgres(db)) await sql`drop function platform_audit_guard()`.execute(db)
  },
}

/** What whoever changes the log is told. */
export const REFUSAL = 'the audit log is append-only'

/**
 * The changes that may be made to an entry. Named apart from the content: a new column is guarded only once it is added to
 * one of the lists above.
 */
export const ALLOWED = `
  ${same(CONTENT)}
  and ((${same(SEAL)}) or (old.seq is null and new.seq is not null and ${same([...NAME, ...DETAIL])}))
  and ((${same(NAME)}) or (old.name_erased_by is null and new.name_erased_by is not null and new.actor_name is null))
  and ((${same(DETAIL)}) or (old.detail_erased_by is null and new.detail_erased_by is not null and new.detail is null))`

function same(columns: readonly string[]): string {
  return columns.map((column) => `new.${column} is not distinct from old.${column}`).join(' and ')
}

async function guardSqlite(db: Kysely<unknown>): Promise<void> {
  const abort = `select raise(abort, '${REFUSAL}')`
  await sql
    .raw(
      `create trigger platform_audit_update before update on platform_audit when not (${ALLOWED}) begin ${abort}; end`,
    )
    .execute(db)
  await sql.raw(`create trigger platform_audit_delete before delete on platform_audit begin ${abort}; end`).execute(db)
}

async function guardPostgres(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`create function platform_audit_guard() returns trigger language plpgsql as $$ begin
      if tg_op = 'UPDATE' then
        if ${ALLOWED} then return new; end if;
      end if;
      raise exception '${REFUSAL}';
    end $$`)
    .execute(db)
  await sql`create trigger platform_audit_change before update or delete on platform_audit
    for each row execute function platform_audit_guard()`.execute(db)
  await sql`create trigger platform_audit_truncate before truncate on platform_audit
    for each statement execute function platform_audit_guard()`.execute(db)
}

/** Whether these statements go to PostgreSQL. */
export function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}
