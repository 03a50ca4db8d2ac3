import { mkdir } from 'node:fs/promises'
import { PlatformError } from '../errors.ts'

const WAYS_OUT: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to write there',
  EPERM: 'give this user the right to write there',
  EROFS: 'it is on a read-only file system: name a folder on another',
  EEXIST: 'a file stands in its way: name a folder',
  ENOTDIR: 'a file stands in its way: name a folder',
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota of this user is used up: free some space',
}

/** What to do about a folder that the system refused to make or to write to. */
export function wayOut(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return WAYS_OUT[code] ?? 'name another folder with REGIE_DATA_DIR'
}

/** Makes the data folder when it is missing. Throws `CONFIG_INVALID` with the way out. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o750 })
  } catch (cause) {
    throw new PlatformError('CONFIG_INVALID', `REGIE_DATA_DIR: ${dataDir} cannot be made: ${wayOut(cause)}`, { cause })
  }
}
