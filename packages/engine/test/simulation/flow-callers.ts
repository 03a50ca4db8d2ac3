import { chain, chord, type Engine, group } from '@regie/engine'
import { NUMBERS, PARTS, type TripInput, type worldFlows } from './flows.ts'
import type { WorldInput, WorldJob } from './jobs.ts'
import type { Ledger } from './ledger.ts'
import type { World } from './world.ts'

/** What callers of workflows work with. */
export interface FlowCaller {
  readonly world: World
  readonly ledger: Ledger
  readonly engine: Engine
  readonly flows: ReturnType<typeof worldFlows>
  readonly jobs: Readonly<Record<'child' | 'after', WorldJob>>
}

const KEYS = ['a', 'b'] as const
const ENDS = ['return', 'return', 'return', 'throw', 'compensate', 'again'] as const

/** Numbers that nobody else has, as many as a part needs: the first of them. */
export function numbers(ledger: Ledger): number {
  const [first] = Array.from({ length: NUMBERS }, () => ledger.number())
  return first ?? 0
}

function tripInput({ world, ledger }: FlowCaller): TripInput {
  const parts = Array.from({ length: world.between(1, 6) }, () => {
    const way = world.oneOf(PARTS)
    const ms = way === 'wait' ? world.between(500, 8_000) : Math.round(world.random() ** 3 * 4_000)
    return { way, ms, key: world.oneOf(KEYS), number: numbers(ledger), undo: world.chance(0.7) }
  })
  return { number: ledger.number(), parts, end: world.oneOf(ENDS) }
}

/** Sets out on a trip, now or later. */
export async function startTrip(caller: FlowCaller): Promise<void> {
  const { world, ledger, engine, flows } = caller
  const input = tripInput(caller)
  const delay = world.chance(0.2) ? { delay: `${world.between(1, 3_000)}ms` as const } : {}
  const deadline = world.chance(0.1) ? { deadline: `${world.between(500, 6_000)}ms` as const } : {}
  const run = await ledger.wish([input.number], () => engine.enqueue(flows.trip, input, { ...delay, ...deadline }))
  if (run === undefined) return
  ledger.trips.add(run.id)
  ledger.tripInputs.set(run.id, input)
}

/** Tells whoever waits. */
export async function sendNews({ world, ledger, engine, flows }: FlowCaller): Promise<void> {
  const part = { way: 'signal', ms: 0, key: world.oneOf(KEYS), number: numbers(ledger), undo: false } as const
  const input: TripInput = { number: ledger.number(), parts: [part], end: 'return' }
  const run = await ledger.wish([input.number], () => engine.enqueue(flows.trip, input))
  if (run !== undefined) ledger.trips.add(run.id)
}

/** A chord or a chain: what follows is enqueued once, whatever happens. */
export async function startFlow({ world, ledger, engine, jobs }: FlowCaller): Promise<void> {
  const input = (): WorldInput => ({
    number: ledger.number(),
    key: 'flow',
    acts: [{ way: world.chance(0.2) ? 'throw' : 'return', ms: 0 }],
  })
  const last = jobs.after.with(input())
  const members = Array.from({ length: world.between(1, 5) }, () => jobs.child.with(input()))
  const [first, ...rest] = members
  const call =
    first !== undefined && world.chance(0.3)
      ? chain(first, ...rest, last)
      : world.chance(0.5)
        ? chord(group(members, { policy: 'settle' }), last)
        : chord(group(members), last)
  const run = await ledger.ask(() => engine.enqueue(call))
  if (run !== undefined) ledger.trips.add(run.id)
}

/** Stops a trip wherever it is: what it did is undone. */
export async function cancelTrip({ world, ledger, engine }: FlowCaller): Promise<void> {
  if (ledger.trips.size > 0) await ledger.ask(() => engine.runs.cancel(world.oneOf([...ledger.trips]), 'by a caller'))
}
