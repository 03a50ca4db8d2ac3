import {
  type Applicant,
  type GateState,
  type Hold,
  lockGates,
  takeHolds,
  wakeBlocked,
  writeArrivals,
  writeHolds,
} from './gates.ts'
import type { Tx } from './tables.ts'

/** May start now; must wait for a slot of `gate`; or may start at `due`, which its rate has reserved. */
export type Admission =
  | { readonly id: number; readonly kind: 'start' }
  | { readonly id: number; readonly kind: 'blocked'; readonly gate: string }
  | { readonly id: number; readonly kind: 'postponed'; readonly due: number }

// A start may come this much before the schedule of those that came late, or each hiccup would put off the whole backlog.
const SLACK_MS = 50

/**
 * Decides, in the order given, who of these runs may start. Concurrency is counted in rows of `engine_hold`, so that a
 * crash cannot leave a counter wrong. Rates follow the generic cell rate algorithm (ITU-T I.371, as a virtual schedule): a
 * run that comes too early is given the instant at which it conforms. A run that was woken at a gate comes with the slot
 * it was handed, so that nobody overtakes it on its way; when something else keeps it waiting, it hands the slot on.
 * `lines` are gates where runs of this process are about to wait: whoever comes later goes behind them.
 */
export async function admit(
  tx: Tx,
  applicants: readonly Applicant[],
  now: number,
  lines: ReadonlySet<string>,
): Promise<readonly Admission[]> {
  const keys = [...new Set(applicants.flatMap(({ limits }) => limits.map(([key]) => key)))].toSorted()
  const gates = await lockGates(tx, applicants, keys)
  const brought = await takeHolds(
    tx,
    applicants.map(({ id }) => id),
  )
  const closed = new Set(lines)
  const verdicts = applicants.map((applicant) => judge(applicant, { gates, brought, closed, now }))
  const holds = verdicts.flatMap((verdict) => verdict.holds)
  await writeHolds(tx, holds)
  await writeArrivals(tx, gates, keys)
  await wakeBlocked(tx, countKeys(verdicts.flatMap(({ freed }) => freed)))
  return verdicts.map(({ admission }) => admission)
}

interface Verdict {
  readonly admission: Admission
  readonly holds: readonly Hold[]
  /** Gates whose slot it was handed and cannot use. */
  readonly freed: readonly string[]
}

interface Court {
  readonly gates: ReadonlyMap<string, GateState>
  readonly brought: ReadonlyMap<string, Hold>
  /** Gates with a line that has no slot of its own yet. */
  readonly closed: Set<string>
  readonly now: number
}

function judge({ id, limits }: Applicant, { gates, brought, closed, now }: Court): Verdict {
  const gateOf = (key: string): GateState => gates.get(key) ?? { arrival: 0, started: 0, held: 0, putOff: 0 }
  const own = limits.filter(([key, slots]) => slots > 0 && brought.get(`${id} ${key}`)?.starts_at === null)
  for (const [key] of own) gateOf(key).held--
  const freed = own.map(([key]) => key)
  const isOpen = (key: string, slots: number): boolean =>
    gateOf(key).held < slots && (freed.includes(key) || !closed.has(key))
  const full = limits.find(([key, slots]) => slots > 0 && !isOpen(key, slots))?.[0]
  if (full !== undefined) {
    for (const key of [full, ...freed]) closed.add(key)
    // At the gate that is full nobody else could use the slot either: its limit was lowered.
    return { admission: { id, kind: 'blocked', gate: full }, holds: [], freed: freed.filter((key) => key !== full) }
  }
  const rates = limits.filter(([, , intervalMs]) => intervalMs > 0)
  const starts = rates.map(([key, , intervalMs, burst]) => {
    const isReserved = typeof brought.get(`${id} ${key}`)?.starts_at === 'number'
    return Math.max(
      isReserved ? now : reserve(gateOf(key), intervalMs, burst, now),
      conform(gateOf(key), intervalMs, burst, now),
    )
  })
  const due = Math.ceil(Math.max(now, ...starts))
  for (const [key, , intervalMs] of rates) {
    const gate = gateOf(key)
    if (due > now) gate.putOff = due + intervalMs
    else gate.started = Math.max(now, gate.started) + intervalMs
  }
  if (due > now) {
    const reservations = rates.map(([key]) => ({ run: id, key, starts_at: due }))
    return { admission: { id, kind: 'postponed', due }, holds: reservations, freed }
  }
  const occupied = limits.filter(([, slots]) => slots > 0)
  for (const [key] of occupied) gateOf(key).held++
  return {
    admission: { id, kind: 'start' },
    holds: occupied.map(([key]) => ({ run: id, key, starts_at: null })),
    freed: [],
  }
}

function countKeys(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Takes the next place in the virtual schedule; answers the instant at which it conforms. */
function reserve(gate: GateState, intervalMs: number, burst: number, now: number): number {
  const startsAt = Math.max(now, gate.arrival - (burst - 1) * intervalMs)
  gate.arrival = Math.max(now, gate.arrival) + intervalMs
  return startsAt
}

/** When a start conforms to those that have happened; after a stall, one after the other. */
function conform(gate: GateState, intervalMs: number, burst: number, now: number): number {
  const startsAt = gate.started - (burst - 1) * intervalMs
  if (now >= startsAt - Math.min(SLACK_MS, intervalMs)) return now
  return Math.max(startsAt, gate.putOff)
}
