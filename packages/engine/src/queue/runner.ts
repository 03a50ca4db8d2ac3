import type { CancelTimer, Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import { executeAttempt } from './execute.ts'
import { type Outcome, outcomeOfError } from './outcome.ts'
import type { RunContext } from './run-context.ts'

interface Active {
  readonly context: RunContext
  readonly timeoutAt: number
  interruptedAt: number | undefined
}

const ENDS_ITSELF: ReadonlySet<string> = new Set(['ABORTED', 'DEADLINE_EXCEEDED'])
// One timer for all running attempts instead of one each: a time-out is noticed at most this late.
const WATCH_MS = 50
/** A handler that ignores its signal is given up after this long; its slot is free again and its late writes are refused. */
const GRACE_MS = 2_000
// Later than this past its end, an attempt was not noticed because nothing else ran.
const BLOCKED_MS = 1_000

/**
 * The attempts that run in this process. The same run may be here twice: after a long silence it was taken over, and
 * claimed again by this very process, while its first handler has not noticed yet.
 */
export class Runner {
  readonly #clock: Clock
  readonly #ended: (context: RunContext, outcome: Outcome) => void
  readonly #active = new Set<Active>()
  #cancelWatch: CancelTimer | undefined
  #idle: (() => void)[] = []

  constructor(clock: Clock, ended: (context: RunContext, outcome: Outcome) => void) {
    this.#clock = clock
    this.#ended = ended
  }

  get size(): number {
    return this.#active.size
  }

  get ids(): readonly number[] {
    return [...this.#active].map(({ context }) => context.claimed.id)
  }

  start(context: RunContext): void {
    const timeoutAt = Math.min(
      context.startedAt + context.known.timeoutMs,
      context.options.d ?? Number.POSITIVE_INFINITY,
    )
    const active: Active = { context, timeoutAt, interruptedAt: undefined }
    this.#active.add(active)
    this.#cancelWatch ??= this.#clock.setTimer(() => this.#watch(), WATCH_MS)
    void executeAttempt(context).then((outcome) => {
      this.#tellOfBlocking(active)
      this.#finish(active, outcome)
    })
  }

  /** Asks one run to stop. */
  interrupt(id: number, reason: EngineError): void {
    for (const active of this.#active) if (active.context.claimed.id === id) this.#interrupt(active, reason)
  }

  interruptAll(reason: EngineError): void {
    for (const active of this.#active) this.#interrupt(active, reason)
  }

  /** Resolves when nothing runs; then no timer is left either. */
  idle(): Promise<void> {
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve))
    if (this.#active.size === 0) this.#rest()
    return idle
  }

  /** Gives up whatever still runs: nobody waits for it any more. */
  abandonAll(): void {
    for (const active of [...this.#active]) this.#abandon(active)
  }

  /** Asks workflows to begin nothing new; all, or those of these runs. */
  rest(why: 'pause' | 'stop', ids?: ReadonlySet<number>): void {
    for (const { context } of this.#active) if (ids?.has(context.claimed.id) !== false) context.rest(why)
  }

  /** The runs among them that are workflows. */
  get workflows(): readonly number[] {
    return [...this.#active].flatMap(({ context }) => (context.isWorkflow ? [context.claimed.id] : []))
  }

  #interrupt(active: Active, reason: EngineError): void {
    if (active.context.isWorkflow && ENDS_ITSELF.has(reason.code)) {
      // It undoes what it did first, which takes as long as it takes.
      active.context.interrupt(reason)
      return
    }
    if (active.interruptedAt !== undefined) return
    active.interruptedAt = this.#clock.now()
    active.context.interrupt(reason)
  }

  #finish(active: Active, outcome: Outcome): void {
    if (!this.#active.delete(active)) return
    this.#ended(active.context, outcome)
    if (this.#active.size === 0 && this.#idle.length > 0) this.#rest()
  }

  /** What has succeeded stays so, late as it is: to do it once more would be worse. */
  #tellOfBlocking({ context, timeoutAt, interruptedAt }: Active): void {
    const lateMs = this.#clock.now() - timeoutAt
    if (interruptedAt !== undefined || lateMs < BLOCKED_MS) return
    context.log.warn(
      { job: context.known.name, lateMs },
      `it ended ${lateMs} ms after its time was up, and could not be stopped: it kept the process to itself, and nothing else ran meanwhile. Give such work a thread of its own (\`isolate\`), or let it wait now and then`,
    )
  }

  #rest(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #watch(): void {
    this.#cancelWatch = undefined
    const now = this.#clock.now()
    for (const active of [...this.#active]) this.#check(active, now)
    if (this.#active.size > 0) this.#cancelWatch ??= this.#clock.setTimer(() => this.#watch(), WATCH_MS)
  }

  #check(active: Active, now: number): void {
    const { context, timeoutAt, interruptedAt } = active
    if (interruptedAt !== undefined && now - interruptedAt >= GRACE_MS) this.#abandon(active)
    if (interruptedAt === undefined && now >= timeoutAt) this.#interrupt(active, overtime(context, now))
  }

  #abandon(active: Active): void {
    const { context } = active
    context.giveUp()
    if (context.isWorkflow) {
      this.#finish(active, { kind: context.interruption?.code === 'LEASE_LOST' ? 'lost' : 'returned' })
      return
    }
    if (context.completed) {
      this.#finish(active, { kind: 'completed' })
      return
    }
    const interruption =
      context.interruption ?? new EngineError('ENGINE_STOPPED', 'the engine stopped before the run ended')
    const ground = { now: this.#clock.now(), random: context.random, deadline: context.options.d, interruption }
    context.log.warn(
      { job: context.known.name },
      'a run did not stop when asked to and was given up: let its code look at ctx.signal',
    )
    this.#finish(active, outcomeOfError(interruption, context.known, context.claimed.attempt, ground))
  }
}

function overtime({ known, options, claimed }: RunContext, now: number): EngineError {
  if (options.d !== undefined && now >= options.d) {
    return new EngineError('DEADLINE_EXCEEDED', `run ${claimed.id} of ${known.name} did not end before its deadline`)
  }
  return new EngineError(
    'TIMEOUT',
    `an attempt of ${known.name} took more than ${known.timeoutMs} ms: raise \`timeout\`, or do less in one run`,
  )
}
