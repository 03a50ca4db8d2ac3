import { EngineError, isEngineError } from '../errors.ts'
import { storedError } from '../job/errors.ts'
import { parsePayload } from '../job/prepare.ts'
import type { KnownJob } from '../job/registry.ts'
import { silentLogger } from '../log.ts'
import { findRunIds } from '../store/run-filter.ts'
import type { EngineTables } from '../store/schema.ts'
import { parseOptions } from '../store/tables.ts'
import { readStoredRuns, type StoredRun } from '../store/workflow-reads.ts'
import { type Activated, Activation, type Conclusion } from '../workflow/activation.ts'
import type { WorkflowGround } from '../workflow/ground.ts'
import { RecordLoader, type WorkflowRecord } from '../workflow/loader.ts'
import { createWorkflowContext } from '../workflow/workflow-context.ts'
import type { Checked, CheckFinding, Workflows } from '../workflow/workflows-api.ts'
import type { WorkflowsGround } from './workflows.ts'

const UNENDED = ['scheduled', 'queued', 'blocked', 'parked', 'waiting', 'running'] as const
const LIMIT = 10_000
const SLICE = 100
/** Between two steps nothing takes this long, unless it waits for something that is no step. */
const PATIENCE_MS = 5_000

/** Leads the present code through what is recorded, and names the runs it cannot follow. */
export async function checkWorkflows(
  ground: WorkflowsGround,
  { filter = { state: UNENDED }, limit = LIMIT, after: from = 0 }: Parameters<Workflows['check']>[0] = {},
): Promise<Checked> {
  if (!(Number.isInteger(limit) && limit >= 1))
    throw new EngineError('FILTER_INVALID', `a check of ${limit} workflows checks none: give a whole number from 1`)
  const db = ground.database.kysely<EngineTables>()
  const looking = lookingGround(ground)
  const findings: CheckFinding[] = []
  let checked = 0
  for (let after = from; ; ) {
    const ids = await findRunIds(db, { ...filter, workflow: true }, after, Math.min(SLICE, limit + 1 - checked))
    const some = ids.slice(0, limit - checked)
    const found = await Promise.all((await readStoredRuns(db, some)).map((run) => checkRun(ground, looking, run)))
    findings.push(...found.filter((finding) => finding !== undefined))
    checked += some.length
    if (ids.length > some.length) return { checked, findings, more: true, next: some.at(-1) ?? after }
    after = ids.at(-1) ?? after
    if (ids.length === 0) return { checked, findings, more: false }
  }
}

async function checkRun(
  ground: WorkflowsGround,
  looking: WorkflowGround,
  run: StoredRun,
): Promise<CheckFinding | undefined> {
  const { v: version = 1 } = parseOptions(run.options)
  const known = ground.prepare().registry.get(run.job)
  const fault = known === undefined ? unknownWorkflow(run) : await faultOf(ground, looking, known, run)
  if (fault === undefined) return undefined
  const { code, message } = storedError(fault)
  const step = isEngineError(fault) ? fault.step : undefined
  return {
    runId: run.id,
    org: run.org,
    workflow: run.job,
    version,
    ...(step === undefined ? {} : { step }),
    code,
    message,
  }
}

function unknownWorkflow({ job }: StoredRun): EngineError {
  return new EngineError('JOB_UNKNOWN', `the workflow ${job} is not one of this engine's any more: add it to \`jobs\``)
}

/** Why the code cannot follow what is recorded; undefined when it can. */
async function faultOf(
  ground: WorkflowsGround,
  looking: WorkflowGround,
  known: KnownJob,
  run: StoredRun,
): Promise<unknown> {
  const part = known.definition.workflow
  if (part === undefined) return unknownWorkflow(run)
  const record = await looking.loader.load(run.id)
  // What has not begun has nothing that the code could miss.
  if (record.steps.length === 0) return inputFault(known, run)
  const claimed = { ...run, epoch: 0, attempt: 1 }
  const context: Activated = { claimed, options: parseOptions(run.options), known, log: silentLogger }
  const activation = new Activation(looking, context, record, undefined, 'check')
  const db = ground.database.kysely<EngineTables>()
  try {
    const input = parsePayload(known, run.payload)
    const over = activation.run(part.run, createWorkflowContext(activation, db), input)
    return faultIn(await patiently(ground, over), activation, record)
  } catch (error) {
    return error
  }
}

function inputFault(known: KnownJob, run: StoredRun): unknown {
  try {
    parsePayload(known, run.payload)
    return undefined
  } catch (error) {
    return error
  }
}

function faultIn(conclusion: Conclusion, { divergence }: Activation, { row, steps }: WorkflowRecord): unknown {
  if (conclusion.kind === 'fault') return conclusion.error
  if (divergence !== undefined) return divergence
  if (conclusion.kind !== 'threw') return undefined
  // It may just be failing: because of a step, or it undoes already what it did.
  const fails = row?.ending != null || steps.some(({ state }) => state === 'failed' || state === 'again')
  return fails ? undefined : conclusion.error
}

async function patiently(ground: WorkflowsGround, over: Promise<Conclusion>): Promise<Conclusion> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const message = `its code waits between two steps for something that is no step: wait for nothing but wf`
  const giveUp = ground.clock.setTimer(() => reject(new EngineError('TIMEOUT', message)), PATIENCE_MS)
  try {
    return await Promise.race([over, late])
  } finally {
    giveUp()
  }
}

/** What a workflow gets that is only looked at: it can read its record, and nothing else. */
function lookingGround({ database, clock, random, services, signals }: WorkflowsGround): WorkflowGround {
  const refuse = (): never => {
    throw new EngineError('RUN_STATE', 'a workflow that is only checked does nothing')
  }
  return {
    clock,
    random,
    log: silentLogger,
    runLog: () => silentLogger,
    services,
    signals,
    loader: new RecordLoader(database),
    writer: { record: async () => refuse(), publish: () => {} },
    starter: { start: async () => refuse() },
    prepare: refuse,
    children: refuse,
    transaction: async () => refuse(),
    completeStep: async () => refuse(),
    end: async () => refuse(),
  }
}
