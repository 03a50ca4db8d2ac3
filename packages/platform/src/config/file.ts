import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PlatformError } from '../errors.ts'
import type { ConfigFile } from './config.ts'

/**
 * The default export of `regie.config.ts` in `folder`, or an empty configuration when there is no such file. Throws
 * `CONFIG_INVALID` when it cannot be loaded or exports something else than an object.
 */
export async function loadConfigFile(folder: string): Promise<ConfigFile> {
  const path = join(resolve(folder), 'regie.config.ts')
  if (!(await exists(path))) return {}
  const loaded = await load(path)
  if (typeof loaded === 'object' && loaded !== null && !Array.isArray(loaded)) return loaded
  throw new PlatformError('CONFIG_INVALID', `${path} must have \`export default defineConfig({ … })\``)
}

async function load(path: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href)
    return await module.default
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PlatformError('CONFIG_INVALID', `${path} cannot be loaded${lineOf(cause)}: ${reason}`, { cause })
  }
}

/** Node puts the place of a syntax error in front of its stack, as `file:2`. */
function lineOf(error: unknown): string {
  const [, line] = (error instanceof SyntaxError && /^.*:(\d+)\n/.exec(error.stack ?? '')) || []
  return line === undefined ? '' : `, line ${line}`
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
