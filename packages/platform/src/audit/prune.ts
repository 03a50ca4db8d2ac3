import type { Clock, Database } from '@regie/engine'
import { type AnchorBook, signAnchor } from './anchors.ts'
import { signCut } from './cut.ts'
import type { AuditInput } from './entry.ts'
import type { AuditKeys } from './keys.ts'
import { deleteOldest, endOfOld, firstErasureNeeded, insertCut, readCuts, readPlace } from './store/cuts.ts'
import type { AuditTables, AuditWriter } from './store/entries.ts'

/** What was removed from the log. */
export interface AuditPruned {
  readonly entries: number
  /** The place of the last entry that is gone; 0 when none ever was. */
  readonly through: number
}

/** What pruning works with. */
export interface PruneOptions {
  readonly database: Database
  readonly keys: AuditKeys
  readonly anchors: AnchorBook
  readonly clock: Pick<Clock, 'now'>
  readonly org: string
  write(tx: AuditWriter, input: AuditInput): Promise<unknown>
}

const PAGE = 1_000

/**
 * Removes the sealed entries at the begin of the chain that are from before `before`. First the cut is signed and entered,
 * then the entries go, page by page: a process that dies in between leaves entries that are not missed, and that the next
 * run removes.
 */
export async function pruneLog(before: number, options: PruneOptions): Promise<AuditPruned> {
  const through = await cut(before, options)
  let entries = 0
  for (let removed = PAGE; removed === PAGE; entries += removed)
    removed = await options.database.transaction<number, AuditTables>((tx) => deleteOldest(tx, through, PAGE))
  return { entries, through }
}

async function cut(before: number, { database, keys, anchors, clock, org, write }: PruneOptions): Promise<number> {
  const [last] = await readCuts(database)
  const reached = last?.seq ?? 0
  const place = await oldPlace(database, before)
  if (place === undefined || place.seq <= reached) return reached
  const at = clock.now()
  // Outside the database too: then even the key does not let the begin of the log be another.
  await anchors.append(signAnchor({ kind: 'anchor', ...place, at }, keys.active))
  await database.transaction<void, AuditTables>(async (tx) => {
    await insertCut(tx, signCut({ ...place, at, before }, keys.active))
    await write(tx, {
      org,
      actor: { kind: 'system', id: 'system', name: 'Regie' },
      action: 'audit.prune',
      object: { type: 'audit', id: String(place.seq) },
      after: { from: reached + 1, through: place.seq, before: new Date(before).toISOString() },
    })
  })
  return place.seq
}

async function oldPlace(database: Database, before: number) {
  const db = database.kysely<AuditTables>()
  let seq = await endOfOld(db, before)
  for (let needed = await firstErasureNeeded(db, seq); needed !== undefined; ) {
    seq = needed - 1
    needed = await firstErasureNeeded(db, seq)
  }
  return readPlace(db, seq)
}
