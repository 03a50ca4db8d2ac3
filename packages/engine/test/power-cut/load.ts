import { createEngine, type Database, type Engine, job, type Random, systemClock } from '@regie/engine'
import { z } from 'zod'
import { pick } from '../seeded-random.ts'
import type { Promises } from './promises.ts'
import { type LoadTables, readEnded } from './store.ts'

/** Runs of one bulk, and rows of one order: the examination counts them. */
const BULK = 40
const PARTS = 5

const services = (context: { readonly services: unknown }): Promises => context.services as Promises

const plain = job({
  name: 'plain',
  input: z.object({ filler: z.string() }),
  run: async (context) => {
    services(context).started.add(context.run.id)
  },
})

const bulk = job({ name: 'bulk', input: z.object({ group: z.number() }), run: () => {} })
const ship = job({ name: 'ship', input: z.object({ order: z.number() }), run: () => {} })
const child = job({ name: 'child', input: z.object({ parent: z.number() }), run: () => {} })

const effect = job({
  name: 'effect',
  input: z.object({}),
  async run(context) {
    const { started, completed } = services(context)
    const { id, attempt } = context.run
    started.add(id)
    await context.complete<void, LoadTables>(async (tx) => {
      await tx.db.insertInto('cut_effect').values({ run: id, attempt }).execute()
      await tx.enqueue(child, { parent: id })
    })
    completed.add(id)
  },
})

/** An engine over a database whose disk may be cut. `ageMs` sets its clock forward, so that dead workers are found at once. */
export function createLoadEngine(database: Database, promises: Promises, ageMs: number): Promise<Engine> {
  return createEngine({
    database,
    jobs: [plain, bulk, ship, child, effect],
    clock: { ...systemClock, now: () => systemClock.now() + ageMs },
    services: promises,
  })
}

/** Several callers at once that enqueue, complete and read, until `isOver`. Every answer is written down as a promise. */
export async function load(engine: Engine, promises: Promises, random: Random, isOver: () => boolean): Promise<void> {
  const caller = async (): Promise<void> => {
    while (!isOver()) await callOnce(engine, promises, random)
  }
  await Promise.all(Array.from({ length: 6 }, caller))
}

async function callOnce(engine: Engine, promises: Promises, random: Random): Promise<void> {
  const choice = pick(random, 10)
  if (choice < 3) {
    // Up to ten pages, so that one commit is many frames of the log.
    const { id } = await engine.enqueue(plain, { filler: 'x'.repeat(pick(random, 40_000)) })
    promises.enqueued.add(id)
  }
  if (choice >= 3 && choice < 6) promises.enqueued.add((await engine.enqueue(effect, {})).id)
  if (choice === 6) await enqueueBulk(engine, promises, pick(random, 2 ** 31))
  if (choice === 7) await placeOrder(engine, promises, pick(random, 2 ** 31))
  if (choice > 7) await read(engine, promises)
  await new Promise((resolve) => setTimeout(resolve, pick(random, 3)))
}

async function enqueueBulk(engine: Engine, promises: Promises, group: number): Promise<void> {
  const runs = await engine.enqueueMany(
    bulk,
    Array.from({ length: BULK }, () => ({ group })),
  )
  for (const { id } of runs) promises.enqueued.add(id)
}

async function placeOrder(engine: Engine, promises: Promises, number: number): Promise<void> {
  const ids = await engine.transaction<readonly number[], LoadTables>(async (tx) => {
    const first = await tx.enqueue(ship, { order: number })
    const rows = Array.from({ length: PARTS }, (_, part) => ({ number, part, filler: 'y'.repeat(2_000) }))
    await tx.db.insertInto('cut_order').values(rows).execute()
    const second = await tx.enqueue(ship, { order: number })
    return [first.id, second.id]
  })
  promises.orders.add(number)
  for (const id of ids) promises.enqueued.add(id)
}

/** What has been read was said, too. */
async function read(engine: Engine, promises: Promises): Promise<void> {
  const last = Math.max(0, ...promises.ended)
  for (const id of await readEnded(engine.database.kysely(), Math.max(0, last - 50))) promises.ended.add(id)
}
