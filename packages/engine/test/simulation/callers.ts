import type { Engine, EnqueueOptions } from '@regie/engine'
import { sql } from 'kysely'
import { append, appendInTransaction, decide, type EventCaller, rebuild } from './event-callers.ts'
import { cancelTrip, sendNews, startFlow, startTrip } from './flow-callers.ts'
import { type JobName, QUEUES, type WorldInput, type worldJobs } from './jobs.ts'
import {
  appendAbout,
  forget,
  forkTrip,
  pauseTrip,
  readAbout,
  repairTrips,
  resumeTrip,
  retryTrip,
} from './operating-callers.ts'

/** What callers work with. */
export interface Caller extends EventCaller {
  readonly jobs: ReturnType<typeof worldJobs>['jobs']
}

type Operation = (caller: Caller) => Promise<unknown>

const KEYS = ['a', 'b', 'c'] as const
const WAYS = [
  'return',
  'return',
  'return',
  'throw',
  'give up',
  'complete',
  'complete',
  'complete twice',
  'transact',
  'spawn',
  'hang',
  'deaf',
] as const
const SCHEDULES = ['often', 'serial', 'all', 'newest'] as const

function input({ world, ledger }: Caller, key: string = world.oneOf(KEYS)): WorldInput {
  const acts = Array.from({ length: world.between(1, 4) }, () => {
    const way = world.oneOf(WAYS)
    // Most are quick, some take longer than a lease without a heartbeat would last.
    const ms = world.chance(0.3) ? 0 : way === 'deaf' ? world.between(2_500, 9_000) : world.random() ** 3 * 4_000
    return { way, ms: Math.round(ms) }
  })
  return { number: ledger.number(), key, acts }
}

function options({ world }: Caller): EnqueueOptions {
  const delay = world.chance(0.3) ? { delay: `${world.between(1, 6_000)}ms` as const } : {}
  const priority = world.chance(0.2) ? { priority: world.oneOf(['urgent', 'high', 'low'] as const) } : {}
  const org = world.chance(0.2) ? { org: 'other' } : {}
  const expires = world.chance(0.1) ? { expires: `${world.between(100, 5_000)}ms` as const } : {}
  const deadline = world.chance(0.1) ? { deadline: `${world.between(500, 9_000)}ms` as const } : {}
  const tags = world.chance(0.1) ? { tags: ['tagged'] } : {}
  return { ...delay, ...priority, ...org, ...expires, ...deadline, ...tags }
}

function expectNotBefore({ ledger, world }: Caller, numbers: readonly number[], { delay }: EnqueueOptions): void {
  if (delay === undefined) return
  for (const number of numbers) ledger.earliest.set(number, world.wall + Number.parseInt(delay, 10))
}

const FREE = ['plain', 'plain', 'sync', 'narrow', 'limited', 'limited', 'single'] as const satisfies readonly JobName[]

/** Enqueues one run; on refusal nothing is there. */
const enqueue: Operation = async (caller) => {
  const { world, ledger, jobs, engine } = caller
  const [wanted, given] = [input(caller), options(caller)]
  expectNotBefore(caller, [wanted.number], given)
  const run = await ledger.wish([wanted.number], () => engine.enqueue(jobs[world.oneOf(FREE)], wanted, given))
  if (run !== undefined) ledger.runs.add(run.id)
}

const enqueueMany: Operation = async (caller) => {
  const { world, ledger, jobs, engine } = caller
  const inputs = Array.from({ length: world.between(2, 6) }, () => input(caller))
  const given = options(caller)
  const numbers = inputs.map(({ number }) => number)
  expectNotBefore(caller, numbers, given)
  const runs = await ledger.wish(numbers, () => engine.enqueueMany(jobs[world.oneOf(FREE)], inputs, given))
  for (const { id } of runs ?? []) ledger.runs.add(id)
}

/** Unique and debounced runs: the answer may be a run that was there before, with its input replaced. */
const enqueueUnique: Operation = async (caller) => {
  const { world, ledger, jobs, engine } = caller
  const job = jobs[world.oneOf(['unique', 'queued', 'debounced'] as const)]
  const run = await ledger.ask(() => engine.enqueue(job, input(caller)))
  if (run !== undefined) ledger.runs.add(run.id)
}

const enqueueBatch: Operation = async (caller) => {
  const { world, ledger, jobs, engine } = caller
  const inputs = Array.from({ length: world.between(1, 5) }, () => input(caller))
  const calls = inputs.map((each) => jobs[world.oneOf(FREE)].with(each))
  const after = world.chance(0.8)
    ? jobs.after.with({ number: 0, key: 'after', acts: [{ way: 'return', ms: 0 }] })
    : undefined
  // biome-ignore lint/suspicious/noThenProperty: the engine's word for what comes after a batch.
  const given = { ...options(caller), ...(after === undefined ? {} : { then: after }) }
  const numbers = inputs.map(({ number }) => number)
  expectNotBefore(caller, numbers, given)
  const batch = await ledger.wish(numbers, () => engine.enqueueBatch(calls, given))
  for (const id of batch?.ids ?? []) ledger.runs.add(id)
  if (batch !== undefined) ledger.batches.add(batch.batchId)
}

/** Rows and runs in one transaction, which may be given up half way, or wait while it is open. */
const transaction: Operation = async (caller) => {
  const { world, ledger, jobs, engine } = caller
  const inputs = Array.from({ length: world.between(1, 4) }, () => input(caller))
  const numbers = inputs.map(({ number }) => number)
  const [givesUp, waits] = [world.chance(0.3), world.chance(0.2)]
  const ids = await ledger.wish(numbers, () =>
    engine.transaction(async (tx) => {
      const stored: number[] = []
      for (const each of inputs) {
        await sql`insert into effect (number, kind) values (${each.number}, 'transaction')`.execute(tx.db)
        stored.push((await tx.enqueue(jobs[world.oneOf(FREE)], each)).id)
        if (waits) await new Promise((resolve) => setTimeout(resolve, world.random() ** 3 * 7_000))
      }
      if (givesUp) throw new Error('given up')
      return stored
    }),
  )
  for (const id of ids ?? []) ledger.runs.add(id)
}

function anyRun({ world, ledger }: Caller): number | undefined {
  return ledger.runs.size === 0 ? undefined : world.oneOf([...ledger.runs])
}

const cancel: Operation = async (caller) => {
  const run = anyRun(caller)
  if (run === undefined) return
  const answer = await caller.ledger.ask(() => caller.engine.runs.cancel(run, 'by a caller'))
  if (answer === 'cancelled') caller.ledger.cancelled.add(run)
}

const cancelMany: Operation = ({ world, ledger, engine }) =>
  ledger.ask(() =>
    engine.runs.cancelMany({
      state: ['queued', 'scheduled', 'blocked'],
      job: world.oneOf(['plain', 'limited', 'narrow']),
    }),
  )

// Whatever of it was claimed to have ended may begin anew.
const retry: Operation = async (caller) => {
  const run = anyRun(caller)
  if (run === undefined) return
  caller.ledger.replayed.add(run)
  await caller.ledger.ask(() => caller.engine.runs.retry(run, caller.world.chance(0.3) ? { delayMs: 1_000 } : {}))
}

const retryMany: Operation = async (caller) => {
  // Whatever has failed until it is done may begin anew.
  for (const run of caller.ledger.runs) caller.ledger.replayed.add(run)
  await caller.ledger.ask(() => caller.engine.runs.retryMany({ job: 'plain' }))
}

const setPriority: Operation = async (caller) => {
  const run = anyRun(caller)
  if (run !== undefined)
    await caller.ledger.ask(() => caller.engine.runs.setPriority(run, caller.world.oneOf(['urgent', 'low'] as const)))
}

const pauseQueue: Operation = ({ world, ledger, engine }) =>
  ledger.ask(() => engine.queues.pause(world.oneOf(Object.keys(QUEUES))))
const resumeQueue: Operation = ({ world, ledger, engine }) =>
  ledger.ask(() => engine.queues.resume(world.oneOf(Object.keys(QUEUES))))
const pauseSchedule: Operation = ({ world, ledger, engine }) => {
  ledger.slotsAreRegular = false
  return ledger.ask(() => engine.schedules.pause(world.oneOf(SCHEDULES)))
}

const resumeSchedule: Operation = ({ world, ledger, engine }) => {
  ledger.slotsAreRegular = false
  return ledger.ask(() => engine.schedules.resume(world.oneOf(SCHEDULES)))
}

const tick: Operation = ({ ledger, engine }) => ledger.ask(() => engine.schedules.tick())

const runNow: Operation = async ({ world, ledger, engine }) => {
  const id = await ledger.ask(() => engine.schedules.runNow(world.oneOf(SCHEDULES)))
  if (id !== undefined) ledger.runs.add(id)
}

/** Whoever was told a run's number finds it. */
const look: Operation = async (caller) => {
  const run = anyRun(caller)
  if (run === undefined) return
  await caller.ledger.ask(async () => {
    const found = await caller.engine.runs.get(run).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'RUN_UNKNOWN')
        throw caller.ledger.broken(`run ${run} was acknowledged and is unknown`)
      throw error
    })
    if (found.id !== run) throw caller.ledger.broken(`asked for run ${run}, answered with ${found.id}`)
  })
}

/** What callers do, and how often in comparison with each other. */
const OPERATIONS: readonly (readonly [weight: number, operation: Operation, name: string])[] = [
  [20, enqueue, 'enqueue'],
  [8, enqueueMany, 'enqueue many'],
  [8, enqueueUnique, 'enqueue unique'],
  [8, enqueueBatch, 'enqueue a batch'],
  [8, transaction, 'transaction'],
  [6, cancel, 'cancel'],
  [1, cancelMany, 'cancel many'],
  [4, retry, 'retry'],
  [1, retryMany, 'retry many'],
  [3, setPriority, 'set a priority'],
  [2, pauseQueue, 'pause a queue'],
  [3, resumeQueue, 'resume a queue'],
  [1, pauseSchedule, 'pause a schedule'],
  [1, resumeSchedule, 'resume a schedule'],
  [2, tick, 'tick'],
  [2, runNow, 'run a schedule now'],
  [4, look, 'look at a run'],
  [22, startTrip, 'set out on a trip'],
  [8, sendNews, 'send news'],
  [4, startFlow, 'start a flow'],
  [5, cancelTrip, 'cancel a trip'],
  [12, append, 'append'],
  [6, decide, 'decide'],
  [6, appendInTransaction, 'append in a transaction'],
  [2, rebuild, 'rebuild a projection'],
  [3, pauseTrip, 'pause a trip'],
  [2, resumeTrip, 'resume a trip'],
  [3, retryTrip, 'retry a trip'],
  [8, forkTrip, 'fork a trip'],
  [1, repairTrips, 'repair trips'],
  [4, appendAbout, 'tell of a person'],
  [2, forget, 'forget a person'],
  [2, readAbout, 'read of a person'],
]

const TOTAL = OPERATIONS.reduce((sum, [weight]) => sum + weight, 0)

/** Does something, drawn by weight. */
export function operate(caller: Caller): Promise<unknown> {
  let drawn = caller.world.random() * TOTAL
  for (const [weight, operation, name] of OPERATIONS) {
    drawn -= weight
    if (drawn > 0) continue
    caller.world.note(`caller: ${name}`)
    caller.ledger.count(name)
    return operation(caller)
  }
  return Promise.resolve()
}

/** So that everything can come to its end: nothing is paused any more, and no new slots come. */
export async function openEverything(engine: Engine): Promise<void> {
  for (const { name } of await engine.schedules.list()) await engine.schedules.pause(name)
  for (const name of Object.keys(QUEUES)) await engine.queues.resume(name)
  await engine.workflows.repair({}, { action: 'resume' })
}
