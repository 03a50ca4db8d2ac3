import { admit } from '../store/admit.ts'
import type { Database } from '../store/database.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { EngineTables, StoredOptions } from '../store/schema.ts'
import { fence } from '../store/settle.ts'
import { releaseAtStart } from '../store/unique.ts'
import type { Outcome } from './outcome.ts'

/** A claimed run with its options, about to start. */
export interface Starter {
  readonly run: ClaimedRun
  readonly options: StoredOptions
}

/** True for runs that something has to be asked or written for before they start. */
export function needsAdmission({ options }: Starter): boolean {
  return options.l !== undefined || options.us === true
}

/** Asks the gates for all of them in one transaction; answers what keeps a run from starting, by its id. */
export async function admitStarters(
  database: Database,
  epoch: number,
  starters: readonly Starter[],
  now: number,
  lines: ReadonlySet<string>,
): Promise<ReadonlyMap<number, Extract<Outcome, { kind: 'blocked' | 'postponed' }>>> {
  const limited = starters.flatMap(({ run, options }) =>
    options.l === undefined ? [] : [{ id: run.id, limits: options.l }],
  )
  return database.transaction<Map<number, Extract<Outcome, { kind: 'blocked' | 'postponed' }>>, EngineTables>(
    async (tx) => {
      await fence(tx, epoch)
      const admissions = limited.length === 0 ? [] : await admit(tx, limited, now, lines)
      const refused = new Map<number, Extract<Outcome, { kind: 'blocked' | 'postponed' }>>()
      for (const admission of admissions) if (admission.kind !== 'start') refused.set(admission.id, admission)
      const keyed = starters
        .filter(({ run, options }) => options.us === true && !refused.has(run.id))
        .map(({ run }) => run.id)
      if (keyed.length > 0) await releaseAtStart(tx, keyed)
      return refused
    },
  )
}
