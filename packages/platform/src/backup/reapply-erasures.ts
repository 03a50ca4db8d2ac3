import { randomUUID } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { createEngine, type Database } from '@regie/engine'
import { renewEpoch } from '../realtime/store/messages.ts'
import { askErasures } from '../run-log/store/erasures.ts'
import { type ErasureList, openErasureList, readErasures } from './erasures.ts'

/** What a restore has to do to persons who were forgotten since the backup. */
export interface ReappliedErasures {
  /** How many the backup did not know. */
  readonly erased: number
  /** What could not be read: lines of the lists, as `path:line`, or the replaced database. */
  readonly unreadable: readonly string[]
}

/** Forgets in a database that is about to be restored whoever was forgotten, `present` those the replaced one knows. */
export type ReapplyErasures = (restored: Database, present: ErasureList) => Promise<ReappliedErasures>

/**
 * Takes together what the list of this place says, the list beside the backup, which may come from another machine, and
 * the replaced database. All of it is on the list of this place before the restored database has its name.
 */
export function reapplyFrom(backupDir: string, folder: string): ReapplyErasures {
  return async (restored, present) => {
    const besideBackup = dirname(dirname(resolve(folder)))
    const places = new Set([resolve(backupDir), besideBackup])
    const lists = [...(await Promise.all([...places].map(readErasures))), present]
    const erasures = lists.flatMap((list) => list.erasures)
    const unreadable = lists.flatMap((list) => list.unreadable)
    await renewEpoch(restored, randomUUID())
    if (erasures.length === 0) return { erased: 0, unreadable }
    await openErasureList(backupDir).add(erasures)
    await askErasures(restored, erasures)
    // Nothing runs in it: it only knows how to forget, for which no master key is needed.
    await using engine = await createEngine({ database: restored, jobs: [] })
    return { erased: await engine.events.reapplyErasures(erasures), unreadable }
  }
}
