import { batching, expiring } from './batching.ts'
import { cancelling } from './cancelling.ts'
import { completing } from './completing.ts'
import { deadLetters } from './dead-letters.ts'
import { enqueueing } from './enqueueing.ts'
import { history, searching } from './history.ts'
import { isolating } from './isolating.ts'
import { type ConformanceStore, openLab, type Section } from './lab.ts'
import { limiting } from './limiting.ts'
import { migrating } from './migrating.ts'
import { fairness, ordering } from './ordering.ts'
import { organisations, parking } from './parking.ts'
import { queueing } from './queueing.ts'
import { refusing } from './refusing.ts'
import { transactionRegressions, workingRegressions } from './regressions.ts'
import { results } from './results.ts'
import { retrying, timeouts } from './retrying.ts'
import { scheduling } from './scheduling.ts'
import { schedulerFleet } from './scheduling-fleet.ts'
import { schedulingOperations } from './scheduling-operating.ts'
import { catchingUp, overlapping } from './scheduling-overlap.ts'
import { soaking } from './soaking.ts'
import { stopping } from './stopping.ts'
import { takeOver } from './take-over.ts'
import { timing } from './timing.ts'
import { transacting, values } from './transacting.ts'
import { debouncing, uniqueness } from './uniqueness.ts'

/** The two functions of a test runner that the suite uses; those of vitest and `node:test` fit. */
export interface ConformanceRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>, timeoutMs: number) => unknown
}

const SECTIONS: readonly Section[] = [
  enqueueing,
  timing,
  takeOver,
  completing,
  retrying,
  timeouts,
  cancelling,
  uniqueness,
  debouncing,
  ordering,
  fairness,
  limiting,
  queueing,
  results,
  deadLetters,
  batching,
  expiring,
  isolating,
  history,
  searching,
  stopping,
  parking,
  organisations,
  refusing,
  transacting,
  values,
  migrating,
  scheduling,
  overlapping,
  catchingUp,
  schedulerFleet,
  schedulingOperations,
  transactionRegressions,
  workingRegressions,
  soaking,
]

const TEST_MS = 20_000

/**
 * Declares the tests that every store of the engine must pass, each a sentence about its jobs. They move a clock of their
 * own, open the store afresh for each test, and fail when an engine leaves something behind.
 */
export function engineConformance(store: ConformanceStore, { describe, it }: ConformanceRunner): void {
  describe(`jobs on ${store.name}`, () => {
    for (const { title, tests } of SECTIONS) {
      describe(title, () => {
        for (const [sentence, prove] of Object.entries(tests)) {
          it(
            sentence,
            async () => {
              await using lab = await openLab(store)
              await prove(lab)
            },
            TEST_MS,
          )
        }
      })
    }
  })
}
