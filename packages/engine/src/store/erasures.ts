import type { Erasure } from '../event/event-api.ts'
import { chunks, type Db, type Tx } from './tables.ts'

/** Records erasures, those that are not recorded yet; answers which that were. */
export async function addErasures(tx: Tx, erasures: readonly Erasure[]): Promise<readonly Erasure[]> {
  const added: Erasure[] = []
  for (const slice of chunks(erasures)) {
    const rows = await tx
      .insertInto('engine_erasure')
      .values(slice)
      .onConflict((conflict) => conflict.columns(['org', 'person']).doNothing())
      .returningAll()
      .execute()
    added.push(...rows)
  }
  return added
}

/** Which of these persons were forgotten. */
export async function readForgotten(db: Db, org: string, people: readonly string[]): Promise<ReadonlySet<string>> {
  const forgotten = new Set<string>()
  for (const slice of chunks(people)) {
    const rows = await db
      .selectFrom('engine_erasure')
      .select('person')
      .where('org', '=', org)
      .where('person', 'in', slice)
      .execute()
    for (const { person } of rows) forgotten.add(person)
  }
  return forgotten
}

/** Erasures in the order of organisation and person, after one of them. */
export async function listErasures(db: Db, after: Erasure | undefined, limit: number): Promise<readonly Erasure[]> {
  const rows = await db
    .selectFrom('engine_erasure')
    .selectAll()
    .$if(after !== undefined, (query) =>
      query.where(({ eb, or, and }) => {
        const { org = '', person = '' } = after ?? {}
        return or([eb('org', '>', org), and([eb('org', '=', org), eb('person', '>', person)])])
      }),
    )
    .orderBy('org')
    .orderBy('person')
    .limit(limit)
    .execute()
  return rows.map(({ org, person, at }) => ({ org, person, at }))
}
