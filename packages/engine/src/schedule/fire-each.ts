import type { NewRun } from '../store/hot.ts'
import { cancelRuns } from '../store/run-changes.ts'
import { type OrgSlotRow, servedOf, type Unfinished, unfinishedByOrg, writeOrgSlots } from '../store/slots-by-org.ts'
import type { Tx } from '../store/tables.ts'
import { enqueueSlots, type FireGround } from './enqueue-slot.ts'
import { jitterFor } from './jitter.ts'
import { decideOverlap } from './overlap.ts'
import type { Plan } from './plan.ts'

// A commit of so many runs holds SQLite's only writer for some ten milliseconds; a thousand organisations are five of them.
const PAGE = 200

/** What is to be fired for each organisation. */
interface Firing {
  readonly slots: readonly { readonly slot: number; readonly outcome: 'late' | 'fired' }[]
  readonly orgs: readonly string[]
  readonly now: number
}

/**
 * Fires slots for those organisations that have not had them, at most {@link PAGE} in one call. The row of a slot and an
 * organisation is unique, so repeating is harmless. The rule of `overlap` is asked for each organisation by itself: a long
 * run of one must not cost the others their slot.
 */
export async function fireEach(tx: Tx, ground: FireGround, plan: Plan, { slots, orgs, now }: Firing) {
  const runs: NewRun[] = []
  let cancelled = false
  let room = PAGE
  for (const { slot, outcome } of slots) {
    const served = await servedOf(tx, plan.name, slot)
    const waiting = orgs.filter((org) => !served.has(org))
    const page = waiting.slice(0, room)
    const fired = await fireSlotFor(tx, ground, plan, { slot, outcome, orgs: page, now })
    runs.push(...fired.runs)
    cancelled ||= fired.cancelled
    room -= page.length
    if (page.length < waiting.length) return { runs, cancelled, more: true }
  }
  return { runs, cancelled, more: false }
}

const NONE: Unfinished = new Map()

interface FiringSlot {
  readonly slot: number
  readonly outcome: 'late' | 'fired'
  readonly orgs: readonly string[]
  readonly now: number
}

async function fireSlotFor(tx: Tx, ground: FireGround, plan: Plan, { slot, outcome, orgs, now }: FiringSlot) {
  if (orgs.length === 0) return { runs: [], cancelled: false }
  const unfinished = plan.overlap === 'allow' ? NONE : await unfinishedByOrg(tx, plan.name, orgs)
  const decided = orgs.map((org) => {
    const left = unfinished.get(org) ?? []
    const running = left.some(({ started }) => started)
    const queued = left.some(({ started }) => !started)
    return { org, left, decision: decideOverlap(plan.overlap, { running, queued }) }
  })
  const superseded = decided.flatMap(({ decision, left }) => (decision === 'cancel-and-fire' ? left : []))
  if (superseded.length > 0) {
    const ids = superseded.map(({ id }) => id)
    await cancelRuns(tx, ground.hot, ids, `the next slot of ${plan.name} is due`, now)
  }
  const firing = decided.filter(({ decision }) => decision !== 'skip')
  const starts = firing.map(({ org }) => ({
    org,
    // By name and organisation: a thousand runs of nine o'clock do not start in the same second.
    startAt: Math.max(now, slot + jitterFor(slot, `${plan.name} of ${org}`, plan.jitterMs)),
  }))
  const stored = await enqueueSlots(tx, ground, plan, starts, now)
  const runOf = new Map(stored.map(({ id, run }) => [run.org, id]))
  const rows = decided.map(({ org, decision }): OrgSlotRow => {
    const became = decision === 'skip' ? 'skipped' : decision === 'queue' ? 'queued' : outcome
    return { schedule: plan.name, slot, org, outcome: became, run: runOf.get(org) ?? null }
  })
  await writeOrgSlots(tx, rows, now)
  return { runs: stored.map(({ run }) => run), cancelled: superseded.length > 0 }
}
