import type { CancelTimer, Clock } from '../clock.ts'
import type { ForgetRuns, Trouble } from '../engine-api.ts'
import { fingerprint, storedError } from '../job/errors.ts'
import type { Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { Database } from '../store/database.ts'
import { sweepGates, unparkRuns } from '../store/gates.ts'
import type { HotStore } from '../store/hot.ts'
import { type ExpiredRun, expireWaiting, type Pulse, readPulse } from '../store/pulse.ts'
import { forgetBeside, forgetEnded } from '../store/retention.ts'
import type { EngineTables } from '../store/schema.ts'
import { buryWorkers, listWorkers } from '../store/workers.ts'
import { wakeDueWorkflows } from '../store/workflows.ts'
import { DEAD_MS, forgetBeat, lastBeat } from './heart.ts'

/** What upkeep works with. */
export interface UpkeepGround {
  readonly database: Database
  readonly hot: HotStore
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Gates of the jobs this process knows: parked runs of theirs may go on … */
  readonly parkedFor: ReadonlySet<string>
  /** … in the queues it works, while it has a free slot there. */
  readonly room: () => readonly string[]
  readonly retention: { readonly endedMs: number; readonly failedMs: number }
  readonly onForget: ForgetRuns | undefined
  /** There may be work: in these queues, or in any. */
  readonly wake: (queues?: Iterable<string>) => void
  /** The worker of this process: it knows better than its last heartbeat that it lives. */
  readonly ownEpoch: () => number
  readonly onTrouble: (trouble: Trouble) => void
  /** What dead workers drove besides their runs is free. */
  readonly onRescue: () => void
  /** Called at each pulse, for whoever wants to do something now and then. */
  readonly onPulse: (pulse: Pulse) => Promise<void>
}

const PULSE_MS = 2_500
// Four processes that write all the time would otherwise make each other look all the time.
const NUDGE_MS = 100
const PROMOTE_LIMIT = 1_000
const RETENTION_MS = 60_000
const RETENTION_BUDGET_MS = 1_000

/**
 * What every worker process does beside its runs: timers that are due, gates that have room, workers that died, history
 * that is old. One query in 2.5 s while nothing happens.
 */
export class Upkeep {
  readonly #ground: UpkeepGround
  #cancelPulse: CancelTimer | undefined
  #cancelTimer: CancelTimer | undefined
  #nextDue = Number.POSITIVE_INFINITY
  #forgotAt = 0
  #forgotTo = 0
  #working: Promise<void> | undefined
  #again = false
  #nudged: NodeJS.Timeout | undefined
  #stopped = false
  #failures = 0

  constructor(ground: UpkeepGround) {
    this.#ground = ground
  }

  start(): void {
    this.pulse()
  }

  /** False when the last passes failed. */
  get healthy(): boolean {
    return this.#failures < 3
  }

  /** Looks after everything now; again later by itself. */
  pulse(): void {
    if (this.#stopped) return
    this.#cancelPulse?.()
    this.#cancelPulse = this.#ground.clock.setTimer(() => this.pulse(), PULSE_MS * (0.9 + 0.2 * this.#ground.random()))
    this.#work()
  }

  /** Another process has done something: looks after everything soon, but not each time. */
  nudge(): void {
    if (this.#stopped || this.#nudged !== undefined) return
    this.#nudged = setTimeout(() => {
      this.#nudged = undefined
      this.pulse()
    }, NUDGE_MS).unref()
  }

  /** A run was enqueued for this instant. */
  expect(due: number): void {
    if (due < this.#nextDue) this.#arm(due)
  }

  /** Resolves when the pass under way is over; for tests. */
  async settled(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelPulse?.()
    this.#cancelTimer?.()
    clearTimeout(this.#nudged)
    await this.settled()
  }

  #arm(due: number): void {
    if (this.#stopped) return
    this.#nextDue = due
    this.#cancelTimer?.()
    this.#cancelTimer = this.#ground.clock.setTimer(() => this.#work(), Math.max(0, due - this.#ground.clock.now()))
  }

  #work(): void {
    if (this.#working !== undefined) this.#again = true
    this.#working ??= this.#pass().finally(() => {
      this.#working = undefined
      if (!this.#again || this.#stopped) return
      this.#again = false
      this.#work()
    })
  }

  async #pass(): Promise<void> {
    try {
      const db = this.#ground.database.kysely<EngineTables>()
      const pulse = await readPulse(db)
      if (pulse.due !== null && pulse.due <= this.#ground.clock.now()) await this.#fireTimers()
      const next = pulse.due === null || pulse.due > this.#ground.clock.now() ? pulse.due : (await readPulse(db)).due
      this.#nextDue = Number.POSITIVE_INFINITY
      if (next !== null) this.#arm(next)
      if (pulse.ready) this.#ground.wake()
      if (pulse.blocked) await this.#sweep()
      if (pulse.beat !== null && this.#ground.clock.now() - pulse.beat > DEAD_MS) await this.#rescue()
      await this.#forget()
      await this.#ground.onPulse(pulse)
      this.#failures = 0
    } catch (error) {
      this.#failures++
      this.#ground.log.warn(
        { error: storedError(error) },
        'upkeep could not finish a pass: it tries again in some seconds',
      )
    }
  }

  async #fireTimers(): Promise<void> {
    const { database, hot, clock, wake, onTrouble } = this.#ground
    for (let fired = PROMOTE_LIMIT; fired >= PROMOTE_LIMIT && !this.#stopped; ) {
      const counts = await hot.promote(clock.now(), PROMOTE_LIMIT)
      wake(counts.keys())
      fired = [...counts.values()].reduce((sum, count) => sum + count, 0)
    }
    await this.#wakeWorkflows()
    const ended = await database.transaction<readonly ExpiredRun[], EngineTables>((tx) =>
      expireWaiting(tx, hot, clock.now(), PROMOTE_LIMIT),
    )
    for (const { id, org, job, error } of ended) {
      onTrouble({
        kind: 'run-failed',
        runId: id,
        org,
        job,
        error: `${error.code}: ${error.message}`,
        fingerprint: fingerprint(job, error),
      })
    }
  }

  async #wakeWorkflows(): Promise<void> {
    const { database, hot, clock, wake } = this.#ground
    for (let woken = PROMOTE_LIMIT; woken >= PROMOTE_LIMIT && !this.#stopped; ) {
      woken = await database.transaction<number, EngineTables>((tx) => wakeDueWorkflows(tx, clock.now(), PROMOTE_LIMIT))
      if (woken === 0) return
      hot.rescan()
      wake()
      hot.announce('queued')
    }
  }

  async #sweep(): Promise<void> {
    const { database, parkedFor, room, wake } = this.#ground
    // Where older code works the same queue, it would park at once what has no slot here, and each of the two would undo
    // what the other has just done.
    const queues = room()
    const woken = await database.transaction<number, EngineTables>(async (tx) => {
      const unparked = queues.length > 0 ? await unparkRuns(tx, parkedFor, queues) : 0
      return unparked + (await sweepGates(tx))
    })
    if (woken > 0) wake()
  }

  async #rescue(): Promise<void> {
    const { database, clock, hot, log, wake, ownEpoch, onRescue } = this.#ground
    const now = clock.now()
    const workers = await listWorkers(database.kysely<EngineTables>())
    const silent = workers.filter(
      // A beat from the future is one from before this machine's clock was set back.
      (worker) => worker.epoch !== ownEpoch() && Math.abs(now - lastBeat(database, worker)) > DEAD_MS,
    )
    if (silent.length === 0) return
    const epochs = silent.map(({ epoch }) => epoch)
    const runs = await database.transaction<readonly number[], EngineTables>((tx) =>
      buryWorkers(tx, epochs, now, { silentSince: now - DEAD_MS }),
    )
    for (const epoch of epochs) forgetBeat(database, epoch)
    log.warn(
      { workers: silent.map(({ name }) => name), runs: runs.length },
      'workers were silent for too long: their runs were taken over',
    )
    hot.rescan()
    wake()
    onRescue()
  }

  async #forget(): Promise<void> {
    const { database, clock, retention, onForget } = this.#ground
    const now = clock.now()
    if (now - this.#forgotAt < RETENTION_MS) return
    const db = database.kysely<EngineTables>()
    const giveWayAt = performance.now() + RETENTION_BUDGET_MS
    for (let finished = false; !finished && !this.#stopped; ) {
      const { endedMs, failedMs } = retention
      const step = await forgetEnded(db, this.#forgotTo, now - endedMs, now - failedMs, onForget)
      this.#forgotTo = step.after
      finished = step.finished
      // The rest is for the next pass; this one has other things to look after.
      if (performance.now() > giveWayAt) return
    }
    this.#forgotAt = now
    this.#forgotTo = 0
    await forgetBeside(db, now - retention.endedMs, now)
  }
}
