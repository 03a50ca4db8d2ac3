import { type Kysely, sql, type Transaction } from 'kysely'
import type { Engine } from '../../engine-api.ts'
import type { EngineTables } from '../../store/schema.ts'

/** A caller's own table, to see what commits together. */
export interface EffectTable {
  effect: { name: string; amount: number }
}

/** Makes the table `effect`. */
export async function createEffects({ database }: Pick<Engine, 'database'>): Promise<void> {
  await database
    .kysely()
    .schema.createTable('effect')
    .addColumn('name', 'text')
    .addColumn('amount', 'integer')
    .execute()
}

/** Writes one row, in the transaction given. */
export async function addEffect<DB>(tx: Transaction<DB>, name: string, amount = 1): Promise<void> {
  await sql`insert into effect (name, amount) values (${name}, ${amount})`.execute(tx)
}

/** The names of all rows that are committed, in order. */
export async function readEffects({ database }: Pick<Engine, 'database'>): Promise<readonly string[]> {
  const rows = await database.kysely<EffectTable>().selectFrom('effect').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** The engine's own tables, for what it keeps but does not show. */
export function engineTables({ database }: Pick<Engine, 'database'>): Kysely<EngineTables> {
  return database.kysely<EngineTables>()
}

/** How many rows a table of the engine has. */
export async function countRows(engine: Pick<Engine, 'database'>, table: keyof EngineTables): Promise<number> {
  const row = await engineTables(engine)
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}
