import type { Database } from '@regie/engine'
import type { HiddenColumns, Person } from './columns.ts'

interface Tables {
  readonly platform_column_choice: {
    readonly org_id: string
    readonly user_id: string
    /** JSON. */
    readonly hidden: string
    readonly updated_at: number
  }
}

/** What somebody has chosen; nothing when they never did. */
export async function readChoice(database: Database, { org, id }: Person): Promise<HiddenColumns> {
  const row = await database
    .kysely<Tables>()
    .selectFrom('platform_column_choice')
    .select('hidden')
    .where('org_id', '=', org)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return row === undefined ? {} : JSON.parse(row.hidden)
}

/** Keeps it, instead of what was there. */
export async function writeChoice(
  database: Database,
  { org, id }: Person,
  hidden: HiddenColumns,
  now: number,
): Promise<void> {
  const kept = { hidden: JSON.stringify(hidden), updated_at: now }
  await database
    .kysely<Tables>()
    .insertInto('platform_column_choice')
    .values({ org_id: org, user_id: id, ...kept })
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id']).doUpdateSet(kept))
    .execute()
}
