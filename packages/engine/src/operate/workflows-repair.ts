import type { RunFilter } from '../engine-api.ts'
import { EngineError } from '../errors.ts'
import { cancelRuns, replayRuns } from '../store/run-changes.ts'
import { findJobNames, findNewest, findRunIds } from '../store/run-filter.ts'
import type { EngineTables } from '../store/schema.ts'
import type { Tx } from '../store/tables.ts'
import { readStandings, type Standing } from '../store/workflow-reads.ts'
import { resumeWorkflows } from '../store/workflows.ts'
import type { Repaired, RepairOptions } from '../workflow/workflows-api.ts'
import { beginAfresh } from './begin-afresh.ts'
import type { WorkflowsGround } from './workflows.ts'
import { checkedInput, forkRuns, requireKnown } from './workflows-fork.ts'

const ACTIONS: readonly RepairOptions['action'][] = ['retry', 'fork', 'cancel', 'resume']
const SLICE = 250
// A fork holds the inputs of its slice in memory, up to 1 MiB each.
const FORK_SLICE = 50

/** Does the same with every workflow that matches, a commit for each slice. */
export async function repairWorkflows(
  ground: WorkflowsGround,
  given: RunFilter,
  options: RepairOptions,
): Promise<Repaired> {
  const { action, from, dryRun } = options
  refuseNonsense(options)
  const db = ground.database.kysely<EngineTables>()
  const filter: RunFilter = { ...(action === 'retry' ? { state: ['failed'] } : {}), ...given, workflow: true }
  if (hasInput(options))
    for (const job of await findJobNames(db, filter)) checkedInput(ground, requireKnown(ground, { job }), options.input)
  // What a repair makes itself must not be repaired in turn.
  const newest = await findNewest(db, filter)
  const total = { matched: 0, done: 0 }
  for (let after = 0; after < newest; ) {
    const ids = (await findRunIds(db, filter, after, action === 'fork' ? FORK_SLICE : SLICE)).filter(
      (id) => id <= newest,
    )
    const last = ids.at(-1)
    if (last === undefined) break
    const fitting = (await readStandings(db, ids, from)).filter((standing) => fits(ground, standing, options))
    total.matched += ids.length
    total.done += dryRun === true ? fitting.length : await repairSlice(ground, fitting, options)
    after = last
  }
  if (dryRun !== true && total.done > 0) ground.changed()
  return total
}

function hasInput({ input }: RepairOptions): boolean {
  return input !== undefined
}

function refuseNonsense({ action, from, input }: RepairOptions): void {
  if (!ACTIONS.includes(action))
    throw new EngineError(
      'FILTER_INVALID',
      `there is no repair ${JSON.stringify(action)}: choose ${ACTIONS.join(', ')}`,
    )
  if ((action === 'fork') !== (from !== undefined))
    throw new EngineError(
      'FILTER_INVALID',
      action === 'fork'
        ? 'a fork begins at a step: say which with `from`'
        : `\`from\` is for a fork, not for ${action}`,
    )
  if (input !== undefined && action !== 'fork' && action !== 'retry')
    throw new EngineError('FILTER_INVALID', `an input is for fork and retry, not for ${action}`)
}

function fits(ground: WorkflowsGround, { ended, pausedAt, hasStep, job }: Standing, options: RepairOptions): boolean {
  const { action } = options
  if (action === 'retry') return ended !== null && (ended !== 'succeeded' || hasInput(options))
  if (action === 'fork') return hasStep && ground.prepare().registry.has(job)
  if (action === 'cancel') return ended === null
  return ended === null && pausedAt !== null
}

async function repairSlice(
  ground: WorkflowsGround,
  standings: readonly Standing[],
  options: RepairOptions,
): Promise<number> {
  const ids = standings.map(({ id }) => id)
  if (ids.length === 0) return 0
  const { action, from, input, reason = 'cancelled by an operator' } = options
  const { database, hot, clock } = ground
  if (action === 'fork' && from !== undefined)
    return (await forkRuns(ground, ids, hasInput(options) ? { from, input } : { from })).length
  return database.transaction<number, EngineTables>(async (tx) => {
    if (action === 'retry') return (await retryRuns(ground, tx, standings, options)).length
    if (action === 'resume') {
      await resumeWorkflows(tx, ids)
      return ids.length
    }
    const { cancelled, requested } = await cancelRuns(tx, hot, ids, reason, clock.now())
    return cancelled.length + requested.length
  })
}

async function retryRuns(
  ground: WorkflowsGround,
  tx: Tx,
  standings: readonly Standing[],
  options: RepairOptions,
): Promise<readonly number[]> {
  const ids = standings.map(({ id }) => id)
  const afresh = hasInput(options)
  const again = new Set(await replayRuns(tx, ids, { now: ground.clock.now(), afresh }))
  if (!afresh) return [...again]
  for (const [job, some] of Map.groupBy(
    standings.filter(({ id }) => again.has(id)),
    (standing) => standing.job,
  )) {
    const known = requireKnown(ground, { job })
    const payload = checkedInput(ground, known, options.input)
    await beginAfresh(ground, tx, {
      ids: some.map(({ id }) => id),
      payload,
      version: known.definition.workflow?.version,
    })
  }
  return [...again]
}
