import { rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Random, systemRandom } from '@regie/engine'
import { isPlatformError } from '../errors.ts'
import { readDumpFile } from './dump-lines.ts'
import { contentOf, decompress, readFileStream, storeStream } from './files.ts'
import { listFiles } from './folders.ts'
import { compareRows, MANIFEST_FILES, type Manifest, readManifest } from './manifest.ts'
import { PARTIAL, shortId } from './name.ts'
import { unknown } from './refusals.ts'
import { runSqliteTask } from './store/sqlite-task.ts'

/** What is wrong with one file of a backup. `unknown`: the manifest does not have it; `unreadable`: right bytes of no use. */
export type BackupFault = 'missing' | 'truncated' | 'altered' | 'unknown' | 'unreadable'

/** One thing wrong with a backup. */
export interface BackupProblem {
  readonly fault: BackupFault
  /** Relative to the backup's folder. */
  readonly path: string
  readonly message: string
}

/** How to verify a backup. */
export interface VerifyOptions {
  readonly folder: string
  /** Where a SQLite database is unpacked for its check, then removed. Default: beside the backup. */
  readonly scratchDir?: string
  readonly random?: Random
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (percent: number, message: string) => void
}

/**
 * Reads a backup to its last byte: every hash, and the database itself, unpacked, checked and counted. Answers
 * everything that is wrong; an empty list is a good backup. Throws `BACKUP_UNKNOWN` when the folder does not exist.
 */
export async function verifyBackup(options: VerifyOptions): Promise<readonly BackupProblem[]> {
  const { signal, onProgress } = options
  const folder = resolve(options.folder)
  if (!(await exists(folder))) throw unknown(`there is no backup ${folder}`)
  const manifest = await readManifest(folder).catch(manifestProblem)
  if ('fault' in manifest) return [manifest]
  const problems = await checkFiles(folder, manifest.manifest, signal, (share) =>
    onProgress?.(Math.round(share * 60), 'checking files'),
  )
  const { database } = manifest.manifest
  if (problems.some(({ path }) => path === database.file)) return problems
  onProgress?.(60, 'checking the database')
  const scratch = join(
    resolve(options.scratchDir ?? dirname(folder)),
    `.verify-${shortId(options.random ?? systemRandom)}${PARTIAL}`,
  )
  const faults = await checkDatabase(join(folder, database.file), manifest.manifest, scratch, signal)
  onProgress?.(100, 'done')
  return [...problems, ...faults.map((message) => ({ fault: 'unreadable' as const, path: database.file, message }))]
}

/** Compares a backup's files with its manifest. */
export async function checkFiles(
  folder: string,
  manifest: Manifest,
  signal?: AbortSignal,
  onShare?: (share: number) => void,
): Promise<readonly BackupProblem[]> {
  const problems: BackupProblem[] = []
  const { files, others } = await listFiles(folder, [''])
  const known = new Set([...manifest.files.map(({ path }) => path), ...MANIFEST_FILES])
  for (const path of [...files, ...others]) {
    if (!known.has(path))
      problems.push({ fault: 'unknown', path, message: `${path} is not in the manifest: it was put there later` })
  }
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 1)
  let done = 0
  for (const file of manifest.files) {
    const problem = await checkFile(folder, file, signal)
    if (problem !== undefined) problems.push(problem)
    done += file.bytes
    onShare?.(done / total)
  }
  return problems
}

/** Unpacks a backup's SQLite file to a new place and checks it there. Answers what is wrong, in sentences. */
export async function unpackSqlite(
  path: string,
  manifest: Manifest,
  to: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  await storeStream(to, readFileStream(path), { through: decompress(), signal })
  const { faults, facts } = await runSqliteTask({ kind: 'check', path: to }, { signal })
  return faults.length > 0 ? faults : compareRows(manifest, facts.tables)
}

async function checkDatabase(
  path: string,
  manifest: Manifest,
  scratch: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  try {
    return manifest.database.dialect === 'sqlite'
      ? await unpackSqlite(path, manifest, scratch, signal)
      : compareRows(manifest, await countDump(path, signal))
  } catch (error) {
    signal?.throwIfAborted()
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    await rm(scratch, { force: true })
  }
}

async function countDump(path: string, signal?: AbortSignal): Promise<Manifest['database']['tables']> {
  const tables: { name: string; rows: number }[] = []
  await readDumpFile(
    path,
    async (parts) => {
      for await (const part of parts) {
        const last = tables.at(-1)
        if (part.kind === 'table') tables.push({ name: part.table, rows: 0 })
        if (part.kind === 'rows' && last !== undefined) last.rows += part.lines.length
      }
    },
    signal,
  )
  return tables
}

async function checkFile(
  folder: string,
  file: Manifest['files'][number],
  signal?: AbortSignal,
): Promise<BackupProblem | undefined> {
  const { path, bytes, sha256 } = file
  const found = await stat(join(folder, path)).catch(() => undefined)
  if (found === undefined) return { fault: 'missing', path, message: `${path} is missing` }
  if (found.size < bytes) return { fault: 'truncated', path, message: `${path} has ${found.size} bytes of ${bytes}` }
  if (found.size > bytes)
    return { fault: 'altered', path, message: `${path} has ${found.size} bytes instead of ${bytes}` }
  const content = await contentOf(join(folder, path), signal)
  if (content.sha256 === sha256) return undefined
  return { fault: 'altered', path, message: `${path} does not have the SHA-256 it was written with` }
}

function manifestProblem(error: unknown): BackupProblem {
  if (isPlatformError(error, 'BACKUP_UNKNOWN'))
    return { fault: 'missing', path: 'manifest.json', message: error.message }
  if (isPlatformError(error, 'BACKUP_CORRUPT'))
    return { fault: 'altered', path: 'manifest.json', message: error.message }
  throw error
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
