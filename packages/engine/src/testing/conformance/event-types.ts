import { type Engine, event, type NewEvent } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'

/** A purse of coins, of which the suite's streams tell. */
export const filled = event({ name: 'purse.filled', data: z.object({ coins: z.int().positive() }) })

/** The other thing that can happen to it. */
export const emptied = event({
  name: 'purse.emptied',
  data: z.object({ coins: z.int().positive(), note: z.string().default('-') }),
})

/** Somebody's: the name and the address are that person's own. */
export const given = event({
  name: 'purse.given',
  data: z.object({
    name: z.string(),
    address: z
      .object({ street: z.string(), number: z.int(), current: z.boolean(), tags: z.array(z.string()) })
      .optional(),
    coins: z.int(),
  }),
  personal: ['/name', '/address'],
})

/** Fillings of these amounts. */
export function fillings(...amounts: readonly number[]): readonly NewEvent[] {
  return amounts.map((coins) => filled.with({ coins }))
}

/**
 * Every event of the store, as `stream@version`, in the order of the store. On PostgreSQL it waits for transactions of other
 * tests on the same server: the end of what can be read is that of the whole server.
 */
export async function everything(
  engine: Pick<Engine, 'database' | 'events'>,
  after?: string,
): Promise<readonly string[]> {
  const rows = await countRows(engine, 'engine_event')
  const all = await until('every event can be read', async () => {
    const seen = await readable(engine)
    return seen.length === rows && seen
  })
  return after === undefined ? all : readable(engine, after)
}

/** Those that can be read now. */
export async function readable({ events }: Pick<Engine, 'events'>, after?: string): Promise<readonly string[]> {
  const seen: string[] = []
  for await (const { stream, version } of events.replay(after === undefined ? {} : { after }))
    seen.push(`${stream}@${version}`)
  return seen
}

/** A master key for tests. */
export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
