import type { ClaimedRun } from '../store/hot.ts'

// Claim ahead only of work that is quick: what waits here is out of reach for other processes.
const QUICK_MS = 50
const MAX_AHEAD = 512
/** Claimed runs that have not started after this long go back to their queue. */
export const HOLD_MS = 200

/** One queue as this worker sees it. */
export class QueueState {
  readonly name: string
  readonly concurrency: number
  running = 0
  /** Counts reasons to look for work; a claim that found less than it asked for is only then the last word. */
  wakes = 1
  seen = 0
  /** Claimed and not started, with the instant of the claim. */
  readonly #waiting: { readonly run: ClaimedRun; readonly at: number }[] = []
  #head = 0
  /** Mean duration of its runs here, milliseconds; undefined until one has ended. */
  #meanMs: number | undefined

  constructor(name: string, concurrency: number) {
    this.name = name
    this.concurrency = concurrency
  }

  get waiting(): number {
    return this.#waiting.length - this.#head
  }

  /** What waits, in its order. */
  get atHand(): readonly ClaimedRun[] {
    return this.#waiting.slice(this.#head).map(({ run }) => run)
  }

  /** True when there may be something to claim. */
  get hungry(): boolean {
    return this.wakes !== this.seen
  }

  /** How many runs to claim now; 0 when there are enough at hand. */
  get appetite(): number {
    if (!this.hungry) return 0
    const atHand = this.running + this.waiting
    const target = this.concurrency + this.#ahead()
    // Half empty: fewer, larger claims are cheaper than many small ones.
    return atHand > target / 2 && atHand >= this.concurrency ? 0 : target - atHand
  }

  add(runs: readonly ClaimedRun[], at: number): void {
    for (const run of runs) this.#waiting.push({ run, at })
  }

  /** The next run to start; undefined when none waits or all slots are taken. */
  next(): ClaimedRun | undefined {
    if (this.running >= this.concurrency) return undefined
    const next = this.#waiting[this.#head]?.run
    if (next === undefined) return undefined
    this.#head++
    if (this.#head < this.#waiting.length) return next
    this.#waiting.length = 0
    this.#head = 0
    return next
  }

  /** Everything that waits since before this instant. */
  takeOlderThan(instant: number): readonly ClaimedRun[] {
    const waiting = this.#waiting.splice(0).slice(this.#head)
    this.#head = 0
    const old = waiting.filter(({ at }) => at < instant)
    this.#waiting.push(...waiting.filter(({ at }) => at >= instant))
    return old.map(({ run }) => run)
  }

  /** Forgets runs that are not this worker's any more. */
  drop(ids: ReadonlySet<number>): void {
    const kept = this.#waiting.slice(this.#head).filter(({ run }) => !ids.has(run.id))
    this.#waiting.splice(0, this.#waiting.length, ...kept)
    this.#head = 0
  }

  /** It turned out slow: claims nothing ahead until it has proved quick again. */
  slowDown(): void {
    this.#meanMs = Math.max(this.#meanMs ?? 0, QUICK_MS)
  }

  ended(durationMs: number): void {
    this.#meanMs = this.#meanMs === undefined ? durationMs : this.#meanMs * 0.95 + durationMs * 0.05
  }

  #ahead(): number {
    if (this.#meanMs === undefined || this.#meanMs >= QUICK_MS) return 0
    return Math.min(MAX_AHEAD, Math.ceil((this.concurrency * QUICK_MS) / Math.max(this.#meanMs, 0.1)))
  }
}
