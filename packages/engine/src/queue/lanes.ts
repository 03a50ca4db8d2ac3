import type { Clock } from '../clock.ts'
import type { QueueOptions } from '../engine-api.ts'
import type { ClaimedBatch, ClaimedRun } from '../store/hot.ts'
import type { Entry } from './ledger.ts'
import { HOLD_MS, QueueState } from './queue-state.ts'

/** What one claim asks for, and how often the queue had been woken when it was asked. */
export interface Order {
  readonly queue: string
  readonly limit: number
  readonly wakes: number
}

/** The queues of a worker side by side: who is hungry, what waits in memory, what has to go back. */
export class Lanes {
  readonly #clock: Clock
  readonly #queues: ReadonlyMap<string, QueueState>
  /** Nothing is claimed while it is. */
  closed = false

  constructor(queues: Readonly<Record<string, QueueOptions>>, clock: Clock) {
    this.#clock = clock
    this.#queues = new Map(
      Object.entries(queues).map(([name, { concurrency = 10 }]) => [name, new QueueState(name, concurrency)]),
    )
  }

  get all(): Iterable<QueueState> {
    return this.#queues.values()
  }

  get(queue: string): QueueState | undefined {
    return this.#queues.get(queue)
  }

  /** There may be work in this queue. */
  wake(queue: string): void {
    const state = this.#queues.get(queue)
    if (state !== undefined) state.wakes++
  }

  wakeAll(): void {
    for (const state of this.#queues.values()) state.wakes++
  }

  /** Queues that want runs now. */
  get hungry(): readonly QueueState[] {
    return this.closed ? [] : [...this.#queues.values()].filter(({ appetite }) => appetite > 0)
  }

  /** What to ask the store for. */
  order(): readonly Order[] {
    return this.hungry.map(({ name, appetite, wakes }) => ({ queue: name, limit: appetite, wakes }))
  }

  /** Takes in what was claimed. A queue that gave less than was asked is empty, unless it was woken since. */
  served(orders: readonly Order[], batches: readonly ClaimedBatch[]): void {
    for (const { queue, limit, wakes } of orders) {
      const runs = batches.find((batch) => batch.queue === queue)?.runs ?? []
      const state = this.#queues.get(queue)
      state?.add(runs, this.#clock.now())
      if (state !== undefined && runs.length < limit) state.seen = wakes
    }
  }

  /** Hands back what has been waiting in memory for too long: another process may have a slot for it. */
  returnOld(now: number): readonly Entry[] {
    const entries = this.#return(now - HOLD_MS, now, true)
    for (const { run } of entries) this.#queues.get(run.queue)?.slowDown()
    return entries
  }

  /** Those in which something could start at once. */
  get room(): readonly string[] {
    const free = [...this.#queues.values()].filter(
      ({ running, waiting, concurrency }) => running + waiting < concurrency,
    )
    return this.closed ? [] : free.map(({ name }) => name)
  }

  /** True while claimed runs wait in memory for a slot. */
  get waiting(): boolean {
    return [...this.#queues.values()].some((state) => state.waiting > 0)
  }

  /** Those that do. */
  get atHand(): readonly ClaimedRun[] {
    return [...this.#queues.values()].flatMap(({ atHand }) => atHand)
  }

  /** Forgets runs that are not this worker's any more. */
  drop(ids: ReadonlySet<number>): void {
    for (const state of this.#queues.values()) state.drop(ids)
  }

  /** Hands back everything that has not started, to claim again what may still start. */
  handBack(now: number): readonly Entry[] {
    return this.#return(Number.POSITIVE_INFINITY, now, true)
  }

  /** Hands back everything that has not started, for good. */
  returnAll(now: number): readonly Entry[] {
    return this.#return(Number.POSITIVE_INFINITY, now, false)
  }

  #return(before: number, at: number, keepsSlot: boolean): readonly Entry[] {
    const outcome: Entry['outcome'] = keepsSlot ? { kind: 'returned', keepsSlot } : { kind: 'returned' }
    const runs: readonly ClaimedRun[] = [...this.#queues.values()].flatMap((state) => state.takeOlderThan(before))
    return runs.map((run) => ({ run, options: {}, outcome, startedAt: at, at }))
  }
}
