import { EngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import type { Outcome } from '../queue/outcome.ts'
import type { StepRow } from '../store/steps.ts'
import type { Activation, Ending, Undo } from './activation.ts'
import { nextAttemptAt, stepPolicy } from './step-policy.ts'
import { inTime, StepRun } from './step-run.ts'

/**
 * Undoes what the workflow did, the latest first, and ends it. A step is undone at least once: it counts as undone when
 * that is recorded. Children that still run are stopped and waited for before.
 */
export async function compensate(activation: Activation, ending: Ending): Promise<Outcome> {
  const children = openChildren(activation)
  const undoable = [...activation.rows.values()].filter((row) => mustUndo(activation, row)).toSorted(latestFirst)
  if (children.length === 0 && undoable.length === 0) return { kind: ending.state, error: ending.error }
  const { context, ground } = activation
  // Before anything is undone: after a crash nobody may go forward from here.
  await ground.end(context.claimed, JSON.stringify(ending), children, ending.error.message)
  if (children.length > 0) return suspended(activation, null)
  for (const row of undoable) {
    const interrupted = activation.interruption !== undefined || activation.resting !== undefined
    if (interrupted) return { kind: 'returned' }
    const outcome = await undo(activation, row, ending)
    if (outcome !== undefined) return outcome
  }
  return { kind: ending.state, error: ending.error }
}

function openChildren({ rows, record }: Activation): readonly number[] {
  return [...rows.values(), ...record.steps.filter(({ name }) => !rows.has(name))].flatMap((row) => {
    if (row.state !== 'pending' || row.child === null) return []
    if (row.kind === 'call') return [row.child]
    return row.kind === 'many' ? JSON.parse(row.result ?? '[]') : []
  })
}

function mustUndo({ undos }: Activation, { name, state }: StepRow): boolean {
  return undos.has(name) && (state === 'done' || state === 'undoing')
}

const latestFirst = (a: StepRow, b: StepRow): number => b.seq - a.seq

/** Undefined once it is undone. */
async function undo(activation: Activation, row: StepRow, ending: Ending): Promise<Outcome | undefined> {
  const { ground, context, undos } = activation
  const how = undos.get(row.name)
  if (how === undefined) return undefined
  if (row.state === 'undoing' && row.due !== null && row.due > ground.clock.now()) return suspended(activation, row.due)
  const attempt = row.state === 'undoing' ? row.attempt + 1 : 1
  const undone = (): StepRow => ({ ...row, state: 'undone', attempt, due: null, error: null })
  const about = { name: row.name, attempt, attempts: how.policy.attempts }
  // What an undo returns is of no use to anybody.
  const step = new StepRun(ground, context.claimed, about, undone, false)
  try {
    const result: never = row.result === null ? (undefined as never) : (JSON.parse(row.result) as never)
    await activation.hold(step, () => inTime(step, how.policy.timeoutMs, () => how.work(result, step)))
  } catch (error) {
    if (activation.interruption !== undefined) return { kind: 'returned' }
    if (step.completed === undefined)
      return failUndo(activation, { row, attempt, how, error: step.interruption ?? error }, ending)
  }
  if (step.completed === undefined) await ground.writer.record(context.claimed.epoch, undone())
  return undefined
}

async function failUndo(
  { ground, context, record }: Activation,
  { row, attempt, how, error }: { row: StepRow; attempt: number; how: Undo; error: unknown },
  ending: Ending,
): Promise<Outcome> {
  const due = nextAttemptAt(error, how.policy, attempt, { now: ground.clock.now(), random: ground.random })
  const stored = storedError(error)
  const failed: StepRow = { ...row, state: 'undoing', attempt: due === undefined ? 0 : attempt, due: due ?? null }
  await ground.writer.record(context.claimed.epoch, { ...failed, error: JSON.stringify(stored) })
  if (due !== undefined) return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due }
  const hopeless = new EngineError(
    'COMPENSATION_FAILED',
    `the step ${JSON.stringify(row.name)} could not be undone in ${attempt} attempts (${stored.code}: ${stored.message}); the workflow was ending because of ${ending.error.code}: ${ending.error.message}. Put it right by hand or in the code, then retry`,
  )
  return { kind: 'failed', error: storedError(hopeless) }
}

/** How often a step is tried to be undone, unless its own policy says more. */
const UNDO_ATTEMPTS = 10

/** The way back of a step. */
export function undoOf(work: Undo['work'], options: Parameters<typeof stepPolicy>[0]): Undo {
  const policy = stepPolicy(options, UNDO_ATTEMPTS)
  return { work, policy: { ...policy, attempts: Math.max(policy.attempts, UNDO_ATTEMPTS) } }
}

function suspended({ record }: Activation, due: number | null): Outcome {
  return { kind: 'suspended', wakes: record.row?.wakes ?? 0, due }
}
