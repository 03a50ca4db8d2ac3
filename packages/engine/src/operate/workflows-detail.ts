import { EngineError } from '../errors.ts'
import type { RunDetail } from '../job/run.ts'
import type { EngineTables } from '../store/schema.ts'
import { keyOfRun } from '../store/signals.ts'
import { readSteps, type StepRow } from '../store/steps.ts'
import { parseOptions } from '../store/tables.ts'
import { readStoredRuns, readWaits } from '../store/workflow-reads.ts'
import { readWorkflows, type WorkflowRow } from '../store/workflows.ts'
import type { WorkflowDetail, WorkflowStep } from '../workflow/workflows-api.ts'
import type { RunsGround } from './runs.ts'

/** A run with everything a workflow has besides. Throws `RUN_UNKNOWN` when it is none. */
export async function readDetail(
  { database }: Pick<RunsGround, 'database'>,
  run: RunDetail,
  withSteps = true,
): Promise<WorkflowDetail> {
  const db = database.kysely<EngineTables>()
  const [stored] = await readStoredRuns(db, [run.id])
  const { v: version, f: forkedFrom } = parseOptions(stored?.options ?? null)
  if (version === undefined)
    throw new EngineError('RUN_UNKNOWN', `there is no workflow ${run.id}: that run is one of the job ${run.job}`)
  const row = (await readWorkflows(db, [run.id])).get(run.id)
  const steps = withSteps ? ((await readSteps(db, [run.id])).get(run.id) ?? []) : []
  const over = run.endedAt !== undefined
  const waits = over ? [] : await readWaits(db, run.id)
  const { dueAt, ...shown } = run
  const goesOn = dueAt !== undefined && row?.pausedAt == null
  return {
    ...shown,
    // A paused one goes on when somebody says so, and at no instant.
    ...(goesOn ? { dueAt } : {}),
    version,
    generation: row?.generation ?? 0,
    ...(row?.state == null ? {} : { published: JSON.parse(row.state) }),
    ...(row === undefined ? {} : standingOf(run, row)),
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    steps: steps.map((step) => viewStep(step, run.endedAt)),
    waitingFor: waits.map(({ step, name, key }) => ({
      step,
      signal: name,
      ...(key === keyOfRun(run.id) ? {} : { key }),
    })),
  }
}

function standingOf(
  run: RunDetail,
  { pausedAt, pauseReason, ending }: WorkflowRow,
): Pick<WorkflowDetail, 'pausedAt' | 'pauseReason' | 'ending'> {
  // Once it has ended as it was to end, its error says so.
  const unfinished = run.endedAt === undefined || run.error?.code === 'COMPENSATION_FAILED'
  return {
    ...(pausedAt === null || run.endedAt !== undefined ? {} : { pausedAt }),
    ...(pauseReason === null || run.endedAt !== undefined ? {} : { pauseReason }),
    ...(ending !== null && unfinished ? { ending: JSON.parse(ending) } : {}),
  }
}

/** A step as operators see it; `overAt` is when its run ended. */
export function viewStep(row: StepRow, overAt: number | undefined): WorkflowStep {
  const { name, kind, state, attempt, startedAt, due, child, result, error } = row
  const abandoned = overAt !== undefined && LIVE.has(state)
  const endedAt = abandoned ? overAt : row.endedAt
  const open = state === 'pending' || state === 'ended'
  // As long as many children run, their ids are in the place of the result.
  const childIds = kind === 'many' && open ? (JSON.parse(result ?? '[]') as readonly number[]) : undefined
  const children = kind === 'call' && child !== null ? [child] : childIds
  return {
    name,
    kind,
    state: abandoned ? 'abandoned' : state,
    ...(row.alone ? {} : { beside: true }),
    attempt: Math.max(1, attempt),
    startedAt,
    ...(endedAt === null ? {} : { endedAt }),
    ...(due === null || overAt !== undefined || !WAITS.has(state) ? {} : { dueAt: due }),
    ...(children === undefined ? {} : { childRunIds: children }),
    ...(kind === 'many' && child !== null ? { batchId: child } : {}),
    ...(result === null || childIds !== undefined ? {} : { result: JSON.parse(result) }),
    ...(error === null ? {} : { error: JSON.parse(error) }),
  }
}

const WAITS: ReadonlySet<StepRow['state']> = new Set(['retry', 'pending', 'undoing'])
/** What is still under way, or waits. */
const LIVE: ReadonlySet<StepRow['state']> = new Set(['begun', 'retry', 'pending'])
