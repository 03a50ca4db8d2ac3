import { type Engine, event, projection } from '@regie/engine'
import { z } from 'zod'
import type { Fate, Witness } from './death.ts'

/** Appends of a process that follows its own events. */
const APPENDS = 12
const STREAMS = 3

/** What readers of a lane's projection see. `trail` depends on the order. */
export interface BalanceRow {
  readonly stream: string
  readonly amount: number
  readonly events: number
  readonly trail: number
}

/** How one event changes a row. */
export function addMove(row: BalanceRow, amount: number): BalanceRow {
  const trail = (row.trail * 31 + amount) % 1_000_003
  return { stream: row.stream, amount: row.amount + amount, events: row.events + 1, trail }
}

/** The row of a stream of which nothing is known. */
export function emptyBalance(stream: string): BalanceRow {
  return { stream, amount: 0, events: 0, trail: 7 }
}

type Tables = Record<string, BalanceRow>

/** The table of a lane's projection. */
export const balanceTable = (lane: string): string => `balance_${lane}`

/** The event type and the asynchronous projection of one lane. */
export function followerOf(lane: string, fate: Fate) {
  const moved = event({ name: `moved-${lane}`, data: z.object({ amount: z.int() }) })
  const table = balanceTable(lane)
  let applied = 0
  const balance = projection<Tables, readonly [typeof moved]>({
    name: `balance-${lane}`,
    version: 1,
    mode: 'async',
    events: [moved],
    tables: [table],
    async create(db) {
      await db.schema
        .createTable(table)
        .addColumn('stream', 'text', (column) => column.primaryKey())
        .addColumn('amount', 'bigint', (column) => column.notNull())
        .addColumn('events', 'bigint', (column) => column.notNull())
        .addColumn('trail', 'bigint', (column) => column.notNull())
        .execute()
    },
    async apply(tx, events) {
      const place = tx.table(table).endsWith('__p1') ? `apply ${++applied}` : 'rebuild'
      fate.reached(`${place} before`)
      const streams = [...new Set(events.map(({ stream }) => stream))]
      const found = await tx.db.selectFrom(table).selectAll().where('stream', 'in', streams).execute()
      const rows = new Map(found.map((row) => [row.stream, row]))
      for (const { stream, data } of events)
        rows.set(stream, addMove(rows.get(stream) ?? emptyBalance(stream), data.amount))
      await tx.db.deleteFrom(table).where('stream', 'in', streams).execute()
      fate.reached(`${place} between`)
      await tx.db
        .insertInto(table)
        .values([...rows.values()])
        .execute()
      fate.reached(`${place} after`)
    },
  })
  return { event: moved, projection: balance }
}

/** Appends, and waits each time until it is shown; then builds the projection anew. */
export async function followOwnAppends(
  engine: Engine,
  lane: string,
  { event: moved, projection: balance }: ReturnType<typeof followerOf>,
  { ledger, fate }: Witness,
): Promise<void> {
  for (let number = 1; number <= APPENDS; number++) {
    const amounts = [number, 100 - number, 1_000 + number]
    const { cursor } = await engine.append(
      streamOf(lane, number),
      'any',
      amounts.map((amount) => moved.with({ amount })),
    )
    ledger.write({ kind: 'did', lane, what: streamOf(lane, number), note: JSON.stringify(amounts) })
    await engine.projections.wait(balance.name, cursor)
    fate.reached(`apply ${number} shown`)
  }
  await engine.projections.rebuild(balance.name)
}

/** The streams of a lane's events, one after the other. */
export const streamOf = (lane: string, number: number): string => `${lane} ${number % STREAMS}`

/** Every boundary of an asynchronous projection. */
export const FOLLOWER_PLACES: readonly string[] = [
  ...['before', 'between', 'after', 'shown'].map((place) => `apply 5 ${place}`),
  ...['before', 'between', 'after'].map((place) => `rebuild ${place}`),
]
