import { accompanying } from './accompanying.ts'
import { batching, expiring } from './batching.ts'
import { cancelling } from './cancelling.ts'
import { completing } from './completing.ts'
import { deadLetters } from './dead-letters.ts'
import { draining } from './draining.ts'
import { enqueueing } from './enqueueing.ts'
import { appending, eventRefusals } from './event-appending.ts'
import { deciding } from './event-deciding.ts'
import { archiving, forgetting } from './event-forgetting.ts'
import { eventReading } from './event-reading.ts'
import { flows } from './flow.ts'
import { flowFaults } from './flow-faults.ts'
import { graphs } from './graph.ts'
import { graphFaults } from './graph-faults.ts'
import { graphHttp } from './graph-http.ts'
import { graphOperating } from './graph-operating.ts'
import { history, searching } from './history.ts'
import { isolating } from './isolating.ts'
import { type ConformanceStore, openLab, type Section } from './lab.ts'
import { limiting } from './limiting.ts'
import { migrating } from './migrating.ts'
import { fairness, ordering } from './ordering.ts'
import { forgettingOrganisations } from './organisation.ts'
import { organisations, parking } from './parking.ts'
import { asyncProjections } from './projection-async.ts'
import { inlineProjections } from './projection-inline.ts'
import { orphanedProjections, rebuiltProjections } from './projection-rebuild.ts'
import { queueing } from './queueing.ts'
import { quieting } from './quieting.ts'
import { declaredWrongly, reactions } from './reaction.ts'
import { refusing } from './refusing.ts'
import { transactionRegressions, workingRegressions } from './regressions.ts'
import { results } from './results.ts'
import { retrying, timeouts } from './retrying.ts'
import { scheduling } from './scheduling.ts'
import { schedulingEach } from './scheduling-each.ts'
import { schedulerFleet } from './scheduling-fleet.ts'
import { schedulingOperations } from './scheduling-operating.ts'
import { catchingUp, overlapping } from './scheduling-overlap.ts'
import { soaking } from './soaking.ts'
import { stopping } from './stopping.ts'
import { takeOver } from './take-over.ts'
import { timing } from './timing.ts'
import { transacting, values } from './transacting.ts'
import { debouncing, uniqueness } from './uniqueness.ts'
import { workflowCalling } from './workflow-calling.ts'
import { workflowCancelling } from './workflow-cancelling.ts'
import { workflowFleet } from './workflow-fleet.ts'
import { workflowOperating } from './workflow-operating.ts'
import { workflowChecking } from './workflow-operating-check.ts'
import { workflowForking, workflowRepairing } from './workflow-operating-fork.ts'
import { workflowRetrying } from './workflow-operating-retry.ts'
import { workflowResults } from './workflow-results.ts'
import { workflowSoaking } from './workflow-soaking.ts'
import { workflowSteps } from './workflow-steps.ts'
import { workflowUndoing } from './workflow-undoing.ts'
import { workflowVersions } from './workflow-versions.ts'
import { workflowWaiting } from './workflow-waiting.ts'

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
  draining,
  parking,
  organisations,
  refusing,
  transacting,
  accompanying,
  values,
  migrating,
  scheduling,
  overlapping,
  catchingUp,
  schedulerFleet,
  schedulingEach,
  schedulingOperations,
  inlineProjections,
  asyncProjections,
  rebuiltProjections,
  orphanedProjections,
  reactions,
  declaredWrongly,
  transactionRegressions,
  workingRegressions,
  appending,
  eventRefusals,
  eventReading,
  deciding,
  forgetting,
  forgettingOrganisations,
  archiving,
  flows,
  flowFaults,
  graphs,
  graphFaults,
  graphHttp,
  graphOperating,
  workflowSteps,
  workflowResults,
  workflowWaiting,
  workflowCalling,
  workflowUndoing,
  workflowCancelling,
  workflowVersions,
  workflowFleet,
  workflowSoaking,
  workflowOperating,
  workflowRetrying,
  workflowForking,
  workflowRepairing,
  workflowChecking,
  quieting,
  soaking,
]

// More than one wait of `until`, which says what did not come.
const TEST_MS = 60_000

/**
 * Declares the tests that every store of the engine must pass, each a sentence about its jobs. They move a clock of their
 * own, open the store afresh for each test, and fail when an engine leaves something behind. `only`: the sections of these
 * titles.
 */
export function engineConformance(
  store: ConformanceStore,
  { describe, it }: ConformanceRunner,
  only?: readonly string[],
): void {
  const sections = SECTIONS.filter(({ title }) => only?.includes(title) !== false)
  describe(`jobs on ${store.name}`, () => {
    for (const { title, tests } of sections) {
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
