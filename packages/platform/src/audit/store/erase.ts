import type { Database } from '@regie/engine'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { FORGET } from '../entry.ts'
import type { AuditRow } from '../row.ts'
import type { AuditTables } from './entries.ts'

/** A person, and the entry that tells of the erasure. */
export interface Erasure {
  readonly person: string
  readonly entry: string
}

/** Of which of these persons the log tells, and in how many entries. */
export async function countPersonal(
  db: Kysely<AuditTables>,
  dialect: Database['dialect'],
  org: string,
  persons: readonly string[],
): Promise<readonly { readonly person: string; readonly entries: number }[]> {
  const json = JSON.stringify(persons)
  const values =
    dialect === 'postgres'
      ? sql`json_array_elements_text(${json}::json) as v(person)`
      : sql`(select value as person from json_each(${json})) as v`
  // Apart, so that each is found by an index or a hash: `or` would compare everybody with every entry.
  const found = (column: string, isLeft: RawBuilder<unknown>) =>
    sql`select v.person as person, a.id as id from v join platform_audit a
      on a.org_id = ${org} and ${sql.ref(`a.${column}`)} = v.person where ${isLeft}`
  const tells = sql`a.detail is not null and a.action <> ${FORGET}`
  const { rows } = await sql<{ person: string; entries: number }>`
    with v as materialized (select person from ${values}) select person, count(*) as entries from (${found('actor_id', sql`a.actor_name is not null`)}
      union ${found('object_id', tells)} union ${found('person', tells)}) as found
    group by person order by person`.execute(db)
  return rows.map(({ person, entries }) => ({ person, entries: Number(entries) }))
}

// An entry has some twenty columns, and a statement takes 32,766 values on SQLite.
const MOST_ROWS = 1_000

/** Adds the entries that tell of the erasures. */
export async function insertErasures(db: Kysely<AuditTables>, rows: readonly AuditRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const page = rows.slice(from, from + MOST_ROWS)
    await db.insertInto('platform_audit').values(page).execute()
  }
}

/** Erases the names of persons where they acted. */
export async function eraseNames(
  db: Kysely<AuditTables>,
  dialect: Database['dialect'],
  org: string,
  erasures: readonly Erasure[],
): Promise<void> {
  await sql`
    with v as materialized (select person, entry from ${valuesOf(erasures, dialect)})
    update platform_audit set actor_name = null, name_erased_by = v.entry from v
    where platform_audit.org_id = ${org} and platform_audit.actor_id = v.person and actor_name is not null`.execute(db)
}

/** Erases what entries about persons say. */
export async function eraseDetails(
  db: Kysely<AuditTables>,
  dialect: Database['dialect'],
  org: string,
  erasures: readonly Erasure[],
): Promise<void> {
  const erase = (column: string) => sql`
    with v as materialized (select person, entry from ${valuesOf(erasures, dialect)})
    update platform_audit set detail = null, detail_erased_by = v.entry from v
    where platform_audit.org_id = ${org} and ${sql.ref(`platform_audit.${column}`)} = v.person
      and detail is not null and action <> ${FORGET}`
  await erase('object_id').execute(db)
  await erase('person').execute(db)
}

// Materialized by whoever reads them: SQLite would read the JSON again for each entry.
function valuesOf(erasures: readonly Erasure[], dialect: Database['dialect']) {
  const json = JSON.stringify(erasures)
  return dialect === 'postgres'
    ? sql`json_to_recordset(${json}::json) as v(person text, entry text)`
    : sql`(select value ->> 'person' as person, value ->> 'entry' as entry from json_each(${json})) as v`
}
