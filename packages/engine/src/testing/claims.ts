import type { DatabaseSource } from '../store/database.ts'
import { createHotStore, openDatabase } from '../store/open.ts'
import type { EngineTables } from '../store/schema.ts'
import { registerWorker } from '../store/workers.ts'

/** Claims by hand, without a worker around them. */
export interface Claims extends AsyncDisposable {
  /** Claims the next run. Answers its id; undefined when none waits. */
  next(): Promise<number | undefined>
}

/** Opens a database as a worker of one queue that claims only when told to: for measuring what a claim costs. */
export async function openClaims(source: DatabaseSource, queue: string): Promise<Claims> {
  const database = await openDatabase(source)
  const hot = createHotStore(database)
  const epoch = await registerWorker(database.kysely<EngineTables>(), 'claims', [queue], Date.now())
  return {
    async next() {
      const { batches } = await hot.exchange({
        epoch,
        now: Date.now(),
        ended: [],
        closedLeases: [],
        claims: [{ queue, limit: 1 }],
      })
      return batches[0]?.runs[0]?.id
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}
