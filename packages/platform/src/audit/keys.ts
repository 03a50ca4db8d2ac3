import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { keyInFile } from '../security/key-file.ts'

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
  return auditKeys(
    audit.key ?? (await keyInFile(join(auditFolder(dataDir), 'key'), 'REGIE_AUDIT_KEY')),
    audit.formerKeys,
  )
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
