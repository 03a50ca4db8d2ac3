import { AsyncLocalStorage } from 'node:async_hooks'
import type { Random } from '@regie/engine'
import { pick, seededRandom } from '../seeded-random.ts'
import { Agenda, type Task } from './agenda.ts'
import { Trace } from './trace.ts'

/** On whose account code runs: a simulated process, or the world itself. What belongs to a dead one never happens. */
export interface Actor {
  readonly name: string
  readonly world: World
  readonly alive: boolean
  /** Stopped until then, as by SIGSTOP; in virtual milliseconds. */
  readonly stoppedUntil: number
}

interface Turn extends Task {
  due: number
  order: number
  readonly actor: Actor
  readonly what: string
  readonly callback: () => void
  readonly enter: <T>(work: () => T) => T
  cancelled: boolean
}

/** Something was planned; cancelling it twice does nothing. */
export interface Planned {
  cancel(): void
}

/** An invariant does not hold, or the world came to a stop. */
export class Violation extends Error {}

const actors = new AsyncLocalStorage<Actor>()
const START = Date.UTC(2026, 0, 5, 9)
const realImmediate = setImmediate
// Work costs time, so that code which never waits does not stop the clock.
const TURN_MS = 0.01
const SOON_MS = 0.2
const MAX_TURNS = 60_000

/** On whose account the calling code runs; undefined outside any world. */
export function currentActor(): Actor | undefined {
  return actors.getStore()
}

/** Runs `work` on an actor's account. */
export function actAs<T>(actor: Actor, work: () => T): T {
  return actors.run(actor, work)
}

/**
 * A world of its own: one queue for everything that is to happen in any simulated process, and time that leaps from one to
 * the next. Promises stay those of the machine; between two turns all of them are settled.
 */
export class World implements Actor {
  readonly name = 'world'
  readonly alive = true
  readonly stoppedUntil = 0
  readonly random: Random
  readonly trace: Trace
  readonly seed: number
  readonly #agenda = new Agenda<Turn>()
  readonly #lastSoon = new WeakMap<Actor, number>()
  #now = 0
  #order = 0
  #wallOffset = START
  #latestWall = 0
  #turns = 0
  /** How late timers may fire in this world, and how often they are. */
  lateness: { readonly share: number; readonly maxMs: number } = { share: 0, maxMs: 0 }

  constructor(seed: number, tracedLines?: number) {
    this.trace = new Trace(tracedLines)
    this.seed = seed
    this.random = seededRandom(seed)
  }

  get world(): World {
    return this
  }

  /** Milliseconds since the world began; only grows. */
  get now(): number {
    return this.#now
  }

  /** What a clock on the wall shows: whole milliseconds UTC. It may be set. */
  get wall(): number {
    const wall = Math.floor(this.#now + this.#wallOffset)
    if (wall > this.#latestWall) this.#latestWall = wall
    return wall
  }

  /** The latest instant any clock of this world has shown. */
  get latestWall(): number {
    return Math.max(this.#latestWall, this.wall)
  }

  get turns(): number {
    return this.#turns
  }

  /** Sets the clock on the wall. */
  setWall(byMs: number): void {
    this.#wallOffset += byMs
  }

  /** Time passes during a turn: the whole machine is slow. */
  pass(ms: number): void {
    this.#now += ms
  }

  /** A share of 0.3 is true three times in ten. */
  chance(share: number): boolean {
    return share > 0 && this.random() < share
  }

  /** A whole number from `from` to below `end`. */
  between(from: number, end: number): number {
    return from + pick(this.random, end - from)
  }

  /** One of a list. */
  oneOf<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const found = list[pick(this.random, list.length)]
    if (found === undefined) throw new RangeError('nothing to choose from')
    return found
  }

  note(line: string): void {
    const actor = currentActor() ?? this
    this.trace.note(`${this.#now.toFixed(2).padStart(10)} ${actor.name.padEnd(6)} ${line}`)
  }

  /** Plans a turn of the calling actor. Those of an actor that come `soon` keep their order; others may be late. */
  plan(what: string, delayMs: number, callback: () => void, soon = false): Planned {
    const actor = currentActor() ?? this
    const turn: Turn = {
      actor,
      what,
      callback,
      due: soon ? this.#soon(actor) : this.#now + Math.max(0, delayMs) + this.#late(),
      order: this.#order++,
      enter: AsyncLocalStorage.snapshot(),
      cancelled: false,
    }
    if (actor.alive) this.#agenda.push(turn)
    return {
      cancel() {
        turn.cancelled = true
      },
    }
  }

  /** Takes turns until `done`; `afterTurn` looks at what each has done. Throws a {@link Violation} when nothing ends it. */
  async run(done: () => boolean, afterTurn: () => void): Promise<void> {
    while (!done()) {
      const turn = this.#agenda.pop()
      if (turn === undefined) throw new Violation('nothing is planned any more, and the end is not reached')
      if (turn.cancelled || !turn.actor.alive) continue
      const { stoppedUntil } = turn.actor
      if (stoppedUntil > Math.max(turn.due, this.#now)) {
        // Whoever cancels it holds this very turn.
        turn.due = stoppedUntil
        turn.order = this.#order++
        this.#agenda.push(turn)
        continue
      }
      this.#take(turn)
      await new Promise((resolve) => realImmediate(resolve))
      afterTurn()
    }
  }

  #take(turn: Turn): void {
    this.#now = Math.max(this.#now, turn.due) + TURN_MS
    if (++this.#turns > MAX_TURNS)
      throw new Violation(`no end after ${MAX_TURNS} turns: something goes round in circles`)
    turn.enter(() => {
      if (turn.what !== '') this.note(turn.what)
      turn.callback()
    })
  }

  /** Some actors are quicker than others, but what each of them puts off comes in its order. */
  #soon(actor: Actor): number {
    const due = Math.max(this.#lastSoon.get(actor) ?? 0, this.#now + this.random() * SOON_MS)
    this.#lastSoon.set(actor, due)
    return due
  }

  #late(): number {
    const { share, maxMs } = this.lateness
    return this.random() * (this.chance(share) ? maxMs : 1)
  }
}
