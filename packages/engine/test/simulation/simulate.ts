import type { LogFields, Logger, Role } from '@regie/engine'
import { openEverything, operate } from './callers.ts'
import { worldEvents } from './events.ts'
import { drawRates } from './faults.ts'
import { Fleet } from './fleet.ts'
import { FlowLedger } from './flow-ledger.ts'
import { worldFlows } from './flows.ts'
import { installVirtualTime } from './globals.ts'
import { QUEUES, worldJobs } from './jobs.ts'
import { Ledger } from './ledger.ts'
import { isCrash } from './sqlite.ts'
import type { Template } from './template.ts'
import { Watcher } from './watcher.ts'
import { actAs, Violation, World } from './world.ts'

/** What became of a world. */
export interface Outcome {
  readonly seed: number
  /** Equal for equal histories. */
  readonly hash: string
  readonly turns: number
  readonly virtualMs: number
  readonly counts: ReadonlyMap<string, number>
  /** What went wrong, and the last steps before; absent when nothing did. */
  readonly failure?: { readonly message: string; readonly trace: readonly string[] }
}

// A run may have to be taken over, wait for its next attempt and be put off by limits, several times.
const PATIENCE_MS = 180_000

/** Lets a world live: its faults for a while, then time for everything to end. The same seed is the same world. */
export async function simulate(seed: number, template: Template, tracedLines?: number): Promise<Outcome> {
  const world = new World(seed, tracedLines)
  const ledger = new Ledger(world)
  const path = template.copy()
  const restore = installVirtualTime()
  const rejections = watchRejections()
  const flowLedger = new FlowLedger(world, ledger)
  const watcher = new Watcher(world, ledger, flowLedger, path)
  const fleet = raise(world, ledger, flowLedger, watcher, path)
  let failure: Outcome['failure']
  try {
    await fleet.live()
    rejections.check()
  } catch (error) {
    failure = { message: explain(error), trace: world.trace.tail }
  } finally {
    actAs(world, () => fleet.abandon())
    await new Promise((resolve) => setImmediate(resolve))
    watcher[Symbol.dispose]()
    restore()
    rejections.stop()
  }
  const { turns, now: virtualMs, trace } = world
  const outcome = { seed, hash: trace.hash, turns, virtualMs, counts: ledger.counts }
  return failure === undefined ? outcome : { ...outcome, failure }
}

function raise(world: World, ledger: Ledger, flowLedger: FlowLedger, watcher: Watcher, path: string) {
  const { jobs, all, schedules } = worldJobs(world, ledger)
  const flows = worldFlows(world, ledger, flowLedger, jobs.child)
  const events = worldEvents(ledger, jobs.follower)
  const { types, projections, reactions, personKeys, onErasure } = events
  const roles = drawRoles(world)
  const rates = drawRates(world)
  if (rates.clock > 0) ledger.slotsAreRegular = false
  world.lateness = { share: world.chance(0.5) ? 0.05 * world.random() : 0, maxMs: 300 }
  let faulty = true
  const fleet = new Fleet(
    {
      world,
      path,
      durability: world.chance(0.3) ? 'full' : 'fast',
      options: {
        jobs: [...all, flows.trip],
        queues: QUEUES,
        events: types,
        personKeys,
        onErasure,
        projections,
        reactions,
        schedules: world.chance(0.5) ? schedules : [],
        stopMs: 1_000,
        log: watchLog(ledger),
      },
      rates: () => (faulty ? rates : undefined),
      committed: () => watcher.committed(),
    },
    roles,
  )
  const stormMs = world.between(2_000, 6_000)
  const operations = world.between(3, 12)
  const call = (): void => {
    const [chosen] = fleet.working.length === 0 ? [] : [world.oneOf(fleet.working)]
    if (chosen === undefined) return
    const { process, engine } = chosen
    actAs(process, () => void operate({ world, ledger, jobs, flows, events, engine }).catch(unexpected))
  }
  const unexpected = (error: unknown): void => {
    if (!(error instanceof Violation)) ledger.broken(`a caller met ${String(error)}`)
  }
  const look = (): void => watcher.look()
  return {
    abandon: () => fleet.abandon(),
    async live(): Promise<void> {
      actAs(world, () => {
        world.note(`seed ${world.seed}: ${JSON.stringify({ roles, rates, stormMs, operations })}`)
        fleet.start()
        for (let index = 0; index < operations; index++) world.plan('', world.random() * stormMs, call)
      })
      await world.run(() => world.now >= stormMs, look)
      world.note('the faults stop')
      faulty = false
      // Timers follow the clock on the wall: one that was set back would keep them waiting for hours.
      world.setWall(world.latestWall - world.wall)
      await actAs(world, () => settle(world, fleet, watcher, look))
      watcher.lookClosely()
    },
  }
}

/** Lets everything come to its end. Throws a {@link Violation} naming what does not. */
async function settle(world: World, fleet: Fleet, watcher: Watcher, look: () => void): Promise<void> {
  const giveUpAt = world.now + PATIENCE_MS
  let opened = false
  // Again and again: what somebody paused in a process that stood still until now comes late.
  const open = (): void => {
    const [first] = fleet.working
    world.plan('', first === undefined ? 1_000 : 15_000, open)
    if (first === undefined) return
    const note = (): void => {
      opened ||= first.process.alive
    }
    void actAs(first.process, () => openEverything(first.engine).then(note, () => {}))
  }
  open()
  const isOver = (): boolean => opened && watcher.unended.length === 0 && watcher.behind.length === 0
  await world.run(() => world.now > giveUpAt || isOver(), look)
  const [stuck] = watcher.unended
  if (!opened) throw new Violation('no process answers any more')
  if (stuck === undefined && watcher.behind.length > 0)
    throw new Violation(
      `${watcher.behind.join(', ')} did not catch up in ${PATIENCE_MS / 1_000} s after the last fault`,
    )
  if (stuck !== undefined)
    throw new Violation(
      `run ${stuck.run} (${watcher.bodies.get(stuck.run)?.job}) has not ended ${PATIENCE_MS / 1_000} s after the last fault: it is ${stuck.place}, attempt ${stuck.attempt}, ${stuck.mark}; ${watcher.unended.length} runs in all`,
    )
}

function drawRoles(world: World): readonly (readonly Role[])[] {
  const all: readonly Role[] = ['api', 'worker', 'scheduler']
  return Array.from({ length: world.oneOf([1, 2, 2, 3]) }, (_, index) =>
    index === 0 || world.chance(0.7) ? all : (['api', 'worker'] as const),
  )
}

/** What an engine tries again may be a mistake of its own: no fault of a disk is a TypeError. */
function watchLog(ledger: Ledger): Logger {
  const look = (fields: LogFields, message: string): void => {
    const text = JSON.stringify(fields)
    if (/TypeError|ReferenceError|RangeError|syntax error|no such (table|column)/.test(text))
      ledger.broken(`${message}: ${text.slice(0, 600)}`)
  }
  return { debug: look, info: look, warn: look, error: look }
}

/** A rejection that nobody handles would end a real process. */
function watchRejections() {
  const before = process.listeners('unhandledRejection')
  const seen: unknown[] = []
  const note = (error: unknown): void => {
    if (!isCrash(error)) seen.push(error)
  }
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', note)
  return {
    check(): void {
      if (seen.length > 0) throw new Violation(`a rejection nobody handles: ${explain(seen[0])}`)
    },
    stop(): void {
      process.off('unhandledRejection', note)
      for (const listener of before) process.on('unhandledRejection', listener)
    },
  }
}

function explain(error: unknown): string {
  if (error instanceof Violation) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
