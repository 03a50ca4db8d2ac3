import { type Engine, event, type Projection, type ProjectionTransaction, projection } from '@regie/engine'
import { z } from 'zod'

/** Accounts, of which projections of the suite keep balances. */
export const opened = event({ name: 'account.opened', data: z.object({ owner: z.string() }) })

/** As the first version of the code knew it. */
export const movedOnce = event({ name: 'account.moved', data: z.object({ amount: z.int() }) })

/** Since then amounts have a currency. */
export const moved = event({
  name: 'account.moved',
  version: 2,
  data: z.object({ amount: z.int(), currency: z.string() }),
  upcast: { 1: (data) => ({ ...data, currency: 'EUR' }) },
})

/** What the suite's readers see. */
export interface AccountTables {
  balance: { stream: string; amount: number; moves: number }
}

/** A row of `balance`, as text that is easy to compare. */
export async function balances({ database }: Pick<Engine, 'database'>): Promise<readonly string[]> {
  const rows = await database.kysely<AccountTables>().selectFrom('balance').selectAll().orderBy('stream').execute()
  return rows.map(({ stream, amount, moves }) => `${stream}: ${amount} in ${moves}`)
}

type Moved = { readonly stream: string; readonly data: { readonly amount: number } }

/** Adds events to the balances of their streams, with one statement for each stream. */
export async function addUp(tx: ProjectionTransaction<AccountTables>, events: readonly Moved[]): Promise<void> {
  const sums = [...Map.groupBy(events, ({ stream }) => stream)].map(([stream, own]) => ({
    stream,
    amount: own.reduce((sum, { data }) => sum + data.amount, 0),
    moves: own.length,
  }))
  await tx.db
    .insertInto('balance')
    .values(sums)
    .onConflict((conflict) =>
      conflict.column('stream').doUpdateSet((eb) => ({
        amount: eb('balance.amount', '+', eb.ref('excluded.amount')),
        moves: eb('balance.moves', '+', eb.ref('excluded.moves')),
      })),
    )
    .execute()
}

/** The projection of most tests; `apply` may be replaced. */
export function balanceProjection(
  changes: Partial<Projection<AccountTables, readonly [typeof moved]>> = {},
): Projection<AccountTables, readonly [typeof moved]> {
  return projection<AccountTables, readonly [typeof moved]>({
    name: 'balances',
    version: 1,
    mode: 'async',
    events: [moved],
    tables: ['balance'],
    async create(db) {
      await db.schema
        .createTable('balance')
        .addColumn('stream', 'text', (column) => column.primaryKey())
        .addColumn('amount', 'bigint', (column) => column.notNull())
        .addColumn('moves', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('balance_amount').on('balance').column('amount').execute()
    },
    apply: addUp,
    ...changes,
  })
}

/** Moves of these amounts. */
export function moves(...amounts: readonly number[]) {
  return amounts.map((amount) => moved.with({ amount, currency: 'EUR' }))
}
