import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine, type DatabaseSource, type Engine, event, projection, workflow } from '@regie/engine'
import { z } from 'zod'
import type { Probe, ProbeOrder } from '../contestant.ts'
import { percentiles, perSecond } from '../figures.ts'

const QUEUE = 'bench'
const STEPS = 5
const BATCH = 1_000

/** What only we, or only few, can be measured with. */
export async function probeRegie(
  database: DatabaseSource,
  probe: Probe,
  order: ProbeOrder,
): Promise<Readonly<Record<string, number>>> {
  switch (probe) {
    case 'workflow':
      return fiveSteps(database, order)
    case 'append':
      return append(database, order)
    case 'projection':
      return project(database, order)
    case 'idle':
      return idle(database)
    case 'sleep':
      return fallAsleep(database, order)
    case 'wake':
      return wakeUp(database, order)
  }
}

async function fiveSteps(database: DatabaseSource, { count }: ProbeOrder) {
  const { promise: allEnded, resolve } = Promise.withResolvers<void>()
  const sent = new Map<number, number>()
  const waited: number[] = []
  let ended = 0
  const five = workflow({
    name: 'five-steps',
    input: z.object({ n: z.number() }),
    queue: QUEUE,
    async run(wf, { n }) {
      let value = n
      for (let step = 1; step <= STEPS; step += 1) {
        value = await wf.step(`step ${step}`, () => {
          const from = step === 1 ? sent.get(n) : undefined
          if (from !== undefined) waited.push(performance.now() - from)
          return value + 1
        })
      }
      ended += 1
      if (ended === count) resolve()
      return value
    },
  })
  await using engine = await createEngine({ database, jobs: [five], queues: { [QUEUE]: { concurrency: 100 } } })
  await engine.migrate()
  for (let at = 0; at < count; at += BATCH)
    await engine.enqueueMany(
      five,
      Array.from({ length: Math.min(BATCH, count - at) }, (_, index) => ({ n: at + index })),
    )
  const from = performance.now()
  await engine.start({ roles: ['worker'] })
  await allEnded
  while ((await unended(engine)) > 0) await sleep(1)
  const workflow_ = perSecond(count, performance.now() - from)
  for (let n = count; n < count + FIRST_STEPS; n += 1) {
    sent.set(n, performance.now())
    await engine.enqueue(five, { n })
    await sleep(13)
  }
  while (waited.length < FIRST_STEPS) await sleep(1)
  return { workflow: workflow_, 'first-step-p50': percentiles(waited).p50 }
}

const FIRST_STEPS = 200

async function unended(engine: Engine): Promise<number> {
  const queues = await engine.queues.list()
  return queues.reduce((sum, { queued, running }) => sum + queued + running, 0)
}

const counted = event({
  name: 'counted',
  version: 2,
  data: z.object({ key: z.string(), by: z.number() }),
  upcast: { 1: (data: { readonly key: string }) => ({ ...data, by: 1 }) },
})
const countedBefore = event({ name: 'counted', data: z.object({ key: z.string() }) })

async function append(database: DatabaseSource, { count, batch = 100 }: ProbeOrder) {
  await using engine = await createEngine({ database, jobs: [], events: [countedBefore] })
  await engine.migrate()
  const streams = Math.ceil(count / batch)
  const from = performance.now()
  const lane = async (first: number): Promise<void> => {
    for (let stream = first; stream < streams; stream += LANES) {
      const events = Array.from({ length: batch }, (_, index) => countedBefore.with({ key: `k${index % 10}` }))
      await engine.append(`counter-${stream}`, 'new', events)
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)))
  return { append: perSecond(streams * batch, performance.now() - from) }
}

/** Callers that append at the same time. */
const LANES = 4

interface CountTable {
  readonly bench_count: { key: string; total: number }
}

/** Follows the events that `append` has left, in the old shape, each made into the new one. */
async function project(database: DatabaseSource, { count }: ProbeOrder) {
  const totals = projection<CountTable>({
    name: 'totals',
    version: 1,
    mode: 'async',
    events: [counted],
    tables: ['bench_count'],
    async create(db) {
      await db.schema
        .createTable('bench_count')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('total', 'bigint', (column) => column.notNull())
        .execute()
    },
    async apply({ db }, events) {
      const sums = new Map<string, number>()
      for (const one of events) if (counted.is(one)) sums.set(one.data.key, (sums.get(one.data.key) ?? 0) + one.data.by)
      await db
        .insertInto('bench_count')
        .values([...sums].map(([key, total]) => ({ key, total })))
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet((eb) => ({ total: eb('bench_count.total', '+', eb.ref('excluded.total')) })),
        )
        .execute()
    },
  })
  await using engine = await createEngine({ database, jobs: [], events: [counted], projections: [totals] })
  const from = performance.now()
  await engine.start({ roles: ['worker'] })
  await engine.projections.wait('totals')
  const followed = performance.now() - from
  const again = performance.now()
  let replayed = 0
  for await (const one of engine.events.replay({ types: [counted] })) replayed += one.data.by
  if (replayed !== count) throw new Error(`${replayed} of ${count} events were replayed`)
  return { projection: perSecond(count, followed), replay: perSecond(count, performance.now() - again) }
}

function sleeper(onWake: (lateMs: number) => void) {
  return workflow({
    name: 'sleeper',
    input: z.object({ until: z.number() }),
    queue: QUEUE,
    async run(wf, { until }) {
      await wf.sleepUntil(until)
      onWake(Date.now() - until)
    },
  })
}

const residentMb = (): number => process.memoryUsage.rss() / 1_048_576
const SETTLE_MS = 6_000

/** What a started engine costs without anything to do. */
async function idle(database: DatabaseSource) {
  await using engine = await createEngine({
    database,
    jobs: [sleeper(() => {})],
    queues: { [QUEUE]: { concurrency: 100 } },
  })
  await engine.start()
  await sleep(SETTLE_MS)
  return { resident: residentMb() }
}

async function fallAsleep(database: DatabaseSource, { count, from = 0, spanMs = 1 }: ProbeOrder) {
  const nap = sleeper(() => {})
  await using engine = await createEngine({ database, jobs: [nap], queues: { [QUEUE]: { concurrency: 100 } } })
  await engine.start({ roles: ['worker'] })
  for (let at = 0; at < count; at += BATCH)
    await engine.enqueueMany(
      nap,
      Array.from({ length: Math.min(BATCH, count - at) }, (_, index) => ({
        until: Math.round(from + ((at + index) / count) * spanMs),
      })),
    )
  while ((await unended(engine)) > 0) await sleep(100)
  return { spare: from - Date.now() }
}

/** A fresh process that finds them waiting. */
async function wakeUp(database: DatabaseSource, { count, from = 0 }: ProbeOrder) {
  const late: number[] = []
  const nap = sleeper((ms) => late.push(ms))
  await using engine = await createEngine({ database, jobs: [nap], queues: { [QUEUE]: { concurrency: 100 } } })
  await engine.start()
  await sleep(SETTLE_MS)
  const resident = residentMb()
  if (late.length > 0 || Date.now() > from) throw new Error('the first woke before all were asleep')
  while (late.length < count) await sleep(100)
  const { p50, p99 } = percentiles(late)
  const early = late.filter((ms) => ms < 0).length
  if (early > 0) throw new Error(`${early} woke too early`)
  return { resident, p50, p99 }
}
