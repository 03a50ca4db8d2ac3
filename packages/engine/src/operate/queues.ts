import type { Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Queues } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import { connectionOf } from '../store/open.ts'
import { pauseQueue, readQueues, resumeQueue } from '../store/queues.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Db, Tx } from '../store/tables.ts'

/** What operating on queues needs of the engine. */
export interface QueuesGround {
  readonly database: Database
  readonly clock: Clock
  readonly names: readonly string[]
  readonly changed: () => void
}

/** The operator's side of queues. */
export function createQueues({ database, clock, names, changed }: QueuesGround): Queues {
  const list = (db: Db = database.kysely<EngineTables>()) => readQueues(db, names, clock.now())
  const check = async (db: Db, name: string): Promise<void> => {
    if (names.includes(name)) return
    const known = (await list(db)).map((queue) => queue.name)
    if (!known.includes(name))
      throw new EngineError('QUEUE_UNKNOWN', `there is no queue ${name}: choose one of ${known.join(', ')}`)
  }
  const change = async <DB>(name: string, tx: Transaction<DB> | undefined, write: (db: Db) => Promise<void>) => {
    // The caller's tables and the engine's are in the same database.
    const db = tx === undefined ? database.kysely<EngineTables>() : (tx as unknown as Tx)
    await check(db, name)
    await write(db)
    if (tx === undefined) changed()
    else (await connectionOf(tx)).afterCommit(changed)
  }
  return {
    list: () => list(),
    pause: (name, reason = 'paused by an operator', { tx } = {}) =>
      change(name, tx, (db) => pauseQueue(db, name, reason, clock.now())),
    resume: (name, { tx } = {}) => change(name, tx, (db) => resumeQueue(db, name)),
  }
}
