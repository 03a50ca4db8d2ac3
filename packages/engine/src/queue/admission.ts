import { admit } from '../store/admit.ts'
import type { Database } from '../store/database.ts'
import type { Applicant } from '../store/gates.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { EngineTables, StoredOptions } from '../store/schema.ts'
import { fence } from '../store/settle.ts'
import type { Tx } from '../store/tables.ts'
import { releaseAtStart, settleInputs } from '../store/unique.ts'
import { begunAmong } from '../store/workflows.ts'
import type { Outcome } from './outcome.ts'

/** A claimed run with its options, about to start. */
export interface Starter {
  readonly run: ClaimedRun
  readonly options: StoredOptions
}

/** True for runs that something has to be asked or written for before they start. */
export function needsAdmission({ options }: Starter): boolean {
  return options.l !== undefined || options.us === true || options.ur === true
}

/** What keeps a run from starting. */
type Refusal = Extract<Outcome, { kind: 'blocked' | 'postponed' }>

/** What was decided, by the id of each run. */
export interface Decision {
  readonly refused: ReadonlyMap<number, Refusal>
  /** The inputs of those that might have been replaced since their claim. */
  readonly inputs: ReadonlyMap<number, string>
}

/** Asks the gates for all of them in one transaction. */
export async function admitStarters(
  database: Database,
  epoch: number,
  starters: readonly Starter[],
  now: number,
  lines: ReadonlySet<string>,
): Promise<Decision> {
  return database.transaction<Decision, EngineTables>(async (tx) => {
    await fence(tx, epoch)
    const limited = await applicantsAmong(tx, starters)
    const admissions = limited.length === 0 ? [] : await admit(tx, limited, now, lines)
    const refused = new Map<number, Refusal>()
    for (const admission of admissions) if (admission.kind !== 'start') refused.set(admission.id, admission)
    const starting = starters.filter(({ run }) => !refused.has(run.id))
    const keyed = starting.filter(({ options }) => options.us === true).map(({ run }) => run.id)
    if (keyed.length > 0) await releaseAtStart(tx, keyed)
    const open = starting.filter(({ options }) => options.ur === true).map(({ run }) => run.id)
    return { refused, inputs: open.length === 0 ? new Map() : await settleInputs(tx, open) }
  })
}

/** Those that have limits. A workflow that goes on keeps its slots, but does not start: its rate was asked once. */
async function applicantsAmong(tx: Tx, starters: readonly Starter[]): Promise<readonly Applicant[]> {
  const rated = starters.filter(({ options: { l = [], v } }) => v !== undefined && l.some(([, , ms]) => ms > 0))
  const begun = await begunAmong(
    tx,
    rated.map(({ run }) => run.id),
  )
  return starters.flatMap(({ run: { id }, options: { l } }) => {
    if (l === undefined) return []
    return [{ id, limits: begun.has(id) ? l.map(([key, slots]) => [key, slots, 0, 0] as const) : l }]
  })
}
