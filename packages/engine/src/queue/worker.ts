import type { CancelTimer } from '../clock.ts'
import type { EndedAttempt } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import { readCancels } from '../store/cancels.ts'
import type { ClaimedBatch, ClaimedRun } from '../store/hot.ts'
import { anyPaused } from '../store/queues.ts'
import type { EngineTables, StoredOptions } from '../store/schema.ts'
import { advanceQueue } from '../store/shares.ts'
import { buryWorkers, readDraining, registerWorker, setDraining, writeVitals } from '../store/workers.ts'
import { readPaused } from '../store/workflows.ts'
import type { WorkerGround } from './ground.ts'
import { forgetBeat, type Heart } from './heart.ts'
import { Journal } from './journal.ts'
import { Lanes } from './lanes.ts'
import type { Entry } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext } from './run-context.ts'
import { Runner } from './runner.ts'
import { Starters } from './starter.ts'

const CANCEL_POLL_MS = 1_000
const ADVANCE_MS = 200
const ABANDON_MS = 1_000

/** Takes runs of its queues and runs them, until it is stopped. */
export class Worker {
  readonly #ground: WorkerGround
  readonly #lanes: Lanes
  readonly #journal: Journal
  readonly #starters: Starters
  readonly #runner: Runner
  #epoch = 0
  #heart: Heart | undefined
  #cancelPoll: CancelTimer | undefined
  #advancedAt = 0
  #stopping = false

  constructor(ground: WorkerGround) {
    this.#ground = ground
    this.#lanes = new Lanes(ground.queues, ground.clock)
    this.#runner = new Runner(ground.clock, (context, outcome) => this.#ended(context, outcome))
    const epoch = (): number => this.#epoch
    this.#journal = new Journal(
      ground,
      {
        epoch,
        claimed: (batches) => this.#claimed(batches),
        written: (entries) => this.#starters.written(entries),
        dropped: (runs) => this.#dropped(runs),
        rejoin: () => this.#rejoin(),
      },
      this.#lanes,
    )
    this.#starters = new Starters(
      ground,
      {
        epoch,
        launch: (context) => this.#runner.start(context),
        refused: (entry) => this.#refused(entry),
        fault: (error) => this.#journal.fault(error),
      },
      this.#lanes,
    )
  }

  /** Its fencing number; 0 before the start. */
  get epoch(): number {
    return this.#epoch
  }

  get healthy(): boolean {
    return this.#epoch > 0 && this.#journal.healthy
  }

  async start(): Promise<void> {
    await this.#register()
    this.#pollCancels()
    this.wakeAll()
  }

  /** There may be work in this queue. */
  wake(queue: string): void {
    this.#lanes.wake(queue)
    this.#journal.turn()
  }

  wakeAll(): void {
    this.#lanes.wakeAll()
    this.#journal.turn()
  }

  /** Hands back what was claimed ahead: its queue may have been paused. */
  handBack(): void {
    for (const entry of this.#lanes.handBack(this.#ground.clock.now())) this.#journal.note(entry, false)
  }

  /**
   * As {@link handBack}, when it was paused or some of it is to be cancelled. On SQLite every write of another process may
   * have done that: two of them would otherwise hand back and claim anew at each other's writing, for as long as both wait.
   */
  async handBackStopped(): Promise<void> {
    const { atHand } = this.#lanes
    if (atHand.length === 0) return
    const db = this.#ground.database.kysely<EngineTables>()
    const paused = await anyPaused(db, [...new Set(atHand.map(({ queue }) => queue))])
    const ids = atHand.map(({ id }) => id)
    if (paused || (await readCancels(db, ids)).length > 0) this.handBack()
  }

  /** For a while after a fault of the store, looks for claims whose answer was lost. */
  lookForLostClaims(): Promise<void> {
    return this.#journal.lookForLostClaims()
  }

  /** Looks at once whether somebody asked for the cancellation of what runs here. */
  async checkCancels(): Promise<void> {
    const { ids, workflows } = this.#runner
    if (ids.length === 0) return
    const db = this.#ground.database.kysely<EngineTables>()
    if (workflows.length > 0) this.#runner.rest('pause', new Set(await readPaused(db, workflows)))
    const requests = await readCancels(db, ids)
    for (const { run, reason } of requests) this.#runner.interrupt(run, new EngineError('ABORTED', reason))
  }

  /**
   * Takes nothing new while an operator wants it to finish: hands back what has not started and lets workflows rest, for
   * others to go on with.
   */
  async checkDraining(): Promise<void> {
    const draining = await readDraining(this.#ground.database.kysely<EngineTables>(), this.#epoch)
    // Who was declared dead joins again as it was.
    if (this.#stopping || draining === undefined || draining === this.#lanes.closed) return
    this.#lanes.closed = draining
    if (!draining) return this.wakeAll()
    this.#runner.rest('stop')
    this.#returnAll()
    this.#journal.turn()
  }

  /** Tells how it is doing. */
  async tellVitals(): Promise<void> {
    const { database, clock, vitals } = this.#ground
    await writeVitals(database.kysely<EngineTables>(), this.#epoch, vitals(clock.now()))
  }

  /** The queues in which it has a free slot. */
  get room(): readonly string[] {
    return this.#lanes.room
  }

  /** True while it takes nothing new. */
  get draining(): boolean {
    return this.#lanes.closed
  }

  /** Hands back what has not started, waits up to `stopMs` for what runs, then interrupts it. */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const { database, clock, log, stopMs } = this.#ground
    this.#cancelPoll?.()
    this.#journal.close()
    this.#runner.rest('stop')
    this.#returnAll()
    const interrupt = setTimeout(
      () => this.#runner.interruptAll(new EngineError('ENGINE_STOPPED', 'the engine is stopping')),
      stopMs,
    )
    const abandon = setTimeout(() => this.#runner.abandonAll(), stopMs + ABANDON_MS)
    await this.#starters.close()
    await this.#runner.idle()
    clearTimeout(interrupt)
    clearTimeout(abandon)
    await this.#journal.flush()
    await this.#heart?.stop()
    await database
      .transaction<unknown, EngineTables>((tx) => buryWorkers(tx, [this.#epoch], clock.now(), { interrupted: true }))
      .catch((error: unknown) =>
        log.warn(
          { error: storedError(error) },
          'could not sign off: what this worker held is taken over in some seconds',
        ),
      )
  }

  async #register(): Promise<void> {
    const { database, name, clock, queues, createHeart } = this.#ground
    this.#epoch = await registerWorker(database.kysely<EngineTables>(), name, Object.keys(queues), clock.now())
    // Whom an operator wants to finish stays so when it joins again.
    if (this.#lanes.closed) await setDraining(database.kysely<EngineTables>(), this.#epoch, clock.now())
    this.#heart = createHeart(this.#epoch, () => void this.#journal.compare())
  }

  #claimed(batches: readonly ClaimedBatch[]): void {
    for (const batch of batches) if (this.#ground.queues[batch.queue]?.fair === true) this.#advance(batch)
    // A claim that was under way when the stop or the draining began.
    if (this.#stopping || this.#lanes.closed) this.#returnAll()
    this.#starters.pump()
  }

  #returnAll(): void {
    for (const entry of this.#lanes.returnAll(this.#ground.clock.now())) this.#journal.note(entry, false)
  }

  #ended(context: RunContext, outcome: Outcome): void {
    const { claimed: run, options, startedAt, known } = context
    const at = this.#ground.clock.now()
    const durationMs = at - startedAt
    this.#lanes.get(run.queue)?.ended(durationMs)
    const label = OUTCOME_LABELS[outcome.kind]
    if (label === 'succeeded') this.#ground.estimates.add(known.name, durationMs)
    if (label !== undefined)
      this.#ground.onAttempt({
        job: known.name,
        queue: run.queue,
        outcome: label,
        ...waitOf(run, options, startedAt, context.isWorkflow),
        durationMs,
      })
    if (outcome.kind !== 'completed' && outcome.kind !== 'lost') {
      this.#note({ run, options, outcome, startedAt, at })
      return
    }
    this.#release(run.queue)
    if (outcome.kind === 'completed') this.#journal.completed(run, options)
    if (outcome.kind === 'lost') this.#journal.lost(run)
  }

  #refused(entry: Entry): void {
    const { run, options, outcome, at } = entry
    const { job, queue } = run
    if (outcome.kind === 'failed' || outcome.kind === 'expired')
      this.#ground.onAttempt({ job, queue, outcome: outcome.kind, ...waitOf(run, options, at, false), durationMs: 0 })
    this.#note(entry)
  }

  #note(entry: Entry): void {
    this.#release(entry.run.queue)
    this.#journal.note(entry, this.#ground.registry.get(entry.run.job)?.definition.ack === 'sync')
  }

  #release(queue: string): void {
    const state = this.#lanes.get(queue)
    if (state === undefined) return
    state.running--
    if (state.waiting > 0) this.#starters.pump()
  }

  /** The queue's virtual time follows what is claimed, so that a newcomer starts at the present and not in the past. */
  #advance({ queue, runs }: ClaimedBatch): void {
    const now = performance.now()
    if (now - this.#advancedAt < ADVANCE_MS) return
    this.#advancedAt = now
    const vtime = Math.min(...runs.map((run) => run.vtime))
    void advanceQueue(this.#ground.database.kysely<EngineTables>(), queue, vtime).catch(() => {})
  }

  #dropped(runs: ReadonlySet<number>): void {
    this.#lanes.drop(runs)
    for (const id of runs)
      this.#runner.interrupt(
        id,
        new EngineError('LEASE_LOST', `the claim of run ${id} was lost with a crash of the store`),
      )
  }

  async #rejoin(): Promise<void> {
    const { log, database, clock } = this.#ground
    const lost = this.#epoch
    log.warn(
      { epoch: lost, running: this.#runner.size },
      'this worker was silent for too long and its runs were taken over: it stops them and joins again',
    )
    this.#runner.interruptAll(
      new EngineError('LEASE_LOST', `worker ${lost} was declared dead and its runs were taken over`),
    )
    this.#lanes.returnAll(clock.now())
    this.#journal.forget()
    this.#starters.forget()
    await this.#heart?.stop()
    forgetBeat(database, lost)
    await this.#register()
  }

  #pollCancels(): void {
    if (this.#stopping) return
    void this.checkCancels().catch(() => {})
    this.#cancelPoll = this.#ground.clock.setTimer(() => this.#pollCancels(), CANCEL_POLL_MS)
  }
}

/** When a retry or a woken workflow became ready is nowhere written down: rather no figure than one that counts its whole past. */
function waitOf(
  { attempt, createdAt }: ClaimedRun,
  { r: since }: StoredOptions,
  startedAt: number,
  isWorkflow: boolean,
): Pick<EndedAttempt, 'waitMs' | 'queuedMs'> {
  const waitMs = Math.max(0, startedAt - (since || createdAt))
  return attempt === 1 && !isWorkflow && since !== 0 ? { waitMs, queuedMs: waitMs } : { waitMs }
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
