import type { CancelTimer, Clock } from '../clock.ts'
import { EngineError, isEngineError } from '../errors.ts'
import type { EndedAttempt, QueueOptions, Trouble } from '../engine-api.ts'
import { storedError } from '../job/errors.ts'
import type { Registry } from '../job/registry.ts'
import type { Logger } from '../log.ts'
import { readCancels } from '../store/cancels.ts'
import type { Database } from '../store/database.ts'
import type { ClaimedBatch, ClaimedRun, HotStore } from '../store/hot.ts'
import type { EngineTables, StoredOptions } from '../store/schema.ts'
import { settle } from '../store/settle.ts'
import { advanceQueue } from '../store/shares.ts'
import { parseOptions } from '../store/tables.ts'
import { buryWorkers, registerWorker, returnUnknownLeases } from '../store/workers.ts'
import { admitStarters, needsAdmission, type Starter } from './admission.ts'
import type { Estimates } from './estimates.ts'
import { forgetBeat, type Heart } from './heart.ts'
import { LeaseBook } from './lease-book.ts'
import { type Entry, endedRun, isPlain, settlement } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { HOLD_MS, QueueState } from './queue-state.ts'
import { RunContext, type RunServices } from './run-context.ts'
import { Runner } from './runner.ts'

/** What a worker works with. */
export interface WorkerGround {
  readonly database: Database
  readonly hot: HotStore
  readonly registry: Registry
  readonly queues: Readonly<Record<string, QueueOptions>>
  readonly clock: Clock
  readonly log: Logger
  readonly runServices: RunServices
  readonly estimates: Estimates
  readonly name: string
  readonly stopMs: number
  readonly createHeart: (epoch: number) => Heart
  readonly onTrouble: (trouble: Trouble) => void
  readonly onAttempt: (attempt: EndedAttempt) => void
}

// Acknowledgements wait this long for company, unless there are this many or something is to be claimed anyway.
const FLUSH_MS = 5
const FLUSH_COUNT = 256
const CANCEL_POLL_MS = 1_000
const RETRY_MS = 250
const MAX_RETRY_MS = 5_000
const ADVANCE_MS = 200

/** Takes runs of its queues and runs them, until it is stopped. */
export class Worker {
  readonly #ground: WorkerGround
  readonly #queues: ReadonlyMap<string, QueueState>
  readonly #book = new LeaseBook()
  readonly #runner: Runner
  #entries: Entry[] = []
  #epoch = 0
  #heart: Heart | undefined
  #turning: Promise<void> | undefined
  #flushTimer: NodeJS.Timeout | undefined
  #cancelPoll: CancelTimer | undefined
  #advancedAt = 0
  #faults = 0
  #pumping = false
  #stopping = false

  constructor(ground: WorkerGround) {
    this.#ground = ground
    this.#queues = new Map(Object.entries(ground.queues).map(([name, { concurrency = 10 }]) => [name, new QueueState(name, concurrency)]))
    this.#runner = new Runner(ground.clock, (context, outcome) => this.#ended(context, outcome))
  }

  /** Its fencing number; 0 before the start. */
  get epoch(): number {
    return this.#epoch
  }

  /** False after a fault of the store, until something has worked again. */
  get healthy(): boolean {
    return this.#epoch > 0 && this.#faults < 3
  }

  async start(): Promise<void> {
    await this.#register()
    this.#pollCancels()
    this.wakeAll()
  }

  /** There may be work in this queue. */
  wake(name: string): void {
    const queue = this.#queues.get(name)
    if (queue === undefined) return
    queue.wakes++
    this.#turn()
  }

  wakeAll(): void {
    for (const queue of this.#queues.values()) queue.wakes++
    this.#turn()
  }

  /** Looks at once whether somebody asked for the cancellation of what runs here. */
  async checkCancels(): Promise<void> {
    const { ids } = this.#runner
    if (ids.length === 0) return
    const requests = await readCancels(this.#db, ids)
    for (const { run, reason } of requests) this.#runner.interrupt(run, new EngineError('ABORTED', reason))
  }

  /** Hands back what has not started, waits up to `stopMs` for what runs, then interrupts it. */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    this.#cancelPoll?.()
    this.#returnWaiting(Number.POSITIVE_INFINITY)
    const deadline = setTimeout(() => this.#runner.interruptAll(new EngineError('ENGINE_STOPPED', 'the engine is stopping')), this.#ground.stopMs)
    const giveUp = setTimeout(() => this.#runner.abandonAll(), this.#ground.stopMs + 1_000)
    await this.#runner.idle()
    clearTimeout(deadline)
    clearTimeout(giveUp)
    await this.#flush()
    await this.#turning
    clearTimeout(this.#flushTimer)
    await this.#heart?.stop()
    await this.#ground.database
      .transaction<unknown, EngineTables>((tx) => buryWorkers(tx, [this.#epoch], this.#ground.clock.now(), true))
      .catch((error: unknown) => this.#ground.log.warn({ error: storedError(error) }, 'could not sign off: the runs of this worker are taken over in some seconds'))
  }

  get #db() {
    return this.#ground.database.kysely<EngineTables>()
  }

  async #register(): Promise<void> {
    const { name, clock, queues, createHeart } = this.#ground
    this.#epoch = await registerWorker(this.#db, name, Object.keys(queues), clock.now())
    this.#heart = createHeart(this.#epoch)
  }

  /** Starts what is at hand, as far as there are slots. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    for (const queue of this.#queues.values()) {
      const admitting: Starter[] = []
      for (let run = queue.next(); run !== undefined; run = queue.next()) {
        queue.running++
        this.#begin(run, admitting)
      }
      if (admitting.length > 0) void this.#admit(admitting)
    }
    this.#pumping = false
  }

  #begin(run: ClaimedRun, admitting: Starter[]): void {
    const options = parseOptions(run.options)
    const refusal = this.#refusal(run, options)
    if (refusal !== undefined) return this.#note({ run, options, outcome: refusal, startedAt: this.#ground.clock.now(), at: this.#ground.clock.now() })
    const starter = { run, options }
    if (needsAdmission(starter)) admitting.push(starter)
    else this.#launch(starter)
  }

  /** What keeps a run from being started at all. */
  #refusal(run: ClaimedRun, options: StoredOptions): Entry['outcome'] | undefined {
    const known = this.#ground.registry.get(run.job)
    if (known === undefined) return { kind: 'blocked', gate: parkingGate(run.job) }
    const now = this.#ground.clock.now()
    if (run.attempt > known.attempts) {
      return { kind: 'failed', error: { code: 'WORKER_LOST', message: `the process died at each of ${known.attempts} attempts: does ${run.job} end it?` } }
    }
    if (options.d !== undefined && now >= options.d) return { kind: 'failed', error: { code: 'DEADLINE_EXCEEDED', message: 'its deadline passed before it could start' } }
    if (options.e !== undefined && now >= options.e && run.attempt === 1) return { kind: 'expired', error: { code: 'EXPIRED', message: 'it was not started in time' } }
    return undefined
  }

  async #admit(starters: readonly Starter[]): Promise<void> {
    const { database, clock } = this.#ground
    try {
      const refused = await admitStarters(database, this.#epoch, starters, clock.now())
      for (const starter of starters) {
        const outcome = refused.get(starter.run.id)
        if (outcome === undefined) this.#launch(starter)
        else this.#note({ ...starter, outcome, startedAt: clock.now(), at: clock.now() })
      }
    } catch (error) {
      this.#fault(error)
      for (const starter of starters) this.#note({ ...starter, outcome: { kind: 'returned' }, startedAt: clock.now(), at: clock.now() })
    }
  }

  #launch({ run, options }: Starter): void {
    const known = this.#ground.registry.get(run.job)
    if (known === undefined) return
    this.#runner.start(new RunContext(this.#ground.runServices, run, options, known, this.#ground.clock.now()))
  }

  #ended(context: RunContext, outcome: Outcome): void {
    const { claimed: run, options, startedAt, known } = context
    const at = this.#ground.clock.now()
    const durationMs = at - startedAt
    this.#queues.get(run.queue)?.ended(durationMs)
    if (outcome.kind === 'succeeded' || outcome.kind === 'completed') this.#ground.estimates.add(known.name, durationMs)
    const label = OUTCOME_LABELS[outcome.kind]
    if (label !== undefined) this.#ground.onAttempt({ job: known.name, queue: run.queue, outcome: label, waitMs: Math.max(0, startedAt - run.createdAt), durationMs })
    if (outcome.kind === 'completed' || outcome.kind === 'lost') {
      if (outcome.kind === 'completed') this.#book.remove([run.id])
      this.#release(run.queue)
      this.#scheduleFlush(false)
      return
    }
    this.#note({ run, options, outcome, startedAt, at })
  }

  #note(entry: Entry): void {
    this.#entries.push(entry)
    this.#release(entry.run.queue)
    const definition = this.#ground.registry.get(entry.run.job)?.definition
    this.#scheduleFlush(definition?.ack === 'sync' || !isPlain(entry))
  }

  #release(name: string): void {
    const queue = this.#queues.get(name)
    if (queue === undefined) return
    queue.running--
    if (queue.waiting > 0) this.#pump()
  }

  #scheduleFlush(atOnce: boolean): void {
    const wanted = !this.#stopping && [...this.#queues.values()].some(({ appetite }) => appetite > 0)
    if (atOnce || wanted || this.#entries.length >= FLUSH_COUNT) return this.#turn()
    this.#flushTimer ??= setTimeout(() => this.#turn(), FLUSH_MS)
  }

  #turn(): void {
    clearTimeout(this.#flushTimer)
    this.#flushTimer = undefined
    this.#turning ??= this.#turns().finally(() => {
      this.#turning = undefined
      if (this.#entries.length > 0) this.#scheduleFlush(false)
    })
  }

  async #flush(): Promise<void> {
    await this.#turning
    while (this.#entries.length > 0 && this.#faults < 3) await this.#exchange()
  }

  async #turns(): Promise<void> {
    do {
      await this.#exchange()
      if (this.#faults > 0) await this.#recover()
      this.#returnWaiting(this.#ground.clock.now() - HOLD_MS)
    } while (this.#entries.length >= FLUSH_COUNT || (!this.#stopping && [...this.#queues.values()].some(({ appetite }) => appetite > 0)))
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
      this.#fault(error)
    }
  }

  async #settle(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    const { database, hot, onTrouble } = this.#ground
    const writing = settlement(this.#epoch, entries, this.#book)
    await database.transaction<void, EngineTables>((tx) => settle(tx, hot, writing))
    this.#book.remove(entries.map(({ run }) => run.id))
    this.#book.forget(writing.leases.filter(({ ids }) => ids.length === 0).map(({ id }) => id))
    for (const { run, outcome } of entries) {
      if (outcome.kind === 'failed') onTrouble({ kind: 'run-failed', runId: run.id, org: run.org, job: run.job, error: `${outcome.error.code}: ${outcome.error.message}` })
    }
    this.#wakeWaiting(entries)
  }

  /** Runs that were let through a gate, or handed back, may be claimed at once. */
  #wakeWaiting(entries: readonly Entry[]): void {
    const released = entries.some(({ options }) => options.l !== undefined || options.b !== undefined)
    if (released) for (const queue of this.#queues.values()) queue.wakes++
    for (const { run, outcome } of entries) {
      const queue = this.#queues.get(run.queue)
      if (outcome.kind === 'returned' && queue !== undefined) queue.wakes++
    }
  }

  async #acknowledgeAndClaim(entries: readonly Entry[]): Promise<void> {
    const { hot, clock } = this.#ground
    const hungry = this.#stopping ? [] : [...this.#queues.values()].filter(({ appetite }) => appetite > 0)
    const wakes = new Map(hungry.map((queue) => [queue, queue.wakes]))
    const claims = hungry.map((queue) => ({ queue: queue.name, limit: queue.appetite }))
    const closedLeases = this.#book.closing(new Set(entries.map(({ run }) => run.id)))
    if (entries.length === 0 && claims.length === 0 && closedLeases.length === 0) return
    const result = await hot.exchange({ epoch: this.#epoch, now: clock.now(), ended: entries.map(endedRun), closedLeases, claims })
    if (result.lost) throw new EngineError('LEASE_LOST', `worker ${this.#epoch} was declared dead`)
    this.#book.remove(entries.map(({ run }) => run.id))
    this.#book.forget(closedLeases)
    for (const { queue: name, limit } of claims) {
      const found = result.batches.find(({ queue }) => queue === name)?.runs.length ?? 0
      const queue = this.#queues.get(name)
      if (queue !== undefined && found < limit) queue.seen = wakes.get(queue) ?? queue.seen
    }
    for (const batch of result.batches) this.#receive(batch)
    this.#pump()
  }

  #receive(batch: ClaimedBatch): void {
    this.#book.add(batch)
    this.#queues.get(batch.queue)?.add(batch.runs, this.#ground.clock.now())
    if (this.#ground.queues[batch.queue]?.fair === true) this.#advance(batch)
  }

  /** The queue's virtual time follows what is claimed, so that a newcomer starts at the present and not in the past. */
  #advance({ queue, runs }: ClaimedBatch): void {
    const now = performance.now()
    if (now - this.#advancedAt < ADVANCE_MS) return
    this.#advancedAt = now
    const vtime = Math.min(...runs.map((run) => run.vtime))
    void advanceQueue(this.#db, queue, vtime).catch(() => {})
  }

  #returnWaiting(before: number): void {
    const at = this.#ground.clock.now()
    for (const queue of this.#queues.values()) {
      for (const run of queue.takeOlderThan(before)) {
        this.#entries.push({ run, options: {}, outcome: { kind: 'returned' }, startedAt: at, at })
      }
    }
  }

  #fault(error: unknown): void {
    this.#faults++
    if (isEngineError(error, 'LEASE_LOST')) return
    this.#ground.log.warn({ error: storedError(error), faults: this.#faults }, 'the store did not answer as it should: trying again')
    if (this.#faults === 3) this.#ground.onTrouble({ kind: 'store-failed', error: String(error) })
  }

  /** After a fault the answer to a claim may have been lost; after a lost lease everything here belongs to others. */
  async #recover(): Promise<void> {
    if (this.#stopping && this.#faults >= 3) return
    if (this.#faults > 1) await new Promise((resolve) => setTimeout(resolve, Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#faults, 8))))
    try {
      const alive = await this.#ground.database.transaction<boolean, EngineTables>((tx) =>
        returnUnknownLeases(tx, this.#epoch, (lease) => this.#book.knows(lease)),
      )
      if (!alive) await this.#rejoin()
      this.#faults = Math.min(this.#faults, 2)
    } catch (error) {
      this.#fault(error)
    }
    this.#ground.hot.rescan()
    for (const queue of this.#queues.values()) queue.wakes++
  }

  async #rejoin(): Promise<void> {
    const lost = this.#epoch
    this.#ground.log.warn({ epoch: lost, running: this.#runner.size }, 'this worker was silent for too long and its runs were taken over: it stops them and joins again')
    this.#runner.interruptAll(new EngineError('LEASE_LOST', `worker ${lost} was declared dead and its runs were taken over`))
    for (const queue of this.#queues.values()) queue.takeOlderThan(Number.POSITIVE_INFINITY)
    this.#entries = []
    this.#book.clear()
    await this.#heart?.stop()
    forgetBeat(this.#ground.database, lost)
    await this.#register()
  }

  #pollCancels(): void {
    if (this.#stopping) return
    void this.checkCancels().catch(() => {})
    this.#cancelPoll = this.#ground.clock.setTimer(() => this.#pollCancels(), CANCEL_POLL_MS)
  }
}

/** Where runs of a job that this code does not know wait for code that does. */
export function parkingGate(job: string): string {
  return `job:${job}`
}

const OUTCOME_LABELS: Partial<Record<Outcome['kind'], EndedAttempt['outcome']>> = {
  succeeded: 'succeeded',
  completed: 'succeeded',
  retry: 'retried',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
  returned: 'interrupted',
  lost: 'interrupted',
}
