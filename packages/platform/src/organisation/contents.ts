import type { Database, Engine } from '@regie/engine'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { tablePrefix } from '../app/tables.ts'
import type { IdentityTables } from '../auth/schema.ts'
import { countMembers } from '../auth/store/closing.ts'
import { UNENDED } from '../filter/grammar.ts'
import { countRows, tablesWith } from './store.ts'

/** Nothing is counted further. */
const COUNT_CAP = 100_000

/** What an organisation has, as it is shown before it is deleted. */
export const contentsView = z.object({
  members: z.int(),
  /** Runs that are remembered, and those of them that have not ended. */
  runs: z.int(),
  activeRuns: z.int(),
  /** In the tables of each app; each table is counted no further than 100,000. */
  rows: z.array(z.object({ app: z.string(), title: z.string(), count: z.int() })),
})

/** What an organisation has. */
export type Contents = z.output<typeof contentsView>

/** Counts it. */
export async function readContents(
  {
    database,
    engine,
    apps,
  }: { readonly database: Database; readonly engine: Engine; readonly apps: readonly AnyApp[] },
  org: string,
): Promise<Contents> {
  const prefixes = apps.map(({ id }) => tablePrefix(id))
  const tables = await tablesWith('org_id', database, prefixes)
  const counts = new Map<string, number>()
  for (const table of tables) counts.set(table, await countRows(database, table, { org, atMost: COUNT_CAP }))
  return {
    members: await countMembers(database.kysely<IdentityTables>(), org),
    runs: await engine.runs.count({ org }),
    activeRuns: await engine.runs.count({ org, state: UNENDED }),
    rows: apps.map(({ id, title }) => {
      const own = [...counts].filter(([table]) => table.startsWith(tablePrefix(id)))
      return { app: id, title, count: own.reduce((sum, [, count]) => sum + count, 0) }
    }),
  }
}
