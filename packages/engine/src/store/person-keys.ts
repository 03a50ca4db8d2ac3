import { sql } from 'kysely'
import { chunks, type Db, type Tx } from './tables.ts'

// Longer than any wrapped key.
const ZEROS = '0'.repeat(256)

/** A person's wrapped key as it is stored; a destroyed one has no dot. */
export interface PersonKeyRow {
  readonly person: string
  readonly key: string
}

/** The keys of these persons; those that never had one are absent. */
export async function readPersonKeys(db: Db, org: string, people: readonly string[]): Promise<readonly PersonKeyRow[]> {
  const found: PersonKeyRow[] = []
  for (const slice of chunks(people)) {
    const rows = await db
      .selectFrom('engine_person_key')
      .select(['person', 'key'])
      .where('org', '=', org)
      .where('person', 'in', slice)
      .execute()
    found.push(...rows)
  }
  return found
}

/** The oldest and the newest key that was not destroyed, if any: those on both sides of a change of the master key. */
export async function readOutermostKeys(db: Db): Promise<readonly string[]> {
  const outermost = (direction: 'asc' | 'desc') =>
    db
      .selectFrom('engine_person_key')
      .select('key')
      .where('key', 'like', '%.%')
      .orderBy('id', direction)
      .limit(1)
      .executeTakeFirst()
  return [await outermost('asc'), await outermost('desc')].flatMap((row) => row?.key ?? [])
}

/** Stores keys of persons who have none; answers the keys they have now, destroyed ones too. */
export async function addPersonKeys(
  db: Db,
  org: string,
  keys: readonly PersonKeyRow[],
): Promise<readonly PersonKeyRow[]> {
  // In one order, so that two transactions which need the same keys do not wait for each other in a circle.
  const rows = keys.map(({ person, key }) => ({ org, person, key })).toSorted((a, b) => (a.person < b.person ? -1 : 1))
  for (const slice of chunks(rows)) {
    await db
      .insertInto('engine_person_key')
      .values(slice)
      .onConflict((conflict) => conflict.columns(['org', 'person']).doNothing())
      .execute()
  }
  return readPersonKeys(
    db,
    org,
    keys.map(({ person }) => person),
  )
}

/**
 * Destroys keys. The row stays, so that no transaction under way can make a key anew; zeros of the same length lie where
 * the key was, because SQLite then overwrites it in place.
 */
export async function destroyPersonKeys(tx: Tx, org: string, people: readonly string[]): Promise<void> {
  for (const slice of chunks(people.toSorted())) {
    await tx
      .insertInto('engine_person_key')
      .values(slice.map((person) => ({ org, person, key: '' })))
      .onConflict((conflict) =>
        conflict.columns(['org', 'person']).doUpdateSet({
          key: sql<string>`substr(${ZEROS}, 1, length(engine_person_key.key))`,
        }),
      )
      .execute()
  }
}
