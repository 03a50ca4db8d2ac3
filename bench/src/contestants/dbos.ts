import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import { getExecutor } from '@dbos-inc/dbos-sdk/internal/dbos'
import pg from 'pg'
import type { Concurrency, Contestant, Place, Session } from '../contestant.ts'
import { perSecond } from '../figures.ts'

const QUEUE = 'bench'
const WORKFLOW = 'noop'
const VERSION = 'bench'
const POLL_MS = 10

const target = { queueName: QUEUE, workflowName: WORKFLOW, appVersion: VERSION } as const
const quiet = { info: () => {}, debug: () => {}, warn: () => {}, error: (message: unknown) => console.error(message) }

async function open({ address }: Place, migrate: boolean): Promise<Session> {
  if (migrate) await DBOS.migrate(address)
  const pool = new pg.Pool({ connectionString: address, max: 10 })
  const client = await DBOSClient.create({ systemDatabaseUrl: address, systemDatabasePool: pool, logger: quiet })
  let launched = false
  return {
    async enqueueMany(inputs) {
      await pool.query(
        `select count(dbos.enqueue_workflow(workflow_name => $1, queue_name => $2, app_version => $3,
           positional_args => array[to_json(n)]))
         from unnest($4::int[]) as n`,
        [WORKFLOW, QUEUE, VERSION, inputs],
      )
    },
    async enqueueOne(n) {
      await client.enqueue(target, n)
    },
    async work(concurrency, onRun) {
      launched = true
      await launch(address, concurrency, onRun)
    },
    async unfinished() {
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from dbos.workflow_status where status in ('ENQUEUED', 'PENDING')`,
      )
      return rows[0]?.count ?? 0
    },
    async claims(count) {
      launched = true
      return timeClaims(address, count)
    },
    async probe(_probe, { count }) {
      launched = true
      return { workflow: await fiveSteps(address, count) }
    },
    async [Symbol.asyncDispose]() {
      if (launched) await DBOS.shutdown()
      await client.destroy()
      await pool.end()
    },
  }
}

/** As many at the same time as ours. */
async function fiveSteps(address: string, count: number): Promise<number> {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: address,
    applicationVersion: VERSION,
    executorID: 'bench',
    logger: quiet,
    runMigrations: false,
  })
  const five = DBOS.registerWorkflow(
    async (n: number) => {
      let value = n
      for (let step = 1; step <= 5; step += 1)
        value = await DBOS.runStep(async () => value + 1, { name: `step ${step}` })
      return value
    },
    { name: 'five-steps' },
  )
  await DBOS.launch()
  const from = performance.now()
  const rest = Array.from({ length: count }, (_, n) => n).values()
  const lane = async (): Promise<void> => {
    for (const n of rest) await five(n)
  }
  await Promise.all(Array.from({ length: 100 }, lane))
  return perSecond(count, performance.now() - from)
}

async function launch(address: string, workerConcurrency: Concurrency, onRun: (input: number) => void): Promise<void> {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: address,
    applicationVersion: VERSION,
    executorID: 'bench',
    logger: quiet,
    runMigrations: false,
  })
  DBOS.registerWorkflow(async (n: number) => onRun(n), { name: WORKFLOW })
  await DBOS.launch()
  await DBOS.registerQueue(QUEUE, { workerConcurrency, minPollingIntervalMs: POLL_MS })
}

/** DBOS has no public claim; this is the call its queue loop makes, for a queue that may run one workflow. */
async function timeClaims(address: string, count: number): Promise<readonly number[]> {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: address,
    applicationVersion: VERSION,
    executorID: 'bench',
    logger: quiet,
    runMigrations: false,
    listenQueues: ['another'],
  })
  await DBOS.launch()
  const queue = await DBOS.registerQueue(QUEUE, { workerConcurrency: 1 })
  const { systemDatabase } = getExecutor()
  const times: number[] = []
  while (times.length < count) {
    const from = performance.now()
    const ids = await systemDatabase.findAndMarkStartableWorkflows(
      queue,
      'bench',
      VERSION,
      undefined,
      0,
      0,
      `claim-${times.length}`,
    )
    times.push(performance.now() - from)
    if (ids.length !== 1) throw new Error(`${ids.length} workflows were claimed instead of one`)
  }
  return times
}

export const dbos: Contestant = {
  name: 'dbos',
  title: 'DBOS',
  ours: false,
  store: 'postgres',
  ranked: true,
  package: '@dbos-inc/dbos-sdk',
  claimsAlone: true,
  notes: [
    `One queue with \`workerConcurrency\` N polled every ${POLL_MS} ms (its default is 1,000 ms), one workflow without steps.`,
    'Finished workflows are kept.',
    'Five-step workflows are called directly, 100 at a time: without its queue, which is its fastest way.',
    'Enqueued with its SQL function `enqueue_workflow`, a statement per batch: it has no bulk call, and this is its fastest way. Claims measured on the call its queue loop makes.',
  ],
  backlog: { 1: 500, 10: 2_000, 100: 4_000 },
  probes: { workflow: 1_000 },
  open: (place, { migrate }) => open(place, migrate),
}
