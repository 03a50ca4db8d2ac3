import type { Database } from '@regie/engine'
import { keyset } from '../store/keyset.ts'
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

/** A group as a key. */
export function faultKey({ org, fingerprint }: { readonly org: string; readonly fingerprint: string }): string {
  return `${org} ${fingerprint}`
}

/** What was decided about these groups, by {@link faultKey}. */
export async function selectFaults(
  database: Database,
  groups: readonly { readonly org: string; readonly fingerprint: string }[],
): Promise<ReadonlyMap<string, FaultCare>> {
  if (groups.length === 0) return new Map()
  const distinct = (values: readonly string[]) => [...new Set(values)]
  const rows = await database
    .kysely<Tables>()
    .selectFrom('platform_fault')
    .selectAll()
    .where('org_id', 'in', distinct(groups.map(({ org }) => org)))
    .where('fingerprint', 'in', distinct(groups.map(({ fingerprint }) => fingerprint)))
    .execute()
  return new Map(rows.map((row) => [faultKey({ org: row.org_id, fingerprint: row.fingerprint }), careOf(row)]))
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

/** A group that somebody decided something about. */
export interface DecidedFault {
  readonly org: string
  readonly fingerprint: string
}

/** Groups about which nothing was decided since an instant, of all organisations, in order, after one when given. */
export async function listDecided(
  database: Database,
  {
    before,
    after,
    limit,
  }: { readonly before: number; readonly after: DecidedFault | undefined; readonly limit: number },
): Promise<readonly DecidedFault[]> {
  const rows = await keyset(
    database
      .kysely<Tables>()
      .selectFrom('platform_fault')
      .select(['org_id', 'fingerprint'])
      .where('updated_at', '<', before),
    { columns: ['org_id', 'fingerprint'], after: after && [after.org, after.fingerprint], limit: limit - 1 },
  ).execute()
  return rows.map(({ org_id: org, fingerprint }) => ({ org, fingerprint }))
}

/** Forgets what was decided about these groups before an instant; answers about how many. */
export async function deleteFaults(
  database: Database,
  {
    org,
    fingerprints,
    before,
  }: { readonly org: string; readonly fingerprints: readonly string[]; readonly before: number },
): Promise<number> {
  if (fingerprints.length === 0) return 0
  const { numDeletedRows } = await database
    .kysely<Tables>()
    .deleteFrom('platform_fault')
    .where('org_id', '=', org)
    .where('fingerprint', 'in', fingerprints)
    .where('updated_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
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
