import type { Engine, Enqueued, JobCall } from '@regie/engine'
import { effect, flaky, gather, limited, noop, parent, pause, ship } from './jobs.ts'
import type { Ledger } from './ledger.ts'
import type { ChaosTables } from './store.ts'

/** Runs one step enqueues. */
export const RUNS_PER_STEP = 20

/**
 * Enqueues twenty runs of every kind in every way, at the same time, and writes each acknowledgement down. Answers how many
 * calls failed.
 */
export async function enqueueStep(engine: Engine, ledger: Ledger, step: number): Promise<number> {
  const acknowledge = (job: string, runs: readonly Enqueued[]): void => {
    for (const { id } of runs) ledger.write({ kind: 'acknowledged', run: id, job })
  }
  const one = async ({ job: { name } }: JobCall, enqueued: Promise<Enqueued>): Promise<void> =>
    acknowledge(name, [await enqueued])
  const milliseconds = 1 + ((step * 7) % 50)
  const calls = [
    one(effect.with({ ms: 0 }), engine.enqueue(effect, { ms: milliseconds })),
    one(parent.with({ ms: 0 }), engine.enqueue(parent, { ms: 0 })),
    one(flaky.with({ throws: 0 }), engine.enqueue(flaky, { throws: 1 + (step % 2) })),
    one(limited.with({ number: 0 }), engine.enqueue(limited, { number: step })),
    one(noop.with({}), engine.enqueue(noop, {}, { delay: '200ms', priority: 'high' })),
    engine
      .enqueueMany(
        noop,
        Array.from({ length: 6 }, () => ({})),
      )
      .then((runs) => acknowledge(noop.name, runs)),
    engine
      .enqueueMany(
        pause,
        Array.from({ length: 4 }, (_, index) => ({ ms: 1 + ((step + index * 13) % 50) })),
      )
      .then((runs) => acknowledge(pause.name, runs)),
    placeOrder(engine, ledger, step),
    enqueueBatch(engine, ledger),
  ]
  const outcomes = await Promise.allSettled(calls)
  return outcomes.filter(({ status }) => status === 'rejected').length
}

async function placeOrder(engine: Engine, ledger: Ledger, order: number): Promise<void> {
  const { id } = await engine.transaction<Enqueued, ChaosTables>(async (tx) => {
    await tx.db.insertInto('chaos_order').values({ number: order }).execute()
    return tx.enqueue(ship, { order })
  })
  ledger.write({ kind: 'acknowledged', run: id, job: ship.name })
  ledger.write({ kind: 'order', order, run: id })
}

async function enqueueBatch(engine: Engine, ledger: Ledger): Promise<void> {
  const calls = [pause.with({ ms: 5 }), noop.with({}), effect.with({ ms: 5 }), noop.with({})]
  // biome-ignore lint/suspicious/noThenProperty: the option is named so, and nothing awaits it.
  const { batchId, ids } = await engine.enqueueBatch(calls, { then: gather.with({}) })
  for (const run of ids) ledger.write({ kind: 'acknowledged', run, job: 'batch' })
  ledger.write({ kind: 'batch', batch: batchId })
}
