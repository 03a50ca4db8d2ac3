import { setTimeout as wait } from 'node:timers/promises'
import type { DatabaseSource, Engine } from '@regie/engine'
import { Fleet } from './fleet.ts'
import { createChaosEngine, effect, lingering, pause } from './jobs.ts'
import { type LedgerEntry, openLedger, readLedgers } from './ledger.ts'
import { createChaosTables, isWritable, readRemains, readRest } from './store.ts'
import { judge } from './verdict.ts'

/** How to freeze one of two worker processes, as a suspended machine or a stalled disk does. */
export interface FreezeOptions {
  readonly source: DatabaseSource
  readonly directory: string
  /** Longer than the engine takes to declare a worker dead (7 s, noticed within 2.8 s). */
  readonly frozenMs: number
}

/** What was found. */
export interface FreezeReport {
  /** Empty when the others took over, and the frozen one wrote nothing late and works again. */
  readonly problems: readonly string[]
  /** Handlers that were running when it froze. */
  readonly frozen: number
  /** Of those, the completions that were refused afterwards. */
  readonly refused: number
  /** Longest time until another process had started such a run again. */
  readonly takeOverMs: number
}

const FROZEN = 0
const HANDLER_MS = 2_000
const RUNS = 10

/** Freezes a worker in the middle of its runs, lets the other take over, and wakes it. */
export async function freezeWorker({ source, directory, frozenMs }: FreezeOptions): Promise<FreezeReport> {
  const ledger = openLedger(directory)
  await using engine = await createChaosEngine(source, ledger)
  await engine.migrate()
  await createChaosTables(engine.database.kysely())
  const fleet = new Fleet({ file: 'worker.ts', settings: { source, directory }, log: `${directory}/workers.log` }, 2)
  try {
    await fleet.ready()
    await enqueueSlowRuns(engine)
    await wait(HANDLER_MS / 4)
    const frozenAt = await freeze(fleet, source)
    await wait(frozenMs)
    fleet.signal(FROZEN, 'SIGCONT')
    const wokenAt = Date.now()
    await wait(HANDLER_MS + 1_000)
    await engine.enqueueMany(
      pause,
      Array.from({ length: 4 * RUNS }, () => ({ ms: 200 })),
    )
    await rest(engine.database.kysely())
    await fleet.stop()
    const entries = readLedgers(directory)
    const { problems } = judge(entries, await readRemains(engine.database.kysely()))
    return report(entries, problems, { pid: fleet.pid(FROZEN), frozenAt, wokenAt })
  } finally {
    fleet.signal(FROZEN, 'SIGCONT')
    await fleet.stop(0)
  }
}

/** As many as both processes have slots, so that each has some of every kind. */
async function enqueueSlowRuns(engine: Engine): Promise<void> {
  // On SQLite an open transaction stops every other writer, so none of the runs keeps one open there.
  const kinds = engine.database.dialect === 'sqlite' ? [effect, pause] : [effect, lingering, pause]
  for (let run = 0; run < 2 * RUNS; run++) {
    const kind = kinds[run % kinds.length] ?? effect
    await engine.enqueue(kind, { ms: HANDLER_MS })
  }
}

/** A process that holds the write lock of the SQLite file stops everybody: it is woken for a moment and frozen elsewhere. */
async function freeze(fleet: Fleet, source: DatabaseSource): Promise<number> {
  for (;;) {
    fleet.signal(FROZEN, 'SIGSTOP')
    const frozenAt = Date.now()
    if (source.kind === 'postgres' || isWritable(source.path)) return frozenAt
    fleet.signal(FROZEN, 'SIGCONT')
    await wait(1)
  }
}

async function rest(db: Parameters<typeof readRest>[0]): Promise<void> {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    const { runs, leases } = await readRest(db)
    if (runs === 0 && leases === 0) return
    await wait(100)
  }
}

function report(
  entries: readonly LedgerEntry[],
  problems: readonly string[],
  { pid, frozenAt, wokenAt }: { readonly pid: number; readonly frozenAt: number; readonly wokenAt: number },
): FreezeReport {
  const starts = entries.flatMap((entry) => (entry.kind === 'start' ? [entry] : []))
  const closed = new Set(
    entries.flatMap((entry) =>
      (entry.kind === 'end' || entry.kind === 'throw') && entry.at < frozenAt ? [`${entry.run} ${entry.attempt}`] : [],
    ),
  )
  const caught = starts.filter(
    (start) => start.pid === pid && start.at <= frozenAt && !closed.has(`${start.run} ${start.attempt}`),
  )
  const again = caught.map(
    ({ run }) => starts.find((start) => start.run === run && start.pid !== pid && start.at > frozenAt)?.at,
  )
  const refusals = entries.filter((entry) => entry.kind === 'throw' && entry.pid === pid && entry.code === 'LEASE_LOST')
  const late = entries.filter(
    (entry) => entry.kind === 'end' && entry.pid === pid && entry.completed && entry.at >= wokenAt,
  )
  const known = new Set(caught.map(({ run }) => run))
  const accepted = late.filter((entry) => entry.kind === 'end' && known.has(entry.run))
  const rejoined = starts.some((start) => start.pid === pid && start.at > wokenAt)
  return {
    problems: [
      ...problems,
      ...(caught.length === 0 ? ['nothing was running in the frozen process'] : []),
      ...(again.includes(undefined) ? ['the other process did not take over everything'] : []),
      ...accepted.map(() => 'a late completion of the frozen process was accepted'),
      ...(rejoined ? [] : ['the frozen process did not work again']),
    ],
    frozen: caught.length,
    refused: refusals.length,
    takeOverMs: Math.max(0, ...again.map((at = frozenAt) => at - frozenAt)),
  }
}
