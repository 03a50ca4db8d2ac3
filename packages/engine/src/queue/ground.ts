import type { Clock } from '../clock.ts'
import type { EndedAttempt, QueueOptions, Trouble } from '../engine-api.ts'
import type { Registry } from '../job/registry.ts'
import type { Logger } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { HotStore } from '../store/hot.ts'
import type { Estimates } from './estimates.ts'
import type { Heart } from './heart.ts'
import type { RunServices } from './run-context.ts'
import type { WorkerVitals } from './vitals.ts'

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
  /** What this process can tell of itself now. */
  readonly vitals: (now: number) => WorkerVitals
  readonly createHeart: (epoch: number, lost: () => void) => Heart
  /** A run was put off to this instant. */
  readonly expect: (due: number) => void
  readonly onTrouble: (trouble: Trouble) => void
  readonly onAttempt: (attempt: EndedAttempt) => void
}
