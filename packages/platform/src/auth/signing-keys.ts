import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { Clock, Database } from '@regie/engine'
import { newId } from '../id.ts'
import type { IdentityTables } from './schema.ts'
import { deriveSecret } from './secret.ts'
import { insertJwk, listJwks } from './store/keys.ts'

/** The keys that sign access tokens. */
export interface SigningKeys {
  /** The key of today; made when there is none younger than 30 days. */
  current(): Promise<{ readonly id: string; readonly privateKey: KeyObject }>
  /** The public half of a key that may still have signed a valid token. */
  publicKey(id: string): Promise<KeyObject | undefined>
  /** What `/api/v1/auth/jwks` answers. */
  jwks(): Promise<{ readonly keys: readonly JsonWebKey[] }>
}

const ROTATE_MS = 30 * 86_400_000
// A key that no longer signs still verifies for a day: tokens live five minutes, caches of others longer.
const GRACE_MS = 86_400_000
const RECENT_MS = 1_000

/** Keys in our database, their private halves sealed with the configured secret. */
export function createSigningKeys(database: Database, clock: Clock, secret: string): SigningKeys {
  const seal = deriveSecret(secret, 'jwk')
  const db = () => database.kysely<IdentityTables>()
  let recent: { readonly at: number; readonly rows: ReturnType<typeof listJwks> } | undefined
  const rows = () => {
    const now = clock.now()
    if (recent === undefined || now - recent.at >= RECENT_MS)
      recent = { at: now, rows: listJwks(db(), now - ROTATE_MS - GRACE_MS) }
    return recent.rows
  }
  const make = async () => {
    const now = clock.now()
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const id = newId(now)
    await database.transaction<void, IdentityTables>((tx) =>
      insertJwk(
        tx,
        {
          id,
          public_key: JSON.stringify(publicKey.export({ format: 'jwk' })),
          private_key: sealed(JSON.stringify(privateKey.export({ format: 'jwk' })), seal, id),
          created_at: now,
        },
        now - 2 * ROTATE_MS,
      ),
    )
    recent = undefined
    return { id, privateKey }
  }
  return {
    async current() {
      const [newest] = await rows()
      if (newest === undefined || clock.now() - newest.created_at >= ROTATE_MS) return make()
      const text = opened(newest.private_key, seal, newest.id)
      // Another secret than the one it was sealed with: nobody can use it any more.
      if (text === undefined) return make()
      return { id: newest.id, privateKey: createPrivateKey({ key: JSON.parse(text), format: 'jwk' }) }
    },
    async publicKey(id) {
      const row = (await rows()).find((key) => key.id === id)
      return row === undefined ? undefined : createPublicKey({ key: JSON.parse(row.public_key), format: 'jwk' })
    },
    async jwks() {
      const keys = (await rows()).map(({ id, public_key }) => {
        return { ...JSON.parse(public_key), kid: id, alg: 'EdDSA', use: 'sig' }
      })
      return { keys }
    },
  }
}

function sealed(text: string, key: Buffer, id: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id))
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [nonce, content, cipher.getAuthTag()].map((part) => part.toString('base64')).join(':')
}

function opened(text: string, key: Buffer, id: string): string | undefined {
  const [nonce, content, tag] = text.split(':').map((part) => Buffer.from(part, 'base64'))
  if (nonce === undefined || content === undefined || tag === undefined) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(id)).setAuthTag(tag)
    return Buffer.concat([decipher.update(content), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
