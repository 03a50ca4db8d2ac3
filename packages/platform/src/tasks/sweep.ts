import { lstat, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What a sweep removed, and what it could not. */
export interface Swept {
  readonly files: number
  readonly folders: number
  readonly bytes: number
  /** What could not be looked at or removed, as `path: reason`; at most 20. */
  readonly failed: readonly string[]
}

/** What to sweep. */
export interface SweepOptions {
  /** Everything within it may go, it stays itself. */
  readonly folder: string
  /** Untouched since before this instant (milliseconds UTC). */
  readonly before: number
  readonly signal?: AbortSignal
}

const NOTHING: Swept = { files: 0, folders: 0, bytes: 0, failed: [] }
const MOST_FAILURES = 20

/**
 * Removes old files within a folder, and folders left empty and old. A symbolic link is removed as the link it is and
 * never followed, so nothing outside the folder is ever touched. A folder that does not exist holds nothing.
 */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const { folder, signal } = options
  const info = await lstat(folder).catch(() => undefined)
  if (info === undefined || !info.isDirectory()) return NOTHING
  const names = await readdir(folder).catch(() => [])
  let swept = NOTHING
  for (const name of names) {
    signal?.throwIfAborted()
    swept = sum(swept, await sweepEntry(join(folder, name), options))
  }
  return swept
}

async function sweepEntry(path: string, options: SweepOptions): Promise<Swept> {
  try {
    const info = await lstat(path)
    if (!info.isDirectory()) {
      if (info.mtimeMs >= options.before) return NOTHING
      await rm(path, { force: true })
      return { ...NOTHING, files: 1, bytes: info.size }
    }
    const inside = await sweep({ ...options, folder: path })
    const isLeft = info.mtimeMs < options.before && (await readdir(path)).length === 0
    if (!isLeft) return inside
    await rmdir(path)
    return sum(inside, { ...NOTHING, folders: 1 })
  } catch (error) {
    options.signal?.throwIfAborted()
    return { ...NOTHING, failed: [`${path}: ${error instanceof Error ? error.message : String(error)}`] }
  }
}

/** Two sweeps as one. */
export function sum(one: Swept, other: Swept): Swept {
  return {
    files: one.files + other.files,
    folders: one.folders + other.folders,
    bytes: one.bytes + other.bytes,
    failed: [...one.failed, ...other.failed].slice(0, MOST_FAILURES),
  }
}
