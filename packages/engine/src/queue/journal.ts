import { EngineError, isEngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import type { ClaimedBatch } from '../store/hot.ts'
import type { EngineTables } from '../store/schema.ts'
import { settle } from '../store/settle.ts'
import { returnUnknownLeases } from '../store/workers.ts'
import type { WorkerGround } from './ground.ts'
import type { Lanes } from './lanes.ts'
import { LeaseBook } from './lease-book.ts'
import { type Entry, endedRun, isPlain, settlement } from './ledger.ts'

// Acknowledgements wait this long for company, unless there are this many or something is to be claimed anyway.
const FLUSH_MS = 5
const FLUSH_COUNT = 256
const RETRY_MS = 250
const MAX_RETRY_MS = 5_000
const UNHEALTHY_FAULTS = 3

/** Whom the journal tells. */
export interface JournalOwner {
  epoch(): number
  /** Runs were claimed for this worker. */
  claimed(batches: readonly ClaimedBatch[]): void
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
    this.#entries.push(entry)
    this.#schedule(atOnce || !isPlain(entry))
  }

  /** A run's completion was committed by its own transaction. */
  completed(run: number): void {
    this.#book.remove([run])
    this.#schedule(false)
  }

  /** Exchanges with the store now. */
  turn(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#turning ??= this.#turns().finally(() => {
      this.#turning = undefined
      if (this.#entries.length > 0) this.#schedule(false)
    })
  }

  /** Claims nothing more. */
  close(): void {
    this.#closing = true
  }

  /** Resolves when everything is written, or the store has failed several times. */
  async flush(): Promise<void> {
    while (this.#turning !== undefined) await this.#turning
    while (this.#entries.length > 0 && this.healthy) await this.#exchange()
    clearTimeout(this.#timer)
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
    if (this.#faults === UNHEALTHY_FAULTS) this.#ground.onTrouble({ kind: 'store-failed', error: String(error) })
  }

  get #wantsMore(): boolean {
    return !this.#closing && this.#lanes.hungry.length > 0
  }

  #schedule(atOnce: boolean): void {
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
  }

  async #exchange(): Promise<void> {
    const entries = this.#entries
    this.#entries = []
    try {
      await this.#settle(entries.filter((entry) => !isPlain(entry)))
      await this.#acknowledgeAndClaim(entries.filter(isPlain))
      this.#faults = 0
    } catch (error) {
      this.#entries = [...entries, ...this.#entries]
      this.fault(error)
    }
  }

  async #settle(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const { database, hot, onTrouble } = this.#ground
    const writing = settlement(this.#owner.epoch(), entries, this.#book)
    await database.transaction<void, EngineTables>((tx) => settle(tx, hot, writing))
    this.#book.remove(entries.map(({ run }) => run.id))
    this.#book.forget(writing.leases.filter(({ ids }) => ids.length === 0).map(({ id }) => id))
    for (const { run, outcome } of entries) {
      if (outcome.kind !== 'failed') continue
      onTrouble({
        kind: 'run-failed',
        runId: run.id,
        org: run.org,
        job: run.job,
        error: `${outcome.error.code}: ${outcome.error.message}`,
      })
    }
    const due = Math.min(...[...writing.delayed, ...writing.postponed].map((delayed) => delayed.due))
    if (Number.isFinite(due)) this.#ground.expect(due)
    // What waited for a slot, for the end of a batch, or was handed back may be claimed at once.
    if (entries.some(({ options }) => options.l !== undefined || options.b !== undefined)) this.#lanes.wakeAll()
    for (const { run, outcome } of entries) if (outcome.kind === 'returned') this.#lanes.wake(run.queue)
  }

  async #acknowledgeAndClaim(entries: readonly Entry[]): Promise<void> {
    const { hot, clock } = this.#ground
    const claims = this.#closing ? [] : this.#lanes.order()
    const ids = entries.map(({ run }) => run.id)
    const closedLeases = this.#book.closing(new Set(ids))
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
    this.#book.remove(ids)
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
    try {
      const epoch = this.#owner.epoch()
      const alive = await this.#ground.database.transaction<boolean, EngineTables>((tx) =>
        returnUnknownLeases(tx, epoch, (lease) => this.#book.knows(lease)),
      )
      if (!alive) await this.#owner.rejoin()
      this.#faults = Math.min(this.#faults, UNHEALTHY_FAULTS - 1)
    } catch (error) {
      this.fault(error)
    }
    this.#ground.hot.rescan()
    this.#lanes.wakeAll()
  }
}
