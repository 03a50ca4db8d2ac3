import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { isLoopbackName } from '../config/kinds.ts'

const PATIENCE_MS = 1_000

/** How people reach the server, for the links that are sent and shown. */
export interface OwnAddress {
  /** Without a slash at the end. Asks a server on this machine whether it answers to its name, within a second, once. */
  get(): Promise<string>
  /** Where this process listens, such as `http://127.0.0.1:7070`. Commands typed beside it, over the same data, are told of it. */
  listensAt(address: string): Promise<void>
}

/**
 * REGIE_PUBLIC_URL; without it, where this process listens, or a server that was started over the same data folder and answers, or
 * what is configured. A machine of its own is called by its name, `localhost`: passkeys are bound to names, cookies to one host.
 */
export function createOwnAddress({
  publicUrl,
  host,
  port,
  dataDir,
}: Pick<Config, 'publicUrl' | 'host' | 'port' | 'dataDir'>): OwnAddress {
  const file = join(dataDir, 'address')
  let listening: string | undefined
  let here: Promise<string> | undefined
  const find = async (): Promise<string> => {
    const told = listening ?? (await readFile(file, 'utf8').catch(() => '')).trim()
    const version = URL.canParse(told) && isLoopbackName(nameIn(told)) ? await versionAt(told) : undefined
    if (version !== undefined) return byName(told, version)
    return listening ?? `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`
  }
  return {
    async get() {
      if (publicUrl !== undefined) return publicUrl
      here ??= find()
      return here
    },
    async listensAt(address) {
      listening = address
      here = undefined
      // A full disk is no reason not to serve: commands beside it then go by the configuration.
      await mkdir(dataDir, { recursive: true })
        .then(() => writeFile(file, `${address}\n`))
        .catch(() => {})
    },
  }
}

/**
 * The address of a server on this machine by its name, if it answers there with this version: another program may have the port of
 * the other protocol. Otherwise the address as it is.
 */
export async function byName(address: string, version: string): Promise<string> {
  const named = new URL(address)
  if (named.hostname !== '127.0.0.1') return address
  named.hostname = 'localhost'
  return (await versionAt(named.origin)) === version ? named.origin : address
}

function nameIn(address: string): string {
  return new URL(address).hostname.replace(/^\[|\]$/g, '')
}

/** What runs there; undefined when it is not ours. */
async function versionAt(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/health', address), { signal: AbortSignal.timeout(PATIENCE_MS) })
    const health: unknown = await answer.json()
    return typeof health === 'object' && health !== null && 'version' in health ? String(health.version) : undefined
  } catch {
    return undefined
  }
}
