import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'

/** One key of the audit log. */
export interface AuditKey {
  /** Tells keys apart; says nothing of the key. */
  readonly id: string
  /** HMAC-SHA256 in hexadecimal. */
  mac(text: string): string
  /** Ed25519 in base64: what it signs can be checked with the public key alone. */
  sign(text: string): string
  verify(text: string, signature: string): boolean
}

/** The key entries are made with, and those they were made with before. */
export interface AuditKeys {
  readonly active: AuditKey
  /** By its id; undefined for a key that is not here. */
  find(id: string): AuditKey | undefined
}

const KEY = /^[A-Za-z0-9+/]{43}=$/
// What RFC 8410 puts before the 32 bytes of an Ed25519 private key.
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The folder of the log's files, outside the database: the key, unless it is configured, the anchors and the head. */
export function auditFolder(dataDir: string): string {
  return join(dataDir, 'audit')
}

/**
 * The configured keys; without one, the key in `<data>/audit/key`, which is made once, readable by its owner only. Throws
 * `CONFIG_INVALID` when that file holds something else.
 */
export async function loadAuditKeys({ dataDir, audit }: Pick<Config, 'dataDir' | 'audit'>): Promise<AuditKeys> {
  return auditKeys(audit.key ?? (await keyInFile(auditFolder(dataDir))), audit.formerKeys)
}

/** Keys from their base64. */
function auditKeys(active: string, former: readonly string[] = []): AuditKeys {
  const first = auditKey(active)
  const all = new Map([...former.map(auditKey), first].map((key) => [key.id, key]))
  return { active: first, find: (id) => all.get(id) }
}

function auditKey(base64: string): AuditKey {
  const secret = Buffer.from(base64, 'base64')
  // Apart, so that what checks signatures never holds what makes seals.
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `regie audit ${purpose}`, 32))
  // A key object is made once: from bytes, each seal would make one, in 8.6 µs instead of 1.4.
  const macKey = createSecretKey(derive('mac'))
  const privateKey = signingKey(derive('anchor'))
  const publicKey = createPublicKey(privateKey)
  return {
    id: derive('id').toString('hex').slice(0, 16),
    mac: (text) => createHmac('sha256', macKey).update(text).digest('hex'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
  }
}

function signingKey(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_HEAD, seed]), format: 'der', type: 'pkcs8' })
}

async function keyInFile(folder: string): Promise<string> {
  const path = join(folder, 'key')
  const text = (await readOrNone(path)) ?? (await makeKey(folder, path))
  if (KEY.test(text)) return text
  throw new PlatformError(
    'CONFIG_INVALID',
    `${path} holds no key: put back the one it held, or set REGIE_AUDIT_KEY to it`,
  )
}

/** Two processes that start at once agree on one: a link, unlike a write, fails when there is one. */
async function makeKey(folder: string, path: string): Promise<string> {
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
