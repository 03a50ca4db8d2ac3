import type { Clock, Engine, Logger } from '@regie/engine'
import type { AuditLog } from '../audit/log.ts'
import { SYSTEM } from '../auth/principal.ts'
import { requireFuture } from '../future.ts'
import { deleteEnd, type PauseEnd, type QueueTables, saveEnd, selectEnds } from './store.ts'

/** Pauses queues, with an end or without. */
export interface QueueDesk {
  /** With `until` (milliseconds UTC) it is resumed by itself then, whatever was restarted meanwhile. Throws `INSTANT_PASSED`, `QUEUE_UNKNOWN`. */
  pause(
    queue: string,
    options?: { readonly reason?: string | undefined; readonly until?: number | undefined },
  ): Promise<void>
  resume(queue: string): Promise<void>
  /** When the pauses end that have an end, by queue. */
  ends(): Promise<ReadonlyMap<string, number>>
  /** Resumes what is due, from now on. For processes with the role `scheduler`. */
  start(): void
  stop(): Promise<void>
}

/** What it is made of. */
export interface QueueDeskOptions {
  readonly engine: () => Engine
  readonly audit: Pick<AuditLog, 'record'>
  readonly log: Logger
  /** Whose audit log tells of a pause that has ended. */
  readonly org: string
}

// Another process may have set an end that is nearer than all that were known.
const LOOK_MS = 5_000

/** The desk over an engine. */
export function createQueueDesk({ engine, audit, log, org }: QueueDeskOptions): QueueDesk {
  let stopTimer: (() => void) | undefined
  let looking: Promise<void> | undefined
  let running = false
  const complain = (err: unknown, queue?: string): void =>
    log.warn({ err, queue }, 'a pause of a queue that is over could not be ended: it is tried again')
  const end = async ({ queue, until }: PauseEnd): Promise<void> => {
    const { queues, database } = engine()
    const isOver = await database.transaction<boolean, QueueTables>(async (tx) => {
      // Another process has seen it as well, and tells of it; or the pause was renewed meanwhile, and goes on.
      if (!(await deleteEnd(tx, queue, until))) return false
      await queues.resume(queue, { tx })
      return true
    })
    if (!isOver) return
    await audit.record(undefined, {
      org,
      actor: SYSTEM,
      action: 'queues.resume',
      object: { type: 'queue', id: queue },
      after: { until: new Date(until).toISOString() },
    })
    log.info({ queue }, 'the pause of a queue is over')
  }
  const look = async (): Promise<void> => {
    const { database, clock } = engine()
    let wait = LOOK_MS
    try {
      const ends = await selectEnds(database)
      const now = clock.now()
      // One that cannot be ended keeps no other waiting.
      for (const due of ends) if (due.until <= now) await end(due).catch((err: unknown) => complain(err, due.queue))
      const next = ends.find(({ until }) => until > now)
      if (next !== undefined) wait = Math.min(wait, next.until - now)
    } catch (err) {
      complain(err)
    }
    if (running) arm(clock, wait)
  }
  const arm = (clock: Clock, wait: number): void => {
    stopTimer = clock.setTimer(() => {
      looking = look().finally(() => (looking = undefined))
    }, wait)
  }
  return {
    async pause(queue, { reason, until } = {}) {
      const { queues, database, clock } = engine()
      requireFuture(until, clock.now())
      await database.transaction<void, QueueTables>(async (tx) => {
        // An end that belongs to a pause before must not end this one.
        await (until === undefined ? deleteEnd(tx, queue) : saveEnd(tx, { queue, until }))
        await queues.pause(queue, reason, { tx })
      })
    },
    async resume(queue) {
      const { queues, database } = engine()
      await database.transaction<void, QueueTables>(async (tx) => {
        await deleteEnd(tx, queue)
        await queues.resume(queue, { tx })
      })
    },
    async ends() {
      return new Map((await selectEnds(engine().database)).map(({ queue, until }) => [queue, until]))
    },
    start() {
      if (running) return
      running = true
      arm(engine().clock, 0)
    },
    async stop() {
      running = false
      stopTimer?.()
      await looking
    },
  }
}
