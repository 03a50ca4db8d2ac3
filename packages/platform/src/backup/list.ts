import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BACKUP_KINDS, type BackupKind, MANIFEST_FILES, type Manifest, readManifest } from './manifest.ts'
import { instantOf, PARTIAL } from './name.ts'

interface Place {
  readonly kind: BackupKind
  /** `<kind>/<folder>`: its place below the folder of all backups. */
  readonly id: string
  /** Absolute. */
  readonly path: string
  /** Milliseconds UTC. */
  readonly createdAt: number
}

/**
 * A backup as its folder shows it. `good`: its manifest is right and every file is there with its size; hashes are for
 * `verifyBackup`.
 */
export type BackupEntry = Place &
  (
    | { readonly state: 'good'; readonly manifest: Manifest; readonly sha256: string; readonly bytes: number }
    | { readonly state: 'damaged'; readonly problem: string; readonly bytes: number }
  )

/** Every backup below the folder, newest first; none when the folder does not exist. Unfinished ones are left out. */
export async function listBackups(backupDir: string): Promise<readonly BackupEntry[]> {
  const shelves = await Promise.all(BACKUP_KINDS.map((kind) => listShelf(resolve(backupDir), kind)))
  return shelves.flat().toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
}

async function listShelf(backupDir: string, kind: BackupKind): Promise<readonly BackupEntry[]> {
  const names = await readdir(join(backupDir, kind)).catch(() => [])
  const entries: BackupEntry[] = []
  for (const name of names) {
    const createdAt = instantOf(name)
    if (createdAt === undefined || name.endsWith(PARTIAL)) continue
    entries.push(await readEntry({ kind, id: `${kind}/${name}`, path: join(backupDir, kind, name), createdAt }))
  }
  return entries
}

async function readEntry(place: Place): Promise<BackupEntry> {
  try {
    const { manifest, sha256 } = await readManifest(place.path)
    const sizes = await Promise.all(manifest.files.map(({ path }) => sizeOf(join(place.path, path))))
    const wrong = manifest.files.find(({ bytes }, index) => sizes[index] !== bytes)
    const own = await Promise.all(MANIFEST_FILES.map((path) => sizeOf(join(place.path, path))))
    const bytes = [...sizes, ...own].reduce((sum, size) => sum + size, 0)
    if (wrong === undefined) return { ...place, state: 'good', manifest, sha256, bytes }
    return { ...place, state: 'damaged', problem: `${wrong.path} is missing or has not ${wrong.bytes} bytes`, bytes }
  } catch (error) {
    return { ...place, state: 'damaged', problem: error instanceof Error ? error.message : String(error), bytes: 0 }
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.size ?? 0
}
