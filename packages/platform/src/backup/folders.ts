import { mkdir, open, readdir, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readFileStream, storeStream } from './files.ts'
import { isRelativePath, type Manifest } from './manifest.ts'
import { corrupt, failed } from './refusals.ts'

/** Where copied folders lie in a backup. */
export const FILES = 'files'

// Each new file is synced: eight at a time let the disk do that together.
const AT_ONCE = 8

/** Files copied into a backup, and what could not be. */
export interface CopiedFolders {
  readonly files: Manifest['files']
  readonly skipped: readonly string[]
}

/** Copies every plain file below the folders to the same path under `files/`. What vanishes meanwhile is in `skipped`. */
export async function copyFolders(options: {
  readonly from: string
  readonly folders: readonly string[]
  readonly to: string
  readonly signal?: AbortSignal | undefined
  readonly onShare?: (share: number) => void
}): Promise<CopiedFolders> {
  const files: Manifest['files'][number][] = []
  const skipped: string[] = []
  const found = await listFiles(options.from, options.folders)
  skipped.push(...found.others)
  await forEach(found.files, async (path) => {
    options.signal?.throwIfAborted()
    const copied = await copyFile(options.from, path, options.to, options.signal)
    if (copied === undefined) skipped.push(path)
    if (copied !== undefined) files.push(copied)
    options.onShare?.((files.length + skipped.length) / found.files.length)
  })
  return { files: files.toSorted(byPath), skipped: skipped.toSorted() }
}

/** Copies files of a backup to where `pathOf` says. Throws `BACKUP_CORRUPT` when one is not what the manifest says. */
export async function placeFiles(options: {
  readonly folder: string
  readonly files: Manifest['files']
  readonly pathOf: (path: string) => string
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  await forEach(options.files, async ({ path, sha256, modifiedAt }) => {
    const target = options.pathOf(path)
    await mkdir(dirname(target), { recursive: true })
    const stored = await storeStream(target, readFileStream(join(options.folder, path)), { signal: options.signal })
    if (stored.sha256 !== sha256) throw corrupt(`${path} was altered in the backup ${options.folder}`)
    await utimes(target, new Date(modifiedAt), new Date(modifiedAt))
  })
}

/** Refuses folders that are absolute, climb out, or lie in one another. Throws `BACKUP_FAILED`. */
export function checkFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    if (!isRelativePath(folder))
      throw failed(`cannot back up the folder "${folder}": name one below the data directory`)
    const outer = folders.find((other) => other !== folder && `${folder}/`.startsWith(`${other}/`))
    if (outer !== undefined)
      throw failed(`"${folder}" lies in "${outer}", which is backed up already: name one of them`)
  }
  if (new Set(folders).size < folders.length) throw failed('a folder to back up is named twice: name it once')
}

/** Plain files below some folders, as paths from `from` with `/` on every system; and what is neither file nor folder. */
export async function listFiles(
  from: string,
  folders: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly others: readonly string[] }> {
  const files: string[] = []
  const others: string[] = []
  const waiting = [...folders]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(join(from, folder), { withFileTypes: true }).catch(noneWhenMissing)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      if (entry.isFile()) files.push(path)
      if (!entry.isDirectory() && !entry.isFile()) others.push(path)
    }
  }
  return { files: files.toSorted(), others }
}

async function copyFile(
  from: string,
  path: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<Manifest['files'][number] | undefined> {
  const target = `${FILES}/${path}`
  await mkdir(dirname(join(to, target)), { recursive: true })
  // Opened first: a file that has vanished must not leave an empty one in the backup.
  const handle = await open(join(from, path)).catch(undefinedWhenMissing)
  if (handle === undefined) return undefined
  await using _ = handle
  const { mtimeMs } = await handle.stat()
  const content = await storeStream(join(to, target), handle.createReadStream({ autoClose: false }), { signal })
  return { path: target, ...content, modifiedAt: Math.max(0, Math.floor(mtimeMs)) }
}

async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item)
  }
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function noneWhenMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}
