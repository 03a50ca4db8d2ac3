import { EventEmitter } from 'node:events'
import { Logger, makeWorkerUtils, type Runner, run, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import type { Contestant, Place, Session } from '../contestant.ts'

const TASK = 'noop'
const PRELOAD_CHUNK = 50_000

/** Its own performance test's settings: https://worker.graphile.org/docs/performance */
const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } as const

const silent = new Logger(() => () => {})

async function open({ address }: Place, migrate: boolean, worker: GraphileConfig.WorkerOptions): Promise<Session> {
  const pool = new pg.Pool({ connectionString: address, max: 20 })
  const utils = await makeWorkerUtils({ pgPool: pool, logger: silent })
  if (migrate) await utils.migrate()
  const runners: Runner[] = []
  return {
    async enqueueMany(inputs) {
      await utils.addJobs(inputs.map((n) => ({ identifier: TASK, payload: { n } })))
    },
    async enqueueOne(n) {
      await utils.addJob(TASK, { n })
    },
    async work(concurrency, onRun) {
      runners.push(
        await run({
          pgPool: pool,
          logger: silent,
          noHandleSignals: true,
          preset: { worker: { ...worker, concurrentJobs: concurrency, crontabFile: '/dev/null' } },
          parsedCronItems: [],
          taskList: { [TASK]: async (payload) => onRun((payload as { readonly n: number }).n) },
        }),
      )
    },
    async unfinished() {
      const { rows } = await pool.query<{ count: number }>(
        'select count(*)::int as count from graphile_worker._private_jobs',
      )
      return rows[0]?.count ?? 0
    },
    async preload(count) {
      for (let done = 0; done < count; done += PRELOAD_CHUNK) {
        await pool.query(
          `select count(*) from graphile_worker.add_jobs(array(
             select json_populate_record(null::graphile_worker.job_spec,
               json_build_object('identifier', $1::text, 'payload', json_build_object('n', n)))
             from generate_series($2::int, $3::int) as n))`,
          [TASK, done, Math.min(count, done + PRELOAD_CHUNK) - 1],
        )
      }
    },
    async claims(count) {
      return timeClaims(pool, count)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(runners.map((runner) => runner.stop()))
      await utils.release()
      await pool.end()
    },
  }
}

/** A worker of one, timed by its own events from "about to ask the database" to "has a job". */
async function timeClaims(pool: pg.Pool, count: number): Promise<readonly number[]> {
  const events: WorkerEvents = new EventEmitter()
  const times: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  let from = 0
  events.on('worker:getJob:start', () => {
    from = performance.now()
  })
  events.on('job:start', () => {
    times.push(performance.now() - from)
    if (times.length === count) resolve()
  })
  const runner = await run({
    pgPool: pool,
    logger: silent,
    noHandleSignals: true,
    events,
    preset: { worker: { concurrentJobs: 1, crontabFile: '/dev/null' } },
    parsedCronItems: [],
    taskList: { [TASK]: async () => {} },
  })
  await promise
  await runner.stop()
  return times.slice(0, count)
}

const deletes = 'Deletes a job when it succeeds: it keeps no history, and so has less to write than the others.'

/** One job per round trip, as it comes. */
export const graphileWorker: Contestant = {
  name: 'graphile-worker',
  title: 'Graphile Worker',
  ours: false,
  store: 'postgres',
  ranked: true,
  package: 'graphile-worker',
  claimsAlone: true,
  notes: [
    'Default configuration, pool of 20.',
    deletes,
    'Enqueued with `addJobs`; claims timed by its `worker:getJob:start` and `job:start` events.',
  ],
  backlog: { 1: 2_000, 10: 10_000, 100: 20_000 },
  open: (place, { migrate }) => open(place, migrate, {}),
}

/** With the batching its documentation recommends for throughput. */
export const graphileWorkerBatched: Contestant = {
  name: 'graphile-worker-batched',
  title: 'Graphile Worker, local queue',
  ours: false,
  store: 'postgres',
  ranked: true,
  package: 'graphile-worker',
  claimsAlone: false,
  notes: [
    'Local queue of 500, `completeJobBatchDelay: 0`, pool of 20.',
    deletes,
    'No claim figure: it claims 500 at a time.',
  ],
  backlog: { 1: 20_000, 10: 60_000, 100: 60_000 },
  async open(place, { migrate }) {
    const { claims: _, ...session } = await open(place, migrate, BATCHED)
    return session
  },
}
