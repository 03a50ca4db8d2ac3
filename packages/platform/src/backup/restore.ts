import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Clock, type DatabaseSource, type Random, systemClock, systemRandom } from '@regie/engine'
import { FILES, placeFiles } from './folders.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { shortId, timestamp } from './name.ts'
import { carryOut, finishRestore, hasPlan, type Move } from './plan.ts'
import { reapplyFrom } from './reapply-erasures.ts'
import { corrupt, refused } from './refusals.ts'
import { restoreSqlite } from './restore-sqlite.ts'
import { type Migrate, moveOf, removeStaged } from './staging.ts'
import { restorePostgres } from './store/postgres-restore.ts'
import { checkFiles } from './verify.ts'

/** Which backup to restore, and where to. */
export interface RestoreBackupOptions {
  /** The backup's folder. */
  readonly folder: string
  readonly target: DatabaseSource
  /** Where the backup's folders are put back, and where the plan of the restore is kept while it is carried out. */
  readonly dataDir: string
  readonly migrate: Migrate
  /** Where the list of erasures lies, which are done again. Default: the folder of all backups that `folder` is in. */
  readonly backupDir?: string
  /** Replace a database that has rows. Default false. A database in use is never replaced. */
  readonly force?: boolean
  readonly clock?: Clock
  readonly random?: Random
  /** Stops the restore; heeded until everything is prepared, after which it is finished. */
  readonly signal?: AbortSignal | undefined
  /** From 0 to 100, with what is being done. */
  readonly onProgress?: (percent: number, message: string) => void
}

/** What a restore did. */
export interface RestoredBackup {
  readonly id: string
  /** The moment that was restored (ISO 8601, UTC). */
  readonly createdAt: string
  readonly tables: number
  readonly rows: number
  readonly files: number
  /** Where the former database and folders were kept: paths, and on PostgreSQL `schema <name>`. */
  readonly keptAside: readonly string[]
  /** Tables of the backup that no migration makes, hence not ours: they were left in the backup. */
  readonly notRestored: readonly string[]
  /** Persons forgotten since the backup, and now forgotten in what was restored. */
  readonly erased: number
  /** Where erasures could not be read: `path:line` of a list, or the replaced database. */
  readonly unreadable: readonly string[]
  readonly durationMs: number
}

/**
 * Puts a backup in the place of a database and of the folders it holds, all or nothing: the backup is verified before
 * anything is written, the new database is built and migrated beside the old one, forgets who was forgotten since, and
 * only then takes its name; the old one is kept. Throws `BACKUP_UNKNOWN`, `BACKUP_CORRUPT` (with one issue for each fault), and `RESTORE_REFUSED` when a
 * process uses the database, when it has rows and `force` is not given, or when the backup is of another kind of
 * database or of a newer version.
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoredBackup> {
  const { target, random = systemRandom, clock = systemClock, signal, onProgress } = options
  const startedAt = clock.now()
  const folder = resolve(options.folder)
  const dataDir = resolve(options.dataDir)
  const manifest = await verified(folder, target, signal, onProgress)
  await mkdir(dataDir, { recursive: true })
  await finishRestore(dataDir)
  const id = shortId(random)
  const time = timestamp(startedAt)
  const moves = manifest.folders.map((name) => moveOf(join(dataDir, name), id, time))
  const restore = {
    ...{ manifest, id, time, signal, migrate: options.migrate, force: options.force ?? false },
    reapply: reapplyFrom(options.backupDir ?? dirname(dirname(folder)), folder),
    file: join(folder, manifest.database.file),
    onShare: (share: number, message: string) => onProgress?.(40 + Math.round(share * 50), message),
  }
  const carry = (database?: Move & { readonly stale: string[] }): Promise<readonly string[]> =>
    carryOut(dataDir, { folders: moves, database }, (step) => onProgress?.(95, step))
  try {
    await stageFolders(folder, manifest, moves, signal)
    onProgress?.(40, 'staged the files')
    const restored =
      target.kind === 'sqlite'
        ? await restoreSqlite({ ...restore, target }, carry)
        : await restorePostgres({ ...restore, target }, carry)
    onProgress?.(100, 'done')
    return { ...describe(manifest), ...restored, durationMs: clock.now() - startedAt }
  } catch (error) {
    // What a written plan names is needed by the one who finishes it.
    if (!(await hasPlan(dataDir)))
      await Promise.all(moves.map(({ staged }) => rm(staged, { recursive: true, force: true })))
    throw error
  }
}

async function verified(
  folder: string,
  target: DatabaseSource,
  signal: AbortSignal | undefined,
  onProgress: RestoreBackupOptions['onProgress'],
): Promise<Manifest> {
  const { manifest } = await readManifest(folder)
  if (manifest.database.dialect !== target.kind) {
    throw refused(
      `${folder} is a backup of ${manifest.database.dialect}, the target is ${target.kind}: set DATABASE_URL accordingly`,
    )
  }
  const problems = await checkFiles(folder, manifest, signal, (share) =>
    onProgress?.(Math.round(share * 30), 'verifying the backup'),
  )
  if (problems.length === 0) return manifest
  const issues = problems.map(({ path, fault, message }) => ({ path, code: fault, message }))
  throw corrupt(
    `${folder} was not restored, it is damaged: ${problems.map(({ message }) => message).join('; ')}`,
    undefined,
    issues,
  )
}

async function stageFolders(
  folder: string,
  manifest: Manifest,
  moves: readonly Move[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { staged, target } of moves) {
    await removeStaged(target)
    await mkdir(staged, { recursive: true })
  }
  const places = manifest.folders.map((name, index) => ({
    prefix: `${FILES}/${name}/`,
    staged: moves[index]?.staged ?? '',
  }))
  const pathOf = (path: string): string => {
    const place = places.find(({ prefix }) => path.startsWith(prefix))
    if (place === undefined)
      throw corrupt(`${folder} was not restored: its file ${path} belongs to none of its folders`)
    return join(place.staged, path.slice(place.prefix.length))
  }
  const files = manifest.files.filter(({ path }) => path !== manifest.database.file)
  await placeFiles({ folder, files, pathOf, signal })
}

function describe(manifest: Manifest) {
  const { tables } = manifest.database
  return {
    id: manifest.id,
    createdAt: manifest.createdAt,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    files: manifest.files.length - 1,
  }
}
