import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '../errors.ts'

const KEY = /^[A-Za-z0-9+/]{43}=$/

/**
 * The key of 32 bytes, in base64, in a file that is made once, in a folder and with rights of its owner only. Throws
 * `CONFIG_INVALID`, naming the setting that takes its place, when the file holds something else.
 */
export async function keyInFile(path: string, setting: string): Promise<string> {
  const text = (await readOrNone(path)) ?? (await makeKey(path))
  if (KEY.test(text)) return text
  throw new PlatformError('CONFIG_INVALID', `${path} holds no key: put back the one it held, or set ${setting} to it`)
}

/** Two processes that start at once agree on one: a link, unlike a write, fails when there is one. */
async function makeKey(path: string): Promise<string> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
  return (await readFile(path, 'utf8')).trim()
}

async function readOrNone(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
