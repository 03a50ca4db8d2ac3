import { BEHIND, NEVER_OF_EVENTS } from './events.ts'
import type { FlowLedger } from './flow-ledger.ts'
import {
  EVENT_NUMBERS,
  GENERATIONS,
  KEPT_SIGNALS,
  NEVER,
  NEVER_TWICE,
  PAUSED_STEPS,
  SKIPPED_SLOTS,
} from './invariants.ts'
import { SLOTS } from './jobs.ts'
import type { Ledger, Wish } from './ledger.ts'
import { type Body, Observer, type Rest, type Standing } from './snapshot.ts'
import { Violation, type World } from './world.ts'

// The searches cost more than a turn: they are made after some commits, and at the end.
const SEARCH_EVERY = 25

/** Looks at the database after each commit and holds it against the ledger and against what it was before. */
export class Watcher implements Disposable {
  readonly #world: World
  readonly #ledger: Ledger
  readonly #flows: FlowLedger
  readonly #observer: Observer
  readonly #bodies = new Map<number, Body>()
  #standings: ReadonlyMap<number, Standing> = new Map()
  #latest = 0
  #epoch = 0
  #paused: ReadonlySet<string> = new Set()
  #pausedSteps: ReadonlyMap<string, number> = new Map()
  #commits = 0
  #seen = 0

  constructor(world: World, ledger: Ledger, flows: FlowLedger, path: string) {
    this.#flows = flows
    this.#world = world
    this.#ledger = ledger
    this.#observer = new Observer(path)
  }

  get observer(): Observer {
    return this.#observer
  }

  get commits(): number {
    return this.#commits
  }

  /** Runs that have not ended. */
  get unended(): readonly Standing[] {
    return [...this.#standings.values()].filter(({ place }) => place !== 'done')
  }

  /** Projections that do not show every event yet. */
  get behind(): readonly string[] {
    return this.#observer.rows(BEHIND).map(([name]) => String(name))
  }

  get bodies(): ReadonlyMap<number, Body> {
    return this.#bodies
  }

  committed(): void {
    this.#commits++
  }

  /** After a turn. Throws a {@link Violation}. */
  look(): void {
    if (this.#ledger.violation !== undefined) throw this.#ledger.violation
    if (this.#commits !== this.#seen) this.#compare()
    if (this.#ledger.started) this.#countHandlers()
  }

  /** Everything, once more. */
  lookClosely(): void {
    this.look()
    this.#compare()
    this.#search()
    const runs = new Set([...this.#bodies.values()].map(({ number }) => number))
    for (const wish of this.#ledger.wishes) checkWish('runs', wish, runs)
    const events = new Set(this.#observer.rows(EVENT_NUMBERS).map(([number]) => Number(number)))
    for (const wish of this.#ledger.appends) checkWish('events', wish, events)
    for (const run of this.#ledger.cancelled) this.#checkCancelled(run, this.#standings.get(run))
    const generations = new Map(this.#observer.rows(GENERATIONS).map(([run, generation]) => [run, Number(generation)]))
    for (const run of this.#bodies.keys()) this.#checkUndone(run, generations.get(run) ?? 0)
    this.#checkSignals()
    if (this.#ledger.slotsAreRegular) this.#searchFor('a schedule has skipped a slot', SKIPPED_SLOTS)
  }

  #compare(): void {
    this.#seen = this.#commits
    for (const body of this.#observer.bodiesAfter(this.#latest)) this.#learn(body)
    const before = this.#standings
    const now = new Map<number, Standing>()
    const { standings, rest } = this.#observer.look()
    for (const standing of standings) {
      const other = now.get(standing.run)
      if (other !== undefined)
        throw new Violation(`run ${standing.run} is in two places: ${say(other)} and ${say(standing)}`)
      now.set(standing.run, standing)
    }
    this.#standings = now
    for (const run of this.#bodies.keys())
      if (!now.has(run)) throw new Violation(`run ${run} is nowhere: it was ${say(before.get(run))}`)
    for (const run of this.#ledger.runs)
      if (!now.has(run)) throw new Violation(`run ${run} was acknowledged and is not there`)
    for (const run of this.#ledger.completed) this.#checkCompleted(run, now.get(run))
    for (const standing of now.values()) this.#checkMove(before.get(standing.run), standing)
    this.#checkWorkers(rest)
    this.#checkPauses(before, now, rest.paused)
    this.#checkPausedTrips()
    if (this.#commits % SEARCH_EVERY === 0) this.#search()
  }

  /** A run that was not there before: with everything it was asked for together with. */
  #learn(body: Body): void {
    this.#latest = body.run
    this.#bodies.set(body.run, body)
    this.#world.note(`  run ${body.run} is there: ${body.job} #${body.number}`)
  }

  #checkCompleted(run: number, standing: Standing | undefined): void {
    if (standing?.place === 'done' || this.#isReplayed(run)) return
    throw new Violation(`the completion of run ${run} was acknowledged, but it is ${say(standing)}`)
  }

  #checkCancelled(run: number, standing: Standing | undefined): void {
    if (String(standing?.mark).startsWith('cancelled') || this.#ledger.replayed.has(run)) return
    throw new Violation(`the cancellation of run ${run} was acknowledged, but it is ${say(standing)}`)
  }

  /** A workflow that did not succeed has undone everything; one that did, nothing. */
  #checkUndone(run: number, generation: number): void {
    const { place, mark } = this.#standings.get(run) ?? {}
    if (place !== 'done' || this.#isReplayed(run)) return
    const succeeded = String(mark).startsWith('succeeded')
    const wrong = succeeded ? this.#flows.undoneOf(run, generation) : this.#flows.left(run, generation)
    if (wrong.length > 0)
      throw new Violation(
        `run ${run} ended ${mark}, and ${wrong.join(', ')} ${succeeded ? 'was undone' : 'was never undone'}`,
      )
  }

  /** It may have begun anew after its end. */
  #isReplayed(run: number): boolean {
    const isWorkflow = this.#bodies.get(run)?.isWorkflow === true
    return this.#ledger.replayed.has(run) || (isWorkflow && this.#ledger.tripsReplayed)
  }

  #checkSignals(): void {
    // What was taken by a wait goes with it when the trip does again what it undid.
    if (this.#ledger.tripsReplayed) return
    const kept = new Set(this.#observer.rows(KEPT_SIGNALS).map(([number]) => number))
    const lost = this.#flows.unreceived.filter((signal) => !kept.has(signal))
    if (lost.length > 0) throw new Violation(`signals #${lost.join(', #')} were sent, and are nowhere`)
  }

  #checkMove(before: Standing | undefined, now: Standing): void {
    if (before === undefined || this.#isReplayed(now.run)) return
    const same = before.place === now.place && before.attempt === now.attempt && before.mark === now.mark
    if (before.place === 'done' && !same)
      throw new Violation(`run ${now.run} had ended (${say(before)}) and is ${say(now)}`)
    // Of a workflow the attempts are processes that died while they had it; each step counts its own.
    const counts = this.#bodies.get(now.run)?.isWorkflow === false
    if (counts && now.attempt < before.attempt)
      throw new Violation(`run ${now.run} goes back from attempt ${before.attempt} to ${now.attempt}`)
    const fired = before.place === 'timer' && (now.place === 'ready' || now.place === 'lease')
    if (fired && Number(before.mark) > this.#world.latestWall)
      throw new Violation(`the timer of run ${now.run} fired ${Number(before.mark) - this.#world.latestWall} ms early`)
  }

  #checkWorkers(rest: Rest): void {
    for (const standing of this.#standings.values())
      if (standing.place === 'lease' && !rest.workers.has(Number(standing.mark)))
        throw new Violation(`run ${standing.run} is leased to worker ${standing.mark}, which is not registered`)
    if (rest.epoch < this.#epoch) throw new Violation(`the epochs go back from ${this.#epoch} to ${rest.epoch}`)
    this.#epoch = rest.epoch
  }

  /** Nothing is claimed of a queue that was paused before and is paused now. */
  #checkPauses(
    before: ReadonlyMap<number, Standing>,
    now: ReadonlyMap<number, Standing>,
    paused: ReadonlySet<string>,
  ): void {
    const both = new Set([...this.#paused].filter((queue) => paused.has(queue)))
    this.#paused = paused
    if (both.size === 0) return
    for (const { place, run } of now.values()) {
      if (place !== 'lease' || before.get(run)?.place === 'lease' || before.get(run) === undefined) continue
      const queue = this.#bodies.get(run)?.queue ?? ''
      if (both.has(queue)) throw new Violation(`run ${run} was claimed from ${queue} while it was paused`)
    }
  }

  /** A workflow that was paused before and is paused since has begun no step. */
  #checkPausedTrips(): void {
    const now = new Map(
      this.#observer.rows(PAUSED_STEPS).map(([run, at, steps]) => [`${run} since ${at}`, Number(steps)]),
    )
    for (const [trip, steps] of now) {
      const before = this.#pausedSteps.get(trip) ?? steps
      if (steps > before) throw new Violation(`run ${trip} is paused, and has begun ${steps - before} steps`)
    }
    this.#pausedSteps = now
  }

  /** Handlers that hold a valid lease are no more than their limits allow. */
  #countHandlers(): void {
    this.#ledger.started = false
    const running = this.#ledger.handlers.filter(({ run, attempt }) => {
      const standing = this.#standings.get(run)
      return standing?.place === 'lease' && standing.attempt === attempt
    })
    const byKey = Map.groupBy(
      running.flatMap(({ keys, run }) => keys.map((key) => ({ key, run }))),
      ({ key }) => key,
    )
    for (const [key, holders] of byKey) {
      const slots = SLOTS.find(({ prefix }) => key.startsWith(prefix))?.slots ?? 0
      const runs = new Set(holders.map(({ run }) => run))
      if (runs.size > slots)
        throw new Violation(`${runs.size} runs of ${key} at once (${[...runs].join(', ')}), and ${slots} are allowed`)
    }
  }

  #search(): void {
    for (const [sentence, sql] of Object.entries({
      ...NEVER,
      ...NEVER_OF_EVENTS,
      ...(this.#ledger.tripsReplayed ? {} : NEVER_TWICE),
    }))
      this.#searchFor(sentence, sql)
  }

  #searchFor(sentence: string, sql: string): void {
    const rows = this.#observer.rows(sql)
    if (rows.length > 0) throw new Violation(`${sentence}: ${JSON.stringify(rows.slice(0, 3))}`)
  }

  [Symbol.dispose](): void {
    this.#observer[Symbol.dispose]()
  }
}

function say(standing: Standing | undefined): string {
  if (standing === undefined) return 'nowhere'
  return `${standing.place} (attempt ${standing.attempt}, ${standing.mark})`
}

/** What was asked for together is there together; what was acknowledged is there, what was refused is not. */
function checkWish(what: string, { numbers, answer }: Wish, known: ReadonlySet<number>): void {
  const there = numbers.filter((number) => known.has(number))
  const all = `${what} #${numbers.join(', #')}`
  if (there.length > 0 && there.length < numbers.length)
    throw new Violation(`of the ${all}, asked for together, only #${there.join(', #')} are there`)
  if (answer === 'yes' && there.length === 0) throw new Violation(`${all} were acknowledged and are not there`)
  if (answer === 'no' && there.length > 0) throw new Violation(`${all} were refused and are there`)
}
