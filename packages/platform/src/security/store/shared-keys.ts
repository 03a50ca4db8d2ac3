import type { Database } from '@regie/engine'

/** A key that all processes on one database share. */
export type SharedKeyName = 'secret' | 'audit'

interface Tables {
  readonly platform_shared_key: { readonly name: SharedKeyName; readonly fingerprint: string }
}

/** The fingerprints this database knows, by name. */
export async function readFingerprints(database: Database): Promise<ReadonlyMap<SharedKeyName, string>> {
  const rows = await database.kysely<Tables>().selectFrom('platform_shared_key').selectAll().execute()
  return new Map(rows.map(({ name, fingerprint }) => [name, fingerprint]))
}

/** Keeps one where there is none: of two processes that start at once one is first. */
export async function addFingerprint(database: Database, name: SharedKeyName, fingerprint: string): Promise<void> {
  await database
    .kysely<Tables>()
    .insertInto('platform_shared_key')
    .values({ name, fingerprint })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** Puts one in the place of another, if that is still the one. */
export async function replaceFingerprint(
  database: Database,
  name: SharedKeyName,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await database
    .kysely<Tables>()
    .updateTable('platform_shared_key')
    .set({ fingerprint: to })
    .where('name', '=', name)
    .where('fingerprint', '=', from)
    .execute()
}
