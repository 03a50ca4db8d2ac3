import type { RunFilter, Runs } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import type { EnqueueGround } from '../job/enqueue.ts'
import type { Logger } from '../log.ts'
import type { Random } from '../random.ts'
import type { EngineTables } from '../store/schema.ts'
import { readStepPage } from '../store/steps.ts'
import { pauseWorkflow } from '../store/workflow-pause.ts'
import { readStandings } from '../store/workflow-reads.ts'
import { resumeWorkflows } from '../store/workflows.ts'
import { requireWorkflow, type SignalGround, sendSignal } from '../workflow/send-signal.ts'
import type { Workflows } from '../workflow/workflows-api.ts'
import type { RunsGround } from './runs.ts'
import { checkWorkflows } from './workflows-check.ts'
import { readDetail, viewStep } from './workflows-detail.ts'
import { forkRun, planFork } from './workflows-fork.ts'
import { repairWorkflows } from './workflows-repair.ts'
import { keptSignals } from './workflows-signals.ts'

const STEPS = 200
const MAX_STEPS = 5_000

/** What operating on workflows needs of the engine. */
export interface WorkflowsGround extends RunsGround, SignalGround {
  readonly runs: Runs
  readonly enqueuing: EnqueueGround
  readonly random: Random
  readonly log: Logger
  readonly services: unknown
}

/** The operator's side of workflows. */
export function createWorkflows(ground: WorkflowsGround): Workflows {
  const { database, runs, clock } = ground
  const standing = async (id: number) =>
    requireWorkflow(id, Number.isSafeInteger(id) ? await readStandings(database.kysely<EngineTables>(), [id]) : [])
  const send: Workflows['signalNamed'] = (name, payload, to, { org } = {}) =>
    database.transaction<Awaited<ReturnType<typeof sendSignal>>, EngineTables>((tx) =>
      sendSignal(ground, tx, { name }, payload, to, org),
    )
  return {
    get: async (id, { steps } = {}) => readDetail(ground, await runs.get(id), steps),
    async steps(id, { limit = STEPS, after, name } = {}) {
      await standing(id)
      const { endedAt } = await runs.get(id)
      const size = Math.min(Math.max(1, limit), MAX_STEPS)
      const rows = await readStepPage(database.kysely<EngineTables>(), id, {
        limit: size + 1,
        ...(after !== undefined && { after: placeOf(after) }),
        ...(name !== undefined && { name }),
      })
      const page = rows.slice(0, size)
      const steps = page.map((row) => viewStep(row, endedAt))
      return rows.length > size ? { steps, next: String(page.at(-1)?.seq) } : { steps }
    },
    search: (filter: RunFilter = {}, page) => runs.search({ workflow: true, all: [filter] }, page),
    signal: ({ name }, payload, to, options) => send(name, payload, to, options),
    signalNamed: send,
    ...keptSignals(database),
    async cancel(id, reason) {
      await standing(id)
      return runs.cancel(id, reason)
    },
    async pause(id, reason) {
      const { ended, ending } = await standing(id)
      if (ended !== null)
        throw new EngineError('RUN_STATE', `run ${id} has ended (${ended}): there is nothing to pause`)
      if (ending !== null)
        throw new EngineError('RUN_STATE', `run ${id} undoes what it did, which is not paused: wait until it has ended`)
      await database.transaction<void, EngineTables>((tx) => pauseWorkflow(tx, id, clock.now(), reason ?? null))
      ground.changed()
    },
    async resume(id) {
      const { ended, pausedAt } = await standing(id)
      if (ended !== null || pausedAt === null)
        throw new EngineError(
          'RUN_STATE',
          `run ${id} is not paused: ${ended === null ? 'it goes on' : `it ended ${ended}`}`,
        )
      await database.transaction<void, EngineTables>((tx) => resumeWorkflows(tx, [id]))
      ground.changed()
    },
    async retry(id, options) {
      await standing(id)
      await runs.retry(id, options)
    },
    fork: async (id, options) => {
      await standing(id)
      return forkRun(ground, id, options)
    },
    forkPlan: async (id, from) => {
      await standing(id)
      return planFork(ground, id, from)
    },
    repair: (filter, options) => repairWorkflows(ground, filter, options),
    check: (options) => checkWorkflows(ground, options),
  }
}

function placeOf(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after)
  throw new EngineError('FILTER_INVALID', 'this is not a page of these steps: pass `next` of the page before')
}
