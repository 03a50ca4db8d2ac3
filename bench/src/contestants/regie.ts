import { createEngine, type DatabaseSource, type Engine, job } from '@regie/engine'
import { openClaims } from '@regie/engine/testing'
import { z } from 'zod'
import type { Concurrency, Contestant, Session } from '../contestant.ts'
import { probeRegie } from './regie-probes.ts'

const QUEUE = 'bench'

const input = z.object({ n: z.number() })

async function open(database: DatabaseSource, migrate: boolean): Promise<Session> {
  const handler = { run: async (_: number): Promise<void> => {} }
  const noop = job({ name: 'noop', input, queue: QUEUE, run: (_context, { n }) => handler.run(n) })
  const engines: Engine[] = []
  const engineFor = async (concurrency: Concurrency) => {
    const engine = await createEngine({ database, jobs: [noop], queues: { [QUEUE]: { concurrency } } })
    engines.push(engine)
    return engine
  }
  // One engine per process, as in an application: the one that enqueues also works.
  const concurrency: Concurrency = 10
  const producer = await engineFor(concurrency)
  if (migrate) await producer.migrate()
  let current = producer
  const startAs = async (wanted: Concurrency) => {
    if (wanted !== concurrency) {
      await producer.stop()
      current = await engineFor(wanted)
    }
    await current.start({ roles: ['worker'] })
  }
  return {
    async enqueueMany(inputs) {
      await current.enqueueMany(
        noop,
        inputs.map((n) => ({ n })),
      )
    },
    async enqueueOne(n) {
      await current.enqueue(noop, { n })
    },
    async work(wanted, onRun) {
      handler.run = async (n) => onRun(n)
      await startAs(wanted)
    },
    async unfinished() {
      const queues = await current.queues.list()
      return queues.reduce((sum, queue) => sum + queue.queued + queue.running + queue.scheduled + queue.blocked, 0)
    },
    async claims(count) {
      const times: number[] = []
      await using claims = await openClaims(database, QUEUE)
      while (times.length < count) {
        const from = performance.now()
        await claims.next()
        times.push(performance.now() - from)
      }
      return times
    },
    probe: (probe, order) => probeRegie(database, probe, order),
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine.stop()
    },
  }
}

const claimNote = 'A claim alone does not wait for the disk: lost at a power cut, it leaves its run queued.'
const keptNote = 'History is kept: ended runs stay with their inputs and results.'

/** The promise of the default: nothing acknowledged is lost at a power cut. */
export const regieSqlite: Contestant = {
  name: 'regie-sqlite',
  title: 'Regie, SQLite',
  ours: true,
  store: 'sqlite',
  ranked: true,
  package: '@regie/engine',
  claimsAlone: true,
  notes: ['Durability `full`: synced before it answers.', keptNote, claimNote],
  backlog: { 1: 40_000, 10: 100_000, 100: 200_000 },
  probes: { workflow: 20_000, append: 200_000, projection: 200_000, sleep: 100_000 },
  open: ({ address }, { migrate }) => open({ kind: 'sqlite', path: address, durability: 'full' }, migrate),
}

/** For those who can lose the last moments at a power cut. */
export const regieSqliteFast: Contestant = {
  ...regieSqlite,
  name: 'regie-sqlite-fast',
  title: 'Regie, SQLite fast',
  ranked: false,
  probes: { workflow: 20_000, append: 200_000, projection: 200_000 },
  notes: [
    'Durability `fast`: a power cut may lose the last moments, a crash nothing. Not ranked.',
    keptNote,
    claimNote,
  ],
  open: ({ address }, { migrate }) => open({ kind: 'sqlite', path: address, durability: 'fast' }, migrate),
}

export const regiePostgres: Contestant = {
  ...regieSqlite,
  name: 'regie-postgres',
  title: 'Regie, PostgreSQL',
  store: 'postgres',
  notes: ['Pool of 10.', keptNote, claimNote],
  probes: { workflow: 10_000, append: 100_000, projection: 100_000, sleep: 100_000 },
  open: ({ address }, { migrate }) => open({ kind: 'postgres', url: address }, migrate),
}
