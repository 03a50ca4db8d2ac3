import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { durationMs } from '@regie/engine'
import { backupName, PARTIAL } from '../backup/name.ts'
import type { Config } from '../config/config.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/**
 * Leaves in the data directory what the cleaning tasks are there for: an old temporary file, an old log, and a backup
 * that was cut off. Without them a new installation has nothing to clean. `now` is in milliseconds UTC.
 */
export async function leaveTraces({ dataDir, keep }: Pick<Config, 'dataDir' | 'keep'>, now: number): Promise<void> {
  const temporaryAt = now - durationMs(keep.temporaryFiles) - HOUR_MS
  const logAt = now - durationMs(keep.logs) - 2 * DAY_MS
  // Eight hours: a backup that wrote nothing for six has died.
  const backupAt = now - 8 * HOUR_MS
  const backup = join(dataDir, 'backups', 'daily', `${backupName(backupAt, () => 0)}${PARTIAL}`)
  const day = new Date(logAt).toISOString().slice(0, 10)
  await leave(join(dataDir, 'tmp', 'demo-upload.tmp'), 'An upload that was never finished.\n', temporaryAt)
  await leave(join(dataDir, 'logs', `regie-${day}.log`), `{"level":30,"time":${logAt},"msg":"an old line"}\n`, logAt)
  await leave(join(backup, 'database.unfinished'), 'A backup that was cut off.\n', backupAt)
  await utimes(backup, new Date(backupAt), new Date(backupAt))
}

async function leave(path: string, content: string, at: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 })
  try {
    await writeFile(path, content, { flag: 'wx' })
  } catch (error) {
    // Somebody's own file of this name stays as it is.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
  await utimes(path, new Date(at), new Date(at))
}
