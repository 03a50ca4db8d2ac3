import { setTimeout as wait } from 'node:timers/promises'
import type { DatabaseSource, Engine } from '@regie/engine'
import { enqueueStep, RUNS_PER_STEP } from './enqueue.ts'
import { Fleet } from './fleet.ts'
import { createChaosEngine } from './jobs.ts'
import { type Ledger, openLedger, readLedgers } from './ledger.ts'
import { createChaosTables, readPlaces, readRemains, readRest } from './store.ts'
import { judge, type Verdict } from './verdict.ts'

/** One trial: worker processes, a load, and something that disturbs them. */
export interface TrialOptions {
  readonly source: DatabaseSource
  /** An empty folder for ledgers and logs. */
  readonly directory: string
  readonly workers: number
  /** Runs to enqueue, children and callbacks not counted. */
  readonly runs: number
  /** They are enqueued evenly over this time. */
  readonly durationMs: number
  /** Called once all workers are ready; goes on until `signal` aborts, which is when everything is enqueued. */
  readonly disturb: (trial: Disturbed) => Promise<void>
  /** Longest time for the rest once nothing disturbs any more, on a busy machine too: it only tells slow from never. Default 120,000 ms. */
  readonly drainMs?: number
}

/** What a disturbance may use. */
export interface Disturbed {
  readonly fleet: Fleet
  readonly ledger: Ledger
  readonly engine: Engine
  readonly signal: AbortSignal
}

/** A {@link Verdict}, and what only the observer of the trial can say. */
export interface TrialReport extends Verdict {
  /** Enqueues that failed, as they may while the store is away: nothing was promised. */
  readonly refusedEnqueues: number
  /** Snapshots taken meanwhile, in each of which every run had exactly one place. */
  readonly snapshots: number
  readonly elapsedMs: number
}

/** Runs a trial to its end and judges it. */
export async function runTrial(options: TrialOptions): Promise<TrialReport> {
  const startedAt = performance.now()
  const { source, directory } = options
  const ledger = openLedger(directory)
  await using engine = await createChaosEngine(source, ledger)
  await engine.migrate()
  await createChaosTables(engine.database.kysely())
  const fleet = new Fleet(
    { file: 'worker.ts', settings: { source, directory }, log: `${directory}/workers.log` },
    options.workers,
  )
  try {
    await fleet.ready()
    const over = new AbortController()
    const disturbance = options.disturb({ fleet, ledger, engine, signal: over.signal })
    const watching = watchPlaces(engine, over.signal)
    const refusedEnqueues = await enqueueAll(engine, ledger, options)
    over.abort()
    await disturbance
    const { snapshots, misplaced } = await watching
    const late = await drain(engine, options.drainMs ?? 120_000)
    await fleet.stop()
    const verdict = judge(readLedgers(directory), await readRemains(engine.database.kysely()))
    const accidents = fleet.accidents === 0 ? [] : [`${fleet.accidents} processes ended by themselves: see workers.log`]
    const problems = [...accidents, ...late, ...misplaced.slice(0, 10), ...verdict.problems]
    return { ...verdict, problems, refusedEnqueues, snapshots, elapsedMs: performance.now() - startedAt }
  } finally {
    await fleet.stop(0)
  }
}

async function enqueueAll(engine: Engine, ledger: Ledger, { runs, durationMs }: TrialOptions): Promise<number> {
  const steps = Math.ceil(runs / RUNS_PER_STEP)
  const startedAt = performance.now()
  const pending: Promise<number>[] = []
  for (let step = 0; step < steps; step++) {
    pending.push(enqueueStep(engine, ledger, step))
    await wait(Math.max(0, startedAt + ((step + 1) * durationMs) / steps - performance.now()))
  }
  return (await Promise.all(pending)).reduce((sum, refused) => sum + refused, 0)
}

const SNAPSHOT_MS = 500

async function watchPlaces(
  engine: Engine,
  signal: AbortSignal,
): Promise<{ snapshots: number; misplaced: readonly string[] }> {
  const misplaced: string[] = []
  let snapshots = 0
  while (!signal.aborted) {
    await wait(SNAPSHOT_MS, undefined, { signal }).catch(() => {})
    const places = await readPlaces(engine.database).catch(() => undefined)
    if (places === undefined) continue
    snapshots++
    for (const [run, at] of places)
      if (at.length !== 1) misplaced.push(`run ${run} was in ${at.length} places: ${at.join(', ')}`)
  }
  return { snapshots, misplaced }
}

async function drain(engine: Engine, patienceMs: number): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { runs, leases } = await readRest(engine.database.kysely())
    if (runs === 0 && leases === 0) return []
    if (performance.now() > deadline) return [`${runs} runs and ${leases} leases were not over after ${patienceMs} ms`]
    await wait(100)
  }
}
