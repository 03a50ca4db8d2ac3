import type { Database } from '@regie/engine'
import type { FaultCare } from './faults.ts'

interface FaultTable {
  readonly org_id: string
  readonly fingerprint: string
  readonly assignee_id: string | null
  readonly muted_at: number | null
  readonly muted_until: number | null
  readonly resolved_at: number | null
  readonly returned_at: number | null
  readonly first_at: number | null
  readonly updated_at: number
}

interface Tables {
  readonly platform_fault: FaultTable
}

/** What may be written of a group; null takes it away, what is absent stays. */
export type FaultValues = Partial<Omit<FaultTable, 'org_id' | 'fingerprint' | 'updated_at'>>

/** What was decided about these groups, by fingerprint. */
export async function selectFaults(
  database: Database,
  org: string,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, FaultCare>> {
  if (fingerprints.length === 0) return new Map()
  const rows = await database
    .kysely<Tables>()
    .selectFrom('platform_fault')
    .selectAll()
    .where('org_id', '=', org)
    .where('fingerprint', 'in', fingerprints)
    .execute()
  return new Map(rows.map((row) => [row.fingerprint, careOf(row)]))
}

/** Writes what was decided about a group. */
export async function saveFault(
  database: Database,
  { org, fingerprint, now }: { readonly org: string; readonly fingerprint: string; readonly now: number },
  values: FaultValues,
): Promise<void> {
  await database
    .kysely<Tables>()
    .insertInto('platform_fault')
    .values({
      org_id: org,
      fingerprint,
      assignee_id: null,
      muted_at: null,
      muted_until: null,
      resolved_at: null,
      returned_at: null,
      first_at: null,
      ...values,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['org_id', 'fingerprint']).doUpdateSet({ ...values, updated_at: now }))
    .execute()
}

/** Marks a resolved group as returned, and ends its mute; true for the first that says so. */
export async function markReturned(
  database: Database,
  { org, fingerprint, now }: { readonly org: string; readonly fingerprint: string; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .kysely<Tables>()
    .updateTable('platform_fault')
    .set({ resolved_at: null, muted_at: null, muted_until: null, returned_at: now, updated_at: now })
    .where('org_id', '=', org)
    .where('fingerprint', '=', fingerprint)
    .where('resolved_at', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function careOf(row: FaultTable): FaultCare {
  return {
    ...(row.assignee_id !== null && { assigneeId: row.assignee_id }),
    ...(row.muted_at !== null && { mutedAt: row.muted_at }),
    ...(row.muted_until !== null && { mutedUntil: row.muted_until }),
    ...(row.resolved_at !== null && { resolvedAt: row.resolved_at }),
    ...(row.returned_at !== null && { returnedAt: row.returned_at }),
    ...(row.first_at !== null && { firstAt: row.first_at }),
  }
}
