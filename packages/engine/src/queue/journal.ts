import { EngineError, isEngineError } from '../errors.ts'
import { fingerprint, storedError } from '../job/errors.ts'
import { hideSecrets } from '../job/hide-secrets.ts'
import type { ClaimedBatch, ClaimedRun } from '../store/hot.ts'
import type { EngineTables, StoredOptions } from '../store/schema.ts'
import { settle } from '../store/settle.ts'
import { returnUnknownLeases } from '../store/workers.ts'
import type { WorkerGround } from './ground.ts'
import type { Lanes } from './lanes.ts'
import { LeaseBook } from './lease-book.ts'
import { type Entry, endedRun, isPlain, settlement } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { HOLD_MS } from './queue-state.ts'

// Acknowledgements wait this long for company, unless there are this many or something is to be claimed anyway.
const FLUSH_MS = 5
const FLUSH_COUNT = 256
const RETRY_MS = 250
const MAX_RETRY_MS = 5_000
const UNHEALTHY_FAULTS = 3
const SUSPECT_MS = 60_000
// And without any fault, rarely: what nobody noticed must not stay for ever.
const COMPARE_MS = 30_000

/** True for runs at whose end others may go on. */
function releases({ l, b, w }: StoredOptions): boolean {
  return l !== undefined || b !== undefined || w !== undefined
}

/** Whom the journal tells. */
export interface JournalOwner {
  epoch(): number
  /** Runs were claimed for this worker. */
  claimed(batches: readonly ClaimedBatch[]): void
  /** What became of these runs is in the store now. */
  written(entries: readonly Entry[]): void
  /** These runs belong to others: their claim was lost with a crash of the server. */
  dropped(runs: ReadonlySet<number>): void
  /** This worker was declared dead: everything it held belongs to others. Resolves when it has joined again. */
  rejoin(): Promise<void>
}

/**
 * Writes down what became of runs and claims the next ones, one exchange with the store at a time. What could not be
 * written stays in the journal and is tried again; writing it twice does no harm.
 */
export class Journal {
  readonly #ground: WorkerGround
  readonly #owner: JournalOwner
  readonly #lanes: Lanes
  readonly #book = new LeaseBook()
  #entries: Entry[] = []
  #turning: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #faults = 0
  #closing = false
  #closed = false
  #holdTimer: NodeJS.Timeout | undefined
  #suspectUntil = 0
  #comparedAt = performance.now()

  constructor(ground: WorkerGround, owner: JournalOwner, lanes: Lanes) {
    this.#ground = ground
    this.#owner = owner
    this.#lanes = lanes
  }

  /** False after several faults of the store, until something has worked again. */
  get healthy(): boolean {
    return this.#faults < UNHEALTHY_FAULTS
  }

  /** Writes an entry down, at once or with others. */
  note(entry: Entry, atOnce: boolean): void {
    // Of a run that was taken over from this worker there is nothing more to say.
    if (entry.run.epoch !== this.#owner.epoch() || !this.#book.holds(entry.run)) return
    this.#entries.push(entry)
    this.#schedule(atOnce || !isPlain(entry))
  }

  /** A run's completion was committed by its own transaction. */
  completed(run: ClaimedRun, options: StoredOptions): void {
    this.#book.remove([run])
    if (releases(options)) this.#released()
    this.#schedule(false)
  }

  /** The outcome of a run that another worker has now. */
  lost(run: ClaimedRun): void {
    this.#book.remove([run])
    this.#schedule(false)
  }

  /** Exchanges with the store now. */
  turn(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#turning ??= this.#turns().finally(() => {
      this.#turning = undefined
      // Whoever wakes a lane between the last look of the loop and here finds a turn under way, and relies on this one.
      if (this.#entries.length > 0 || this.#wantsMore) this.#schedule(false)
    })
  }

  /** Claims nothing more. */
  close(): void {
    this.#closing = true
  }

  /** Resolves when everything is written, or the store has failed several times. */
  async flush(): Promise<void> {
    while (this.#turning !== undefined) await this.#turning
    this.#closed = true
    while (this.#entries.length > 0 && this.healthy) await this.#exchange()
    clearTimeout(this.#timer)
    clearTimeout(this.#holdTimer)
  }

  /** Drops everything: it belongs to others now. */
  forget(): void {
    this.#entries = []
    this.#book.clear()
  }

  fault(error: unknown): void {
    this.#faults++
    if (isEngineError(error, 'LEASE_LOST')) return
    this.#ground.log.warn(
      { error: storedError(error), faults: this.#faults },
      'the store did not answer as it should: trying again',
    )
    if (this.#faults === UNHEALTHY_FAULTS)
      this.#ground.onTrouble({ kind: 'store-failed', error: hideSecrets(String(error)) })
  }

  get #wantsMore(): boolean {
    return !this.#closing && this.#lanes.hungry.length > 0
  }

  #schedule(atOnce: boolean): void {
    if (this.#closed) return
    const now = atOnce || this.#wantsMore || this.#entries.length >= FLUSH_COUNT
    if (now) this.turn()
    if (!now) this.#timer ??= setTimeout(() => this.turn(), FLUSH_MS)
  }

  async #turns(): Promise<void> {
    do {
      await this.#exchange()
      if (this.#faults > 0) await this.#recover()
      this.#entries.push(...this.#lanes.returnOld(this.#ground.clock.now()))
    } while (this.#wantsMore || (this.#entries.length >= FLUSH_COUNT && (this.healthy || !this.#closing)))
    if (this.#lanes.waiting) this.#watchWaiting()
  }

  /** What waits for a slot here may have one elsewhere: looks again when it has waited long enough. */
  #watchWaiting(): void {
    this.#holdTimer ??= setTimeout(() => {
      this.#holdTimer = undefined
      this.turn()
    }, HOLD_MS).unref()
  }

  async #exchange(): Promise<void> {
    // A run may have been claimed again since its entry was noted.
    const entries = this.#entries.filter(({ run }) => this.#book.holds(run))
    this.#entries = []
    const special = entries.filter((entry) => !isPlain(entry))
    const plain = entries.filter(isPlain)
    let unwritten = entries
    try {
      await this.#settle(special)
      unwritten = plain
      await this.#acknowledgeAndClaim(plain)
      this.#faults = 0
    } catch (error) {
      this.#entries = [...unwritten, ...this.#entries]
      this.fault(error)
    }
  }

  async #settle(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const { database, hot, onTrouble } = this.#ground
    const writing = settlement(this.#owner.epoch(), entries, this.#book)
    await database.transaction<void, EngineTables>((tx) => settle(tx, hot, writing))
    this.#owner.written(entries)
    this.#book.remove(entries.map(({ run }) => run))
    this.#book.forget(writing.leases.filter(({ ids }) => ids.length === 0).map(({ id }) => id))
    for (const { run, outcome } of entries) {
      this.#tell(run, outcome)
      if (outcome.kind !== 'failed' && outcome.kind !== 'expired') continue
      onTrouble({
        kind: 'run-failed',
        runId: run.id,
        org: run.org,
        job: run.job,
        error: `${outcome.error.code}: ${outcome.error.message}`,
        fingerprint: fingerprint(run.job, outcome.error),
      })
    }
    const later = [...writing.delayed, ...writing.postponed, ...writing.suspended]
    const due = Math.min(...later.map((delayed) => delayed.due ?? Number.POSITIVE_INFINITY))
    if (Number.isFinite(due)) this.#ground.expect(due)
    // What waited for a slot, for the end of a batch or of a child, or was handed back may be claimed at once. So may a
    // workflow that wanted to wait when what it waits for had just come.
    if (entries.some(({ options }) => releases(options)) || writing.suspended.length > 0) this.#released()
    const returned = entries
      .filter(({ outcome }) => outcome.kind === 'returned' || outcome.kind === 'continued')
      .map(({ run }) => run.queue)
    if (returned.length > 0) hot.rescan(returned)
    for (const queue of returned) this.#lanes.wake(queue)
  }

  /** Where a run fails stands in the log too, with the run that it was. */
  #tell({ id, org, job, attempt }: Entry['run'], outcome: Outcome): void {
    if (outcome.kind !== 'failed' && outcome.kind !== 'retry') return
    const { log } = this.#ground
    const fields = { run: id, org, job, attempt, error: outcome.error }
    if (outcome.kind === 'retry') log.warn(fields, 'a run failed and is tried again')
    else log.error(fields, 'a run failed for good')
  }

  /** Slots or batches were given back: what waited for them may be in any queue, and in any place of it. */
  #released(): void {
    this.#ground.hot.rescan()
    this.#lanes.wakeAll()
    this.#ground.hot.announce('queued')
  }

  async #acknowledgeAndClaim(entries: readonly Entry[]): Promise<void> {
    const { hot, clock } = this.#ground
    const claims = this.#closing ? [] : this.#lanes.order()
    const closedLeases = this.#book.closing(new Set(entries.map(({ run }) => run.id)))
    if (entries.length === 0 && claims.length === 0 && closedLeases.length === 0) return
    const epoch = this.#owner.epoch()
    const { lost, batches } = await hot.exchange({
      epoch,
      now: clock.now(),
      ended: entries.map(endedRun),
      closedLeases,
      claims,
    })
    if (lost) throw new EngineError('LEASE_LOST', `worker ${epoch} was declared dead`)
    this.#book.remove(entries.map(({ run }) => run))
    this.#book.forget(closedLeases)
    for (const batch of batches) this.#book.add(batch)
    this.#lanes.served(claims, batches)
    this.#owner.claimed(batches)
  }

  /** After a fault the answer to a claim may have been lost; after a lost lease everything here belongs to others. */
  async #recover(): Promise<void> {
    if (this.#closing && !this.healthy) return
    const wait = RETRY_MS * 2 ** Math.min(this.#faults, 8)
    if (this.#faults > 1) await new Promise((resolve) => setTimeout(resolve, Math.min(MAX_RETRY_MS, wait)))
    this.#suspectUntil = performance.now() + SUSPECT_MS
    try {
      await this.#reconcile()
      this.#faults = Math.min(this.#faults, UNHEALTHY_FAULTS - 1)
    } catch (error) {
      this.fault(error)
    }
    this.#ground.hot.rescan()
    this.#lanes.wakeAll()
  }

  /** Looks at once whether this worker was declared dead. */
  compare(): Promise<void> {
    this.#comparedAt = Number.NEGATIVE_INFINITY
    return this.lookForLostClaims()
  }

  /** Called now and then: for a while after a fault the server may still carry out a claim nobody waits for any more. */
  async lookForLostClaims(): Promise<void> {
    const now = performance.now()
    const dueAgain = now < this.#suspectUntil || now - this.#comparedAt > COMPARE_MS
    if (!dueAgain || this.#turning !== undefined || this.#closed) return
    this.#comparedAt = now
    this.#turning = this.#reconcile()
      .catch((error: unknown) => this.fault(error))
      .finally(() => {
        this.#turning = undefined
        // Whatever wanted a turn meanwhile was told that one was under way.
        this.turn()
      })
    await this.#turning
  }

  /** Compares the book with the store, both ways; nothing else is exchanged meanwhile. */
  async #reconcile(): Promise<void> {
    const epoch = this.#owner.epoch()
    const leases = await this.#ground.database.transaction<ReadonlySet<number> | undefined, EngineTables>((tx) =>
      returnUnknownLeases(tx, epoch, (lease) => this.#book.knows(lease)),
    )
    if (leases === undefined) return this.#owner.rejoin()
    const missing = this.#book.leases.filter((lease) => !leases.has(lease))
    const runs = missing.flatMap((lease) => this.#book.runsOf(lease))
    this.#book.remove(runs)
    this.#book.forget(missing)
    if (runs.length > 0) this.#owner.dropped(new Set(runs.map(({ id }) => id)))
  }
}
