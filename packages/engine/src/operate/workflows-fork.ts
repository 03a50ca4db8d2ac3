import { EngineError } from '../errors.ts'
import { storePrepared } from '../job/enqueue.ts'
import { type PreparedRun, prepareRun } from '../job/prepare.ts'
import type { KnownJob } from '../job/registry.ts'
import { type EngineTables, priorityName, type StoredOptions } from '../store/schema.ts'
import { readSteps } from '../store/steps.ts'
import { parseOptions, type Tx } from '../store/tables.ts'
import { copyableAmong, copySteps, readForkPlan } from '../store/workflow-fork.ts'
import { readStandings, readStoredRuns, type StoredRun } from '../store/workflow-reads.ts'
import type { ForkPlan } from '../workflow/workflows-api.ts'
import type { WorkflowsGround } from './workflows.ts'

/** Where runs are forked, and with which input, if not with their own. */
export interface ForkOptions {
  readonly from: string
  readonly input?: unknown
}

/** Forks one run; answers the new id. Throws `STEP_UNKNOWN`. */
export async function forkRun(ground: WorkflowsGround, id: number, options: ForkOptions): Promise<number> {
  await requireStep(ground, id, options.from)
  const [fork] = await forkRuns(ground, [id], options)
  if (fork === undefined) throw new EngineError('RUN_UNKNOWN', `there is no workflow ${id}`)
  return fork
}

/** What a fork of this run would take over, and what it would do. Throws `STEP_UNKNOWN`. */
export async function planFork(ground: WorkflowsGround, id: number, from: string): Promise<ForkPlan> {
  await requireStep(ground, id, from)
  const steps = await readForkPlan(ground.database.kysely<EngineTables>(), id, from)
  const named = (wanted: boolean) => steps.filter(({ kept }) => kept === wanted).map(({ name }) => name)
  return { kept: named(true), again: named(false) }
}

async function requireStep({ database }: WorkflowsGround, id: number, from: string): Promise<void> {
  const db = database.kysely<EngineTables>()
  const [standing] = await readStandings(db, [id], from)
  if (standing?.hasStep === true) return
  const steps = (await readSteps(db, [id])).get(id) ?? []
  const names = steps.map(({ name }) => JSON.stringify(name)).join(', ') || 'none'
  throw new EngineError(
    'STEP_UNKNOWN',
    `run ${id} has not come to a step ${JSON.stringify(from)}: it has come to ${names}`,
  )
}

/** Forks runs that all have come to the step, in one commit. Answers the new ids in the order of the old. */
export async function forkRuns(
  ground: WorkflowsGround,
  ids: readonly number[],
  options: ForkOptions,
): Promise<readonly number[]> {
  const { database, enqueuing } = ground
  const db = database.kysely<EngineTables>()
  const sources = await readStoredRuns(db, ids)
  const begun = await copyableAmong(db, ids, options.from)
  const prepared = sources.map((source) => prepareFork(ground, source, options, begun.has(source.id)))
  return database.transaction<readonly number[], EngineTables>(async (tx: Tx) => {
    const runs = await storePrepared(enqueuing, await enqueuing.shares.assign(prepared, tx), tx)
    const forks = runs.map(({ id }, index) => ({ id, source: sources[index]?.id ?? 0 }))
    await copySteps(tx, forks, options.from)
    return runs.map(({ id }) => id)
  })
}

/** Checks an input as if it were enqueued. Throws `JOB_UNKNOWN`, `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`. */
export function requireKnown({ prepare }: Pick<WorkflowsGround, 'prepare'>, { job }: Pick<StoredRun, 'job'>): KnownJob {
  const known = prepare().registry.get(job)
  if (known !== undefined) return known
  throw new EngineError('JOB_UNKNOWN', `this code does not know the workflow ${job}: add it to \`jobs\``)
}

/** It belongs where its source belongs, but takes no unique key and has no parent: those are the source's. */
function prepareFork(ground: WorkflowsGround, source: StoredRun, options: ForkOptions, begun: boolean): PreparedRun {
  const known = requireKnown(ground, source)
  const given = 'input' in options && options.input !== undefined
  const input = given ? options.input : JSON.parse(source.payload)
  const { org, queue } = source
  const place = { org, queue, priority: priorityName(source.priority) }
  const prepared = prepareRun(ground.prepare(), known.job, input, place)
  const { v: version, t: tags = [] } = parseOptions(source.options)
  const { u: _u, us: _us, ur: _ur, r: _r, ...own } = prepared.options
  const stored: StoredOptions = {
    ...own,
    // What is copied was done by the old version's code, which the new run must follow.
    ...(begun && version !== undefined ? { v: version } : {}),
    f: source.id,
    t: [...new Set([...tags, `fork-of-${source.id}`])],
  }
  return { known, options: stored, run: { ...prepared.run, due: null, options: JSON.stringify(stored) } }
}

/** Throws `PAYLOAD_INVALID` when this workflow cannot begin with this input; answers it as it is stored. */
export function checkedInput(ground: Pick<WorkflowsGround, 'prepare'>, known: KnownJob, input: unknown): string {
  return prepareRun(ground.prepare(), known.job, input).run.payload
}
