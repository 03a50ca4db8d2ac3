import type { Clock } from '../clock.ts'
import type { EngineTransaction, Enqueue } from '../context.ts'
import type { PrepareGround } from '../job/prepare.ts'
import type { LoggedRun, Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { StepRow } from '../store/steps.ts'
import type { RecordLoader } from './loader.ts'
import type { AnySignal } from './signal.ts'
import type { StepStarter } from './step-starter.ts'
import type { StepWriter } from './step-writer.ts'

/** What all workflows of a process work with. */
export interface WorkflowGround {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  runLog(log: Logger, run: LoggedRun): Logger
  readonly services: unknown
  readonly signals: ReadonlyMap<string, AnySignal>
  readonly loader: Pick<RecordLoader, 'load'>
  readonly writer: Pick<StepWriter, 'record' | 'publish'>
  readonly starter: Pick<StepStarter, 'start'>
  /** What enqueueing a child of this run needs to know. */
  prepare(run: ClaimedRun): PrepareGround
  children(run: ClaimedRun): Enqueue
  /** `check` is asked once more right before the commit. */
  transaction<T, DB>(run: ClaimedRun, work: (tx: EngineTransaction<DB>) => Promise<T>, check: () => void): Promise<T>
  /** Commits what `work` does together with the record of its step, which is made of its result. */
  completeStep<T, DB>(
    run: ClaimedRun,
    work: (tx: EngineTransaction<DB>) => Promise<T>,
    record: (result: T) => StepRow,
  ): Promise<T>
  /** Writes down how a run ends and stops its children. */
  end(run: ClaimedRun, ending: string, children: readonly number[], reason: string): Promise<void>
}
