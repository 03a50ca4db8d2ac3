import { createPostgresBackend, Queue, Worker } from 'bullmq'
import type { Contestant, Place, Session, Store } from '../contestant.ts'

const QUEUE = 'bench'
const KEEP = { removeOnComplete: false, removeOnFail: false } as const

interface Input {
  readonly n: number
}

type BenchQueue = Pick<Queue, 'add' | 'addBulk' | 'close' | 'getJobCountByTypes' | 'waitUntilReady'>
type BenchWorker = Pick<Worker, 'close' | 'getNextJob' | 'waitUntilReady'>

/** Both backends share the classes; only how a queue and a worker are made differs. */
interface Backend {
  queue(migrate: boolean): BenchQueue
  worker(concurrency: number, onRun?: (input: number) => void): BenchWorker
}

function redisBackend({ address }: Place): Backend {
  const connection = { host: '127.0.0.1', port: Number(new URL(address).port), maxRetriesPerRequest: null }
  return {
    queue: () => new Queue(QUEUE, { connection, defaultJobOptions: KEEP }),
    worker: (concurrency, onRun) =>
      new Worker(QUEUE, handler(onRun), { connection, concurrency, autorun: onRun !== undefined }),
  }
}

function postgresBackend({ address }: Place): Backend {
  const connection = { connectionString: address }
  return {
    queue: (migrate) =>
      new Queue(QUEUE, { connection: { ...connection, migrate }, defaultJobOptions: KEEP }, createPostgresBackend),
    worker: (concurrency, onRun) =>
      new Worker(
        QUEUE,
        handler(onRun),
        { connection, concurrency, autorun: onRun !== undefined },
        createPostgresBackend,
      ),
  }
}

/** Without a handler the worker claims by hand only. */
function handler(onRun?: (input: number) => void) {
  return onRun && (async (job: { readonly data: Input }) => onRun(job.data.n))
}

async function open(backend: Backend, migrate: boolean): Promise<Session> {
  const queue = backend.queue(migrate)
  await queue.waitUntilReady()
  const workers: BenchWorker[] = []
  return {
    async enqueueMany(inputs) {
      await queue.addBulk(inputs.map((n) => ({ name: 'noop', data: { n } })))
    },
    async enqueueOne(n) {
      await queue.add('noop', { n })
    },
    async work(concurrency, onRun) {
      const worker = backend.worker(concurrency, onRun)
      workers.push(worker)
      await worker.waitUntilReady()
    },
    async unfinished() {
      return queue.getJobCountByTypes('wait', 'active', 'prioritized', 'delayed')
    },
    async claims(count) {
      const worker = backend.worker(1)
      workers.push(worker)
      await worker.waitUntilReady()
      const times: number[] = []
      while (times.length < count) {
        const from = performance.now()
        const job = await worker.getNextJob('bench', { block: false })
        times.push(performance.now() - from)
        if (!job) throw new Error('No run was waiting')
      }
      return times
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.close(true)))
      await queue.close()
    },
  }
}

const kept = 'Finished jobs are kept (`removeOnComplete: false`).'

function bullmq(entry: {
  readonly name: string
  readonly title: string
  readonly store: Store
  readonly ranked: boolean
  readonly note: string
  readonly backlog: Contestant['backlog']
  readonly backend: (place: Place) => Backend
}): Contestant {
  const { note, backend, ...rest } = entry
  return {
    ...rest,
    ours: false,
    package: 'bullmq',
    claimsAlone: true,
    notes: [note, kept, 'Enqueued with `addBulk`; claims measured with `getNextJob`.'],
    open: (place, { migrate }) => open(backend(place), migrate),
  }
}

export const bullmqSynced = bullmq({
  name: 'bullmq',
  title: 'BullMQ, Redis synced',
  store: 'redis-synced',
  ranked: true,
  note: 'Redis with `appendfsync always`: what it acknowledges survives a power cut, as with the databases.',
  backlog: { 1: 4_000, 10: 20_000, 100: 40_000 },
  backend: redisBackend,
})

export const bullmqUnsynced = bullmq({
  name: 'bullmq-unsynced',
  title: 'BullMQ, Redis unsynced',
  store: 'redis-unsynced',
  ranked: false,
  note: 'Redis with `appendonly no`: fast, and what it acknowledged is gone after a crash of the server. Not ranked.',
  backlog: { 1: 20_000, 10: 40_000, 100: 80_000 },
  backend: redisBackend,
})

export const bullmqPostgres = bullmq({
  name: 'bullmq-postgres',
  title: 'BullMQ, PostgreSQL',
  store: 'postgres',
  ranked: true,
  note: 'Its own PostgreSQL backend (`createPostgresBackend`).',
  backlog: { 1: 2_000, 10: 5_000, 100: 10_000 },
  backend: postgresBackend,
})
