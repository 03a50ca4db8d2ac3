import { PgBoss } from 'pg-boss'
import type { Contestant, Place, Session } from '../contestant.ts'

const QUEUE = 'noop'
const BATCH = 500

interface Input {
  readonly n: number
}

async function open({ address }: Place, migrate: boolean): Promise<Session> {
  const boss = new PgBoss({
    connectionString: address,
    useListenNotify: true,
    schedule: false,
    supervise: false,
    migrate,
  })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  if (migrate) await boss.createQueue(QUEUE, { notify: true })
  return {
    async enqueueMany(inputs) {
      await boss.insert(
        QUEUE,
        inputs.map((n) => ({ data: { n } })),
      )
    },
    async enqueueOne(n) {
      await boss.send(QUEUE, { n })
    },
    async work(concurrency, onRun) {
      await boss.work<Input>(
        QUEUE,
        { batchSize: BATCH, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
        async (jobs) => {
          for (let at = 0; at < jobs.length; at += concurrency) {
            await Promise.all(jobs.slice(at, at + concurrency).map(async (job) => onRun(job.data.n)))
          }
        },
      )
    },
    async unfinished() {
      const { rows } = await boss
        .getDb()
        .executeSql(`select count(*)::int as count from pgboss.job where name = $1 and state < 'completed'`, [QUEUE])
      return rows[0].count
    },
    async claims(count) {
      const times: number[] = []
      while (times.length < count) {
        const from = performance.now()
        const jobs = await boss.fetch(QUEUE)
        times.push(performance.now() - from)
        if (jobs.length !== 1) throw new Error('No run was waiting')
      }
      return times
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false, close: true })
    },
  }
}

export const pgBoss: Contestant = {
  name: 'pg-boss',
  title: 'pg-boss',
  ours: false,
  store: 'postgres',
  ranked: true,
  package: 'pg-boss',
  claimsAlone: true,
  notes: [
    'Its fastest documented settings: `notify` queue, `batchSize: 500` with `burstWhenBatchFull`; a handler gets the batch and runs it N at a time, and the batch is completed as one.',
    'Finished jobs are kept.',
    'Enqueued with `insert`; claims measured with `fetch`.',
  ],
  backlog: { 1: 40_000, 10: 60_000, 100: 60_000 },
  open: (place, { migrate }) => open(place, migrate),
}
