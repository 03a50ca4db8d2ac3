import type { Ledger } from './ledger.ts'
import { currentActor, type World } from './world.ts'

/** One run of a workflow, in one generation of its history. */
interface Trip {
  /** What steps answered to the code, by name: never anything else again. */
  readonly answers: Map<string, string>
  readonly sleeps: Map<string, number>
  /** Places, in the order of the code, of steps that were answered and can be undone. */
  readonly undoable: Map<string, number>
  readonly undone: Set<string>
}

/** What workflows saw of their engines. Only what a living process sees is written down. */
export class FlowLedger {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #trips = new Map<string, Trip>()
  readonly #received = new Map<number, string>()
  readonly sent = new Set<number>()

  constructor(world: World, ledger: Ledger) {
    this.#world = world
    this.#ledger = ledger
  }

  /** A fork did a step that it was to do anew: the answer of the run it came from would be a copy. */
  anew(source: number, generation: number, name: string, answer: string): void {
    if (this.#trips.get(`run ${source} generation ${generation}`)?.answers.get(name) === answer)
      throw this.#ledger.broken(`step ${name} of a fork of run ${source} has the answer of that run: ${answer}`)
    this.#ledger.count('done anew by a fork')
  }

  /** A trip that has ended goes on: what it undid it may do again, with other answers. */
  replays(run: number): void {
    for (const [key, { answers }] of this.#trips) if (key.startsWith(`run ${run} `)) answers.clear()
  }

  /** Any trip may do so from now on. */
  replaysAny(): void {
    this.#anyReplays = true
  }

  #anyReplays = false

  /** The code went on from a step with this answer. */
  passed(trip: string, name: string, place: number, answer: string, undoable: boolean): void {
    if (currentActor()?.alive !== true) return
    const { answers, undoable: steps } = this.#trip(trip)
    const before = answers.get(name)
    if (before !== undefined && before !== answer && !this.#anyReplays)
      throw this.#ledger.broken(`step ${name} of ${trip} answered ${before} and later ${answer}`)
    answers.set(name, answer)
    if (undoable) steps.set(name, place)
  }

  /** The code asks to sleep. */
  sleeps(trip: string, name: string, ms: number): void {
    const { sleeps } = this.#trip(trip)
    if (currentActor()?.alive === true && !sleeps.has(name)) sleeps.set(name, this.#world.wall + ms)
  }

  /** It went on from its sleep. */
  wakes(trip: string, name: string): void {
    if (currentActor()?.alive !== true) return
    const early = (this.#trip(trip).sleeps.get(name) ?? 0) - this.#world.latestWall
    if (early > 0) throw this.#ledger.broken(`${trip} wakes ${early} ms early from ${name}`)
  }

  /** A step begins to be undone: those after it must have been. */
  undoing(trip: string, name: string, place: number): void {
    if (currentActor()?.alive !== true) return
    this.#world.note(`  ${trip} undoes ${name}`)
    const { undoable, undone } = this.#trip(trip)
    for (const [later, at] of undoable)
      if (at > place && !undone.has(later) && !this.#anyReplays)
        throw this.#ledger.broken(`${trip} undoes ${name} before ${later}, which came after it`)
  }

  undone(trip: string, name: string): void {
    if (currentActor()?.alive !== true) return
    this.#trip(trip).undone.add(name)
    this.#ledger.count('undone')
  }

  /** A signal came out of a wait. */
  received(trip: string, name: string, signal: number): void {
    if (currentActor()?.alive !== true) return
    const [here, before] = [`${name} of ${trip}`, this.#received.get(signal)]
    if (before !== undefined && before !== here && !this.#ledger.tripsReplayed)
      throw this.#ledger.broken(`signal #${signal} was received by ${before} and by ${here}`)
    this.#received.set(signal, here)
    this.#ledger.count('received')
  }

  /** Signals that were sent, and that no code has received. */
  get unreceived(): readonly number[] {
    return [...this.sent].filter((signal) => !this.#received.has(signal))
  }

  /** What of a run was not undone, in one generation of its history. */
  left(run: number, generation: number): readonly string[] {
    const trip = this.#trips.get(`run ${run} generation ${generation}`)
    return trip === undefined ? [] : [...trip.undoable.keys()].filter((name) => !trip.undone.has(name))
  }

  /** What of a run was undone. */
  undoneOf(run: number, generation: number): readonly string[] {
    return [...(this.#trips.get(`run ${run} generation ${generation}`)?.undone ?? [])]
  }

  #trip(key: string): Trip {
    const known = this.#trips.get(key)
    if (known !== undefined) return known
    const trip = { answers: new Map(), sleeps: new Map(), undoable: new Map(), undone: new Set<string>() }
    this.#trips.set(key, trip)
    return trip
  }
}
