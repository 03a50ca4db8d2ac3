import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BackupEntry, listBackups } from '../backup/list.ts'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'

/** The folder of all backups. */
export function backupFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'backups')
}

/**
 * The folder of the backup a person means: `latest`, an id such as `daily/2026-…`, the last part of one, or a path.
 * Throws `BACKUP_UNKNOWN`.
 */
export async function findBackup(config: Config, typed: string, folder: string): Promise<string> {
  const path = resolve(folder, typed)
  if (existsSync(join(path, 'manifest.json'))) return path
  const all = await listBackups(backupFolder(config))
  const found =
    typed === 'latest' ? all.find(({ state }) => state === 'good') : all.find((entry) => isMeant(entry, typed))
  if (found !== undefined) return found.path
  const known = all.length === 0 ? 'there is none yet' : `the latest is ${all[0]?.id}`
  throw new PlatformError('BACKUP_UNKNOWN', `there is no backup ${typed} in ${backupFolder(config)}: ${known}`)
}

function isMeant({ id }: BackupEntry, typed: string): boolean {
  return id === typed || id.endsWith(`/${typed}`)
}
