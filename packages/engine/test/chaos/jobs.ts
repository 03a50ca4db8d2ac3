import { setTimeout as wait } from 'node:timers/promises'
import {
  createEngine,
  type DatabaseSource,
  type Engine,
  type EngineTransaction,
  isEngineError,
  type JobContext,
  job,
  type Logger,
} from '@regie/engine'
import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import type { ChaosTables } from './store.ts'

// Kills count as attempts, and these runs are killed often: none may end for want of attempts.
const retry = { attempts: 100, base: '50ms', max: '1s' } as const

export const noop = job({
  name: 'noop',
  input: z.object({}),
  retry,
  run: (context) => recorded(context, async () => {}),
})

/** Ends as any handler ends: by returning. */
export const pause = job({
  name: 'pause',
  input: z.object({ ms: z.number() }),
  retry,
  run: (context, { ms }) => recorded(context, () => wait(ms)),
})

/** Ends by `ctx.complete`, with a row. */
export const effect = job({
  name: 'effect',
  input: z.object({ ms: z.number() }),
  retry,
  run: (context, { ms }) =>
    recorded(context, async () => {
      await wait(ms)
      await completeWithRow(context)
    }),
})

/** Keeps its transaction open for a while, and with it the lock on its worker's row. */
export const lingering = job({
  name: 'lingering',
  input: z.object({ ms: z.number() }),
  retry,
  run: (context, { ms }) => recorded(context, () => completeWithRow(context, () => wait(ms))),
})

const child = job({
  name: 'child',
  input: z.object({ parent: z.number() }),
  retry,
  run: (context) => recorded(context, async () => {}),
})

/** Ends by `ctx.complete`, with a row and a run of its own. */
export const parent = job({
  name: 'parent',
  input: z.object({ ms: z.number() }),
  retry,
  run: (context, { ms }) =>
    recorded(context, async () => {
      await wait(ms)
      await completeWithRow(context, (tx) => tx.enqueue(child, { parent: context.run.id }))
    }),
})

/** Throws on its first attempts. */
export const flaky = job({
  name: 'flaky',
  input: z.object({ throws: z.number() }),
  retry,
  run: (context, { throws }) =>
    recorded(context, async () => {
      if (context.run.attempt <= throws) throw new Error('not yet')
    }),
})

/** Holds a slot of a limit and a unique key while it waits and runs. */
export const limited = job({
  name: 'limited',
  input: z.object({ number: z.number() }),
  retry,
  limits: [{ key: ({ number }) => `lane-${number % 3}`, concurrency: 4 }],
  unique: { key: ({ number }) => String(number) },
  run: (context) => recorded(context, () => wait(5)),
})

/** Enqueued in one transaction with its order. */
export const ship = job({
  name: 'ship',
  input: z.object({ order: z.number() }),
  retry,
  run: (context) => recorded(context, async () => {}),
})

/** Enqueued by whoever ends the last run of a batch. */
export const gather = job({
  name: 'gather',
  input: z.object({}),
  retry,
  run: (context) => recorded(context, () => completeWithRow(context)),
})

/** Jobs that leave exactly one row each. */
export const EFFECTIVE_JOBS: readonly string[] = [effect.name, lingering.name, parent.name, gather.name]
const COMPLETING: ReadonlySet<string> = new Set(EFFECTIVE_JOBS)

/** Ends the run together with its one row, and with what `more` does after that in the same transaction. */
function completeWithRow(
  context: JobContext,
  more: (tx: EngineTransaction<ChaosTables>) => unknown = () => {},
): Promise<void> {
  return context.complete<void, ChaosTables>(async (tx) => {
    await tx.db.insertInto('chaos_effect').values({ run: context.run.id, attempt: context.run.attempt }).execute()
    await more(tx)
  })
}

async function recorded(context: JobContext, work: () => Promise<void>): Promise<void> {
  const ledger = context.services as Ledger
  const { id: run, attempt, job: name } = context.run
  ledger.write({ kind: 'start', run, attempt })
  try {
    await work()
  } catch (error) {
    ledger.write({ kind: 'throw', run, attempt, code: isEngineError(error) ? error.code : 'OTHER' })
    throw error
  }
  ledger.write({ kind: 'end', run, attempt, completed: COMPLETING.has(name) })
}

/** What every process of a trial runs. */
export function createChaosEngine(source: DatabaseSource, ledger: Ledger, log?: Logger): Promise<Engine> {
  return createEngine({
    database: source,
    jobs: [noop, pause, effect, lingering, parent, child, flaky, limited, ship, gather],
    queues: { default: { concurrency: 10 } },
    services: ledger,
    ...(log === undefined ? {} : { log }),
  })
}
