import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import type { DatabaseSource } from '@regie/engine'
import { createChaosEngine, effect, noop, ship } from './jobs.ts'
import type { ChaosTables } from './store.ts'

/** Enqueues once, writes the ids to stdout the moment they are acknowledged, and waits to be killed. */

/** What is enqueued: a single run, several in one call, or one in a transaction with its order. */
export type EnqueueShape = 'one' | 'many' | 'transaction'

interface Settings {
  readonly source: DatabaseSource
  readonly shape: EnqueueShape
  readonly number: number
}

const { source, shape, number }: Settings = JSON.parse(process.argv[2] ?? '')

process.on('disconnect', () => process.exit(0))
const engine = await createChaosEngine(source, { write: () => {} })
process.send?.('ready')
flushCompileCache()
await once(process, 'message')
writeSync(1, `${JSON.stringify(await enqueue())}\n`)

async function enqueue(): Promise<readonly number[]> {
  if (shape === 'one') return [(await engine.enqueue(effect, { ms: 0 })).id]
  if (shape === 'many') return (await engine.enqueueMany(noop, [{}, {}, {}])).map(({ id }) => id)
  return engine.transaction<readonly number[], ChaosTables>(async (tx) => {
    await tx.db.insertInto('chaos_order').values({ number }).execute()
    return [(await tx.enqueue(ship, { order: number })).id]
  })
}
