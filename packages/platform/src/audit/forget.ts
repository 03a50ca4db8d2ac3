import type { Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import { type AuditInput, FORGET } from './entry.ts'
import type { AuditRow } from './row.ts'
import type { AuditTables } from './store/entries.ts'
import { countPersonal, eraseDetails, eraseNames, insertErasures } from './store/erase.ts'

/** Whom to forget, and how an entry is made. */
export interface ForgetOptions {
  readonly dialect: Database['dialect']
  readonly org: string
  readonly persons: readonly string[]
  makeRow(input: AuditInput): AuditRow
}

/**
 * Erases the names of these persons where they acted, and what entries about them say, with one entry for each person of
 * whom the log told. Answers how many entries were touched.
 */
export async function forgetPersons(
  tx: Kysely<AuditTables>,
  { dialect, org, persons, makeRow }: ForgetOptions,
): Promise<number> {
  const told = persons.length === 0 ? [] : await countPersonal(tx, dialect, org, persons)
  if (told.length === 0) return 0
  const actor = { kind: 'system', id: 'system', name: 'Regie' } as const
  const rows = told.map(({ person, entries }) =>
    makeRow({ org, actor, action: FORGET, object: { type: 'person', id: person }, after: { entries } }),
  )
  const erasures = rows.map(({ id, object_id }) => ({ person: object_id ?? '', entry: id }))
  await insertErasures(tx, rows)
  await eraseNames(tx, dialect, org, erasures)
  await eraseDetails(tx, dialect, org, erasures)
  return told.reduce((total, { entries }) => total + entries, 0)
}
