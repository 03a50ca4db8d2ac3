import { EFFECTIVE_JOBS } from './jobs.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Remains } from './store.ts'

/** What the ledger and the store say together. */
export interface Verdict {
  /** Empty when every promise was kept. At most the first twenty. */
  readonly problems: readonly string[]
  readonly acknowledged: number
  readonly ended: number
  readonly effects: number
  readonly starts: number
  /** Starts of a run that had started before and not thrown: delivery is at least once. */
  readonly repeated: number
  /** Completions that were refused because the worker had been declared dead, or another had ended the run. */
  readonly refused: number
  readonly kills: number
  /** Milliseconds from the kill of a process to the next start of what it was running, shortest first. */
  readonly takeOvers: readonly number[]
  /** … and to the instant at which the engine saw it, by the engine's clock. */
  readonly noticed: readonly number[]
}

type Of<Kind> = Extract<LedgerEntry, { readonly kind: Kind }>

/** Holds the store against the ledger. */
export function judge(ledger: readonly LedgerEntry[], remains: Remains): Verdict {
  const of = <Kind extends LedgerEntry['kind']>(kind: Kind) =>
    ledger.filter((entry): entry is Of<Kind> => entry.kind === kind)
  const [starts, ends, throws] = [of('start'), of('end'), of('throw')]
  const problems = [
    ...lostRuns([...of('acknowledged'), ...starts], remains),
    ...unended(remains),
    ...wrongEffects(ends, remains),
    ...wrongFamilies(of('order'), of('batch'), remains),
    ...Object.entries(remains.leftovers).flatMap(([table, rows]) =>
      rows === 0 ? [] : [`${rows} rows are left in ${table}`],
    ),
  ]
  const kills = of('kill')
  return {
    problems: problems.slice(0, 20),
    acknowledged: of('acknowledged').length,
    ended: remains.runs.filter(({ state }) => state !== null).length,
    effects: remains.effects.length,
    starts: starts.length,
    repeated: repeatedStarts(starts, throws),
    refused: throws.filter(({ code }) => code === 'LEASE_LOST').length,
    kills: kills.length,
    ...takeOverTimes(kills, starts, [...ends, ...throws], remains),
  }
}

function repeatedStarts(starts: readonly Of<'start'>[], throws: readonly Of<'throw'>[]): number {
  const thrown = new Set(throws.map(({ run, attempt }) => `${run} ${attempt}`))
  const latest = new Map<number, number>()
  return starts.filter(({ run, attempt }) => {
    const before = latest.get(run)
    latest.set(run, Math.max(attempt, before ?? 0))
    const isRetry = before !== undefined && attempt > before && thrown.has(`${run} ${before}`)
    return before !== undefined && !isRetry
  }).length
}

function lostRuns(promised: readonly (Of<'acknowledged'> | Of<'start'>)[], { runs }: Remains): readonly string[] {
  const there = new Set(runs.map(({ id }) => id))
  return promised.filter(({ run }) => !there.has(run)).map(({ kind, run }) => `run ${run} is gone (${kind})`)
}

function unended({ runs }: Remains): readonly string[] {
  return runs
    .filter(({ state }) => state !== 'succeeded')
    .map(({ id, job, state }) => `run ${id} of ${job} did not succeed: ${state ?? 'no end'}`)
}

function wrongEffects(ends: readonly Of<'end'>[], { runs, effects }: Remains): readonly string[] {
  const rows = Map.groupBy(effects, ({ run }) => run)
  const effective = runs.filter(({ job }) => EFFECTIVE_JOBS.includes(job))
  const counted = effective.flatMap(({ id, job }) => {
    const count = rows.get(id)?.length ?? 0
    return count === 1 ? [] : [`run ${id} of ${job} left ${count} rows instead of 1`]
  })
  const owners = new Set(effective.map(({ id }) => id))
  const strangers = effects
    .filter(({ run }) => !owners.has(run))
    .map(({ run }) => `a row of run ${run}, which should have none`)
  const vanished = ends
    .filter(({ completed, run }) => completed && !rows.has(run))
    .map(({ run }) => `the acknowledged completion of run ${run} is gone`)
  return [...counted, ...strangers, ...vanished]
}

function wrongFamilies(
  orders: readonly Of<'order'>[],
  batches: readonly Of<'batch'>[],
  remains: Remains,
): readonly string[] {
  const inputs = (job: string, field: string) =>
    remains.runs.filter((run) => run.job === job).map(({ payload }): number => Number(JSON.parse(payload)[field]))
  const parents = remains.runs.filter(({ job }) => job === 'parent').map(({ id }) => id)
  const callbacks = remains.batches.map(({ callback }) => callback ?? 0)
  const gathers = remains.runs.filter(({ job }) => job === 'gather').map(({ id }) => id)
  const places = remains.orders.map(({ number }) => number)
  return [
    ...differences('child of parent', parents, inputs('child', 'parent')),
    ...differences('run of order', places, inputs('ship', 'order')),
    ...differences('callback of batch', callbacks, gathers),
    ...orders
      .filter(({ order }) => !places.includes(order))
      .map(({ order }) => `the acknowledged order ${order} is gone`),
    ...batches
      .filter(({ batch }) => !remains.batches.some(({ id }) => id === batch))
      .map(({ batch }) => `the acknowledged batch ${batch} is gone`),
  ]
}

/** Each expected number must be there exactly once, and nothing else. */
function differences(what: string, expected: readonly number[], found: readonly number[]): readonly string[] {
  const counts = new Map(expected.map((number) => [number, 0]))
  for (const number of found) counts.set(number, (counts.get(number) ?? -100) + 1)
  return [...counts]
    .filter(([, count]) => count !== 1)
    .map(([number, count]) => `${what} ${number}: ${count < 0 ? 'unexpected' : count} instead of 1`)
}

function takeOverTimes(
  kills: readonly Of<'kill'>[],
  starts: readonly Of<'start'>[],
  closed: readonly (Of<'end'> | Of<'throw'>)[],
  { lost }: Remains,
): Pick<Verdict, 'takeOvers' | 'noticed'> {
  const ended = new Set(closed.map(({ pid, run, attempt }) => `${pid} ${run} ${attempt}`))
  const killedAt = new Map(kills.map(({ victim, at }) => [victim, at]))
  const orphans = starts.filter(({ pid, run, attempt }) => killedAt.has(pid) && !ended.has(`${pid} ${run} ${attempt}`))
  const startOf = new Map(starts.toReversed().map(({ run, attempt, at }) => [`${run} ${attempt}`, at]))
  const noticeOf = new Map(lost.map(({ run, attempt, at }) => [`${run} ${attempt}`, at]))
  const since = (instants: ReadonlyMap<string, number>, step: number): readonly number[] =>
    orphans
      .flatMap(({ pid, run, attempt }) => {
        const at = instants.get(`${run} ${attempt + step}`)
        return at === undefined ? [] : [at - (killedAt.get(pid) ?? 0)]
      })
      .toSorted((a, b) => a - b)
  return { takeOvers: since(startOf, 1), noticed: since(noticeOf, 0) }
}
