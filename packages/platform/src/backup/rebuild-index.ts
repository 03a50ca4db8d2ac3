import type { Database } from '@regie/engine'
import { listBackups } from './list.ts'
import { type RebuiltIndex, replaceIndex } from './store/backup-index.ts'

/**
 * Makes the table `platform_backup` equal to the files: backups copied in by hand appear, those whose files are gone
 * disappear, damaged ones are listed with their problem. Answers the difference it found.
 */
export async function rebuildIndex(options: {
  readonly database: Database
  readonly backupDir: string
}): Promise<RebuiltIndex> {
  return replaceIndex(options.database, await listBackups(options.backupDir))
}
