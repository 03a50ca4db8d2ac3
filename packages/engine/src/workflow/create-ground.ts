import type { Transaction } from 'kysely'
import type { EngineTransaction, Enqueue } from '../context.ts'
import type { EnqueuerParts } from '../enqueuers.ts'
import type { EnqueueGround } from '../job/enqueue.ts'
import { type Origin, originOf } from '../job/origin.ts'
import type { Logger } from '../log.ts'
import type { Random } from '../random.ts'
import { cancelRuns } from '../store/run-changes.ts'
import type { EngineTables } from '../store/schema.ts'
import { fence } from '../store/settle.ts'
import { recordSteps } from '../store/step-starts.ts'
import { chunks, type Tx } from '../store/tables.ts'
import { dropWaits, writeEnding } from '../store/workflows.ts'
import type { WorkflowGround } from './ground.ts'
import { RecordLoader } from './loader.ts'
import type { AnySignal } from './signal.ts'
import { StepStarter } from './step-starter.ts'
import { StepWriter } from './step-writer.ts'

/** What the workflows of a process are given by the rest of the engine. */
export interface WorkflowParts extends EnqueuerParts {
  readonly random: Random
  readonly log: Logger
  readonly runLog: WorkflowGround['runLog']
  readonly services: unknown
  readonly signals: ReadonlyMap<string, AnySignal>
  readonly ground: (origin: Origin) => EnqueueGround
  readonly enqueuer: (origin: Origin) => Enqueue
  readonly transaction: <T, DB>(
    origin: Origin,
    work: (tx: EngineTransaction<DB>) => Promise<T>,
    check: () => void,
  ) => Promise<T>
  readonly within: <DB>(origin: Origin, tx: Transaction<DB>) => Promise<EngineTransaction<DB>>
}

/** Puts together what all workflows of a process share. */
export function createWorkflowGround(parts: WorkflowParts): WorkflowGround {
  const { database, hot, clock, random, log, runLog, services, signals, released } = parts
  return {
    clock,
    random,
    log,
    runLog,
    services,
    signals,
    loader: new RecordLoader(database),
    writer: new StepWriter(hot),
    starter: new StepStarter({ database, enqueuing: parts.ground({}), released }),
    prepare: (run) => parts.ground(originOf(run)).prepare(),
    children: (run) => parts.enqueuer(originOf(run)),
    transaction: (run, work, check) => parts.transaction(originOf(run), work, check),
    completeStep: (run, work, record) =>
      database.transaction(async (tx) => {
        // The caller's tables and the engine's are in the same database.
        const own = tx as unknown as Tx
        await fence(own, run.epoch)
        const result = await work(await parts.within(originOf(run), tx as never))
        await recordSteps(own, [record(result)])
        return result
      }),
    async end(run, ending, children, reason) {
      await database.transaction<void, EngineTables>(async (tx) => {
        await fence(tx, run.epoch)
        // What comes now is for others. Before its own row, as whoever brings it does.
        await dropWaits(tx, [run.id])
        await writeEnding(tx, run.id, ending)
      })
      // A commit for each slice: what is not done now is done when it is written down again that it ends.
      for (const slice of chunks(children)) {
        await database.transaction<void, EngineTables>(async (tx) => {
          await fence(tx, run.epoch)
          await cancelRuns(tx, hot, slice, reason, clock.now())
        })
      }
      // Whoever runs the children hears of it at once; those that had not begun have ended already.
      if (children.length > 0) hot.announce('changed')
      if (children.length > 0) released()
    },
  }
}
