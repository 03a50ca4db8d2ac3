import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Clock, type DatabaseSource, type Random, systemClock, systemRandom } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { dumpDatabase } from './database.ts'
import { syncFolder } from './files.ts'
import { checkFolders, copyFolders } from './folders.ts'
import { type BackupKind, type Manifest, writeManifest } from './manifest.ts'
import { backupName, PARTIAL } from './name.ts'
import { failed } from './refusals.ts'

/** What to back up, and where to. */
export interface CreateBackupOptions {
  readonly source: DatabaseSource
  /** The folder of all backups; made when missing. */
  readonly backupDir: string
  readonly kind: BackupKind
  /** Folders below `dataDir` whose files are copied too. Default none. */
  readonly include?: readonly string[]
  /** Where the included folders are; needed only with them. */
  readonly dataDir?: string
  /** Versions of what made the backup, by name, for whoever restores it. */
  readonly versions?: Readonly<Record<string, string>>
  /** The run that makes it: its number and when it was enqueued, which together name no other one. */
  readonly madeBy?: NonNullable<Manifest['madeBy']>
  readonly clock?: Clock
  readonly random?: Random
  /** Stops the backup and removes what it had written. */
  readonly signal?: AbortSignal | undefined
  /** From 0 to 100, with what is being done. */
  readonly onProgress?: (percent: number, message: string) => void
}

/** A complete backup. */
export interface CreatedBackup {
  readonly id: string
  /** Its folder, absolute. */
  readonly path: string
  /** All its files together. */
  readonly bytes: number
  readonly durationMs: number
  readonly manifest: Manifest
}

/**
 * Makes a backup of a database that may be in use: one consistent moment of it, checked, compressed, and complete
 * before its folder gets its name. Throws `BACKUP_FAILED` (a full disk, a damaged database) or the signal's reason, and
 * leaves nothing behind.
 */
export async function createBackup(options: CreateBackupOptions): Promise<CreatedBackup> {
  const { clock = systemClock, random = systemRandom, include = [], kind } = options
  checkFolders(include)
  const startedAt = clock.now()
  const name = backupName(startedAt, random)
  const shelf = join(resolve(options.backupDir), kind)
  const partial = join(shelf, `${name}${PARTIAL}`)
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 })
    const made = await fill(partial, { ...options, clock, include, id: `${kind}/${name}`, startedAt })
    options.signal?.throwIfAborted()
    await rename(partial, join(shelf, name))
    await syncFolder(shelf)
    return { ...made, id: `${kind}/${name}`, path: join(shelf, name), durationMs: clock.now() - startedAt }
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    options.signal?.throwIfAborted()
    if (cause instanceof PlatformError) throw cause
    throw failed(`the ${kind} backup failed and left nothing behind: ${explain(cause)}`, cause)
  }
}

type FillOptions = CreateBackupOptions & {
  readonly clock: Clock
  readonly include: readonly string[]
  readonly id: string
  readonly startedAt: number
}

async function fill(
  partial: string,
  options: FillOptions,
): Promise<{ readonly manifest: Manifest; readonly bytes: number }> {
  const { clock, include, signal, onProgress, startedAt } = options
  await checkSpace(partial, options.source)
  const database = await dumpDatabase({
    source: options.source,
    folder: partial,
    signal,
    onShare: (share, message) => onProgress?.(Math.round(share * 80), message),
  })
  const databaseEndedAt = clock.now()
  const copied = await copyFolders({
    from: options.dataDir ?? '',
    folders: include,
    to: partial,
    signal,
    onShare: (share) => onProgress?.(80 + Math.round(share * 19), 'copying files'),
  })
  const { content, ...described } = database
  const files = [{ path: described.file, ...content, modifiedAt: startedAt }, ...copied.files]
  const manifest: Manifest = {
    format: 1,
    id: options.id,
    kind: options.kind,
    createdAt: new Date(startedAt).toISOString(),
    ...(options.madeBy !== undefined && { madeBy: options.madeBy }),
    versions: options.versions ?? {},
    database: described,
    folders: [...include],
    files,
    skipped: [...copied.skipped],
    durationsMs: {
      database: databaseEndedAt - startedAt,
      files: clock.now() - databaseEndedAt,
      total: clock.now() - startedAt,
    },
  }
  const manifestBytes = await writeManifest(partial, manifest)
  await syncFolder(partial)
  onProgress?.(100, 'done')
  return { manifest, bytes: files.reduce((sum, { bytes }) => sum + bytes, manifestBytes) }
}

/** A backup that fills the disk would stop the database beside it: better none than that. */
async function checkSpace(folder: string, source: DatabaseSource): Promise<void> {
  if (source.kind !== 'sqlite') return
  const { size } = await stat(source.path)
  const { bavail, bsize } = await statfs(folder)
  // The copy and, while it is compressed, at most as much again.
  if (bavail * bsize >= size * 2) return
  const [needed, left] = [mebibytes(size * 2), mebibytes(bavail * bsize)]
  throw failed(`a backup needs up to ${needed} and ${folder} has ${left} left: free some space or keep fewer backups`)
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_048_576)} MiB`
}

function explain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  const full = /ENOSPC|EFBIG|EDQUOT|disk is full/.test(message)
  return full ? `the disk is full (${message}): free some space or keep fewer backups` : message
}
