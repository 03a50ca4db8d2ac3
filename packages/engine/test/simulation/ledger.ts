import type { TripInput } from './flows.ts'
import { currentActor, Violation, type World } from './world.ts'

/** What became of something a caller asked for. `unknown`: its process died before it was answered. */
export type Answer = 'unknown' | 'yes' | 'no'

/** Runs that were asked for together: all or none. */
export interface Wish {
  readonly numbers: readonly number[]
  answer: Answer
}

/** A handler at work. */
export interface Attempt {
  readonly run: number
  readonly attempt: number
  readonly job: string
  readonly keys: readonly string[]
  readonly alive: () => boolean
}

/**
 * What was asked of the engines and what they answered, kept apart from them: the judge of every world. Only what a living
 * process says is written down.
 */
export class Ledger {
  readonly #world: World
  readonly #wishes = new Map<number, Wish>()
  readonly #appends: Wish[] = []
  readonly #handlers = new Set<Attempt>()
  #numbers = 0
  /** Runs known to have been accepted. */
  readonly runs = new Set<number>()
  /** Runs that some operator wanted to begin anew: only these may leave a final state. */
  readonly replayed = new Set<number>()
  /** Runs whose completion was acknowledged to their own handler. */
  readonly completed = new Set<number>()
  readonly cancelled = new Set<number>()
  /** Runs of workflows known to have been accepted. */
  readonly trips = new Set<number>()
  /** What those that a caller set out on are to do. */
  readonly tripInputs = new Map<number, TripInput>()
  /** True once a workflow may have been let go on after its end: what it undid is done again. */
  tripsReplayed = false
  /** People whose erasure was acknowledged. */
  readonly forgotten = new Set<string>()
  readonly batches = new Set<number>()
  /** Earliest starts by number (milliseconds UTC). */
  readonly earliest = new Map<number, number>()
  /** False once a clock was set or a schedule paused: then slots may be passed over. */
  slotsAreRegular = true
  readonly counts = new Map<string, number>()
  /** True when a handler has started since this was last reset. */
  started = false

  constructor(world: World) {
    this.#world = world
  }

  /** A number nobody else has: it marks an input. */
  number(): number {
    return ++this.#numbers
  }

  /** Asks for runs and writes down the answer. Answers undefined when it was refused. */
  async wish<T>(numbers: readonly number[], ask: () => Promise<T>): Promise<T | undefined> {
    const wish: Wish = { numbers, answer: 'unknown' }
    for (const number of numbers) this.#wishes.set(number, wish)
    return this.ask(ask, (answer) => {
      wish.answer = answer
    })
  }

  /** Appends events and writes down the answer; each has a number of its own. */
  async event<T>(numbers: readonly number[], ask: () => Promise<T>): Promise<T | undefined> {
    const wish: Wish = { numbers, answer: 'unknown' }
    this.#appends.push(wish)
    return this.ask(ask, (answer) => {
      wish.answer = answer
    })
  }

  get appends(): readonly Wish[] {
    return this.#appends
  }

  /** Asks for anything else. */
  async ask<T>(ask: () => Promise<T>, answered: (answer: Answer) => void = () => {}): Promise<T | undefined> {
    const actor = currentActor()
    try {
      const value = await ask()
      if (actor?.alive !== true) return undefined
      answered('yes')
      return value
    } catch (error) {
      if (actor?.alive !== true) return undefined
      if (error instanceof Violation) throw error
      this.count(`refused: ${code(error)}`)
      answered('no')
      return undefined
    }
  }

  wishOf(number: number): Wish | undefined {
    return this.#wishes.get(number)
  }

  get wishes(): Iterable<Wish> {
    return new Set(this.#wishes.values())
  }

  get handlers(): readonly Attempt[] {
    return [...this.#handlers].filter(({ alive }) => alive())
  }

  /** A handler begins; answers what it does at its end. */
  begin(attempt: Omit<Attempt, 'alive'>, number: number, max: number): () => void {
    const actor = currentActor()
    const entry = { ...attempt, alive: () => actor?.alive === true }
    this.#world.note(`handler of run ${attempt.run} (${attempt.job} #${number}), attempt ${attempt.attempt}`)
    this.count(`handler ${attempt.job}`)
    if (attempt.attempt > max) throw this.broken(`run ${attempt.run} starts attempt ${attempt.attempt} of ${max}`)
    const earliest = this.earliest.get(number) ?? 0
    const isFirst = attempt.attempt === 1 && !this.replayed.has(attempt.run)
    if (isFirst && this.#world.latestWall < earliest)
      throw this.broken(`run ${attempt.run} starts ${earliest - this.#world.latestWall} ms early`)
    this.#handlers.add(entry)
    this.started = true
    return () => void this.#handlers.delete(entry)
  }

  /** Counts what happens, for the summary. */
  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  /** Why the world failed; a handler's own error would be retried by its engine. */
  violation: Violation | undefined

  /** Keeps the first violation and answers an error to throw. */
  broken(message: string): Violation {
    this.violation ??= new Violation(message)
    return this.violation
  }
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
