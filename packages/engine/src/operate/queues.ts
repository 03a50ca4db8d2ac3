import type { Clock } from '../clock.ts'
import type { Queues } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { pauseQueue, readQueues, resumeQueue } from '../store/queues.ts'
import type { EngineTables } from '../store/schema.ts'

/** What operating on queues needs of the engine. */
export interface QueuesGround {
  readonly database: Database
  readonly clock: Clock
  readonly names: readonly string[]
  readonly changed: () => void
}

/** The operator's side of queues. */
export function createQueues({ database, clock, names, changed }: QueuesGround): Queues {
  const db = () => database.kysely<EngineTables>()
  const list = () => readQueues(db(), names, clock.now())
  const check = async (name: string): Promise<void> => {
    if (names.includes(name)) return
    const known = (await list()).map((queue) => queue.name)
    if (!known.includes(name))
      throw new EngineError('QUEUE_UNKNOWN', `there is no queue ${name}: choose one of ${known.join(', ')}`)
  }
  return {
    list,
    async pause(name, reason = 'paused by an operator') {
      await check(name)
      await pauseQueue(db(), name, reason, clock.now())
      changed()
    },
    async resume(name) {
      await check(name)
      await resumeQueue(db(), name)
      changed()
    },
  }
}
