import type { Transaction } from 'kysely'
import { type EnqueueArguments, preparedCall } from './call.ts'
import type { Clock } from './clock.ts'
import type { EngineTransaction, Enqueue } from './context.ts'
import type { QueueOptions } from './engine-api.ts'
import { EngineError } from './errors.ts'
import type { EngineEvents } from './event/events.ts'
import { type EnqueueGround, enqueueBatch, enqueueCalls } from './job/enqueue.ts'
import { type Origin, originOf } from './job/origin.ts'
import type { PrepareGround } from './job/prepare.ts'
import type { Registry } from './job/registry.ts'
import type { Enqueued } from './job/run.ts'
import type { Logger } from './log.ts'
import { serialiseResult } from './queue/execute.ts'
import type { RunContext, RunServices } from './queue/run-context.ts'
import type { Shares } from './queue/shares.ts'
import type { Random } from './random.ts'
import type { Database } from './store/database.ts'
import { finishRuns } from './store/finish.ts'
import type { HotStore, NewRun } from './store/hot.ts'
import { connectionOf } from './store/open.ts'
import { writeProgress } from './store/run-rows.ts'
import type { EngineTables } from './store/schema.ts'
import { fence } from './store/settle.ts'
import type { Tx } from './store/tables.ts'
import { activate } from './workflow/activate.ts'
import { createWorkflowGround } from './workflow/create-ground.ts'
import { sendSignal } from './workflow/send-signal.ts'
import type { AnySignal } from './workflow/signal.ts'
import type { SendSignal } from './workflow/workflows-api.ts'

/** What every way of enqueueing works with. */
export interface EnqueuerParts {
  readonly database: Database
  readonly hot: HotStore
  readonly registry: Registry
  readonly queues: Readonly<Record<string, QueueOptions>>
  readonly org: string
  readonly clock: Clock
  readonly shares: Shares
  readonly events: EngineEvents
  /** Those that the workflows list, by name. */
  readonly signals: ReadonlyMap<string, AnySignal>
  readonly enqueued: (runs: readonly NewRun[]) => void
  /** The trace under way outside of runs. */
  readonly trace?: (() => string | undefined) | undefined
  /** Told once a completion is durable that may have let waiting runs through. */
  readonly released: () => void
}

/** The same three functions for callers outside a transaction, inside one, and inside a run. */
export function createEnqueuers(parts: EnqueuerParts) {
  const ground = ({ org = parts.org, parentId, trace }: Origin): EnqueueGround => ({
    database: parts.database,
    hot: parts.hot,
    shares: parts.shares,
    enqueued: parts.enqueued,
    prepare: (): PrepareGround => ({
      registry: parts.registry,
      queues: parts.queues,
      org,
      now: parts.clock.now(),
      ...(parentId === undefined ? { trace: parts.trace?.() } : { parentId, trace }),
    }),
  })
  const enqueuer = <DB>(origin: Origin, tx?: Transaction<DB>): Enqueue => {
    const place = ground(origin)
    return {
      enqueue: async (...given: EnqueueArguments) => {
        const { call, options } = preparedCall(given)
        return first(await enqueueCalls(place, [call], options, tx))
      },
      enqueueMany: (job, inputs, options) =>
        enqueueCalls(
          place,
          inputs.map((input) => ({ job, input })),
          options,
          tx,
        ),
      enqueueBatch: (calls, options) => enqueueBatch(place, calls, options, tx),
    }
  }
  const within = async <DB>(origin: Origin, tx: Transaction<DB>): Promise<EngineTransaction<DB>> => {
    const connection = await connectionOf(tx)
    const append = parts.events.append(origin, tx)
    const { signal }: SendSignal = {
      signal: (given, payload, to, options) =>
        sendSignal(parts, tx as unknown as Tx, given, payload, to, options?.org ?? origin.org),
    }
    return {
      ...enqueuer(origin, tx),
      ...append,
      signal,
      db: tx,
      afterCommit: (callback) => connection.afterCommit(callback),
    }
  }
  const transaction = <T, DB>(
    origin: Origin,
    work: (tx: EngineTransaction<DB>) => Promise<T>,
    check?: () => void,
  ): Promise<T> => {
    check?.()
    return parts.database.transaction<T, DB>(async (tx) => {
      const value = await work(await within(origin, tx))
      check?.()
      return value
    })
  }
  return { enqueuer, transaction, within, ground }
}

function first(runs: readonly Enqueued[]): Enqueued {
  const [run] = runs
  if (run === undefined) throw new EngineError('STORE_FAILED', 'the store gave the run no id')
  return run
}

/** What contexts of running jobs do through the engine. */
export function createRunServices(
  parts: EnqueuerParts,
  {
    random,
    log,
    runLog,
    services,
  }: {
    readonly random: Random
    readonly log: Logger
    readonly runLog: RunServices['runLog']
    readonly services: unknown
  },
): RunServices {
  const { enqueuer, transaction, within, ground } = createEnqueuers(parts)
  const workflows = createWorkflowGround({
    ...parts,
    random,
    log,
    runLog,
    services,
    enqueuer,
    transaction,
    within,
    ground,
  })
  return {
    clock: parts.clock,
    random,
    log,
    runLog,
    services,
    children: (run) => enqueuer(originOf(run)),
    appender: (run) => parts.events.append(originOf(run)),
    transaction: (run, work, check) => transaction(originOf(run), work, check),
    progress: (run, percent, message) =>
      writeProgress(parts.database.kysely<EngineTables>(), run.id, percent, message, parts.clock.now()),
    activate: (context) => activate(workflows, context, parts.database.kysely<EngineTables>()),
    complete<T, DB>(
      { claimed, options, startedAt, known }: RunContext,
      work: (tx: EngineTransaction<DB>) => Promise<T>,
    ) {
      return parts.database.transaction<T, DB>(async (tx) => {
        // The caller's tables and the engine's are in the same database.
        const own = tx as unknown as Tx
        // First of all, so that a worker declared dead does nothing; on PostgreSQL it also keeps it alive until the commit.
        await fence(own, claimed.epoch)
        const value = await work(await within(originOf(claimed), tx))
        const at = parts.clock.now()
        const ended = {
          id: claimed.id,
          state: 'succeeded' as const,
          attempt: claimed.attempt,
          at,
          durationMs: at - startedAt,
          error: null,
          fingerprint: null,
          options,
        }
        const finished = await finishRuns(own, parts.hot, [{ ...ended, ...serialiseResult(known.name, value) }])
        if (finished.length === 0)
          throw new EngineError(
            'LEASE_LOST',
            `run ${claimed.id} has ended already elsewhere: this completion was refused`,
          )
        if (options.l !== undefined || options.b !== undefined || options.w !== undefined)
          (await connectionOf(tx)).afterCommit(parts.released)
        return value
      })
    },
  }
}
