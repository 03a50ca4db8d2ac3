import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts small values for a column of the database. */
export interface Seal {
  /** `place` names table, column and row: a value moved to another place does not open. */
  seal(plain: string, place: string): string
  /** Throws when the value was changed, moved, or sealed with another key. */
  open(sealed: string, place: string): string
}

/** AES-256-GCM under a key that is derived from `secret` for one `purpose` only. Written as `v1:nonce:ciphertext:tag`, base64url. */
export function createSeal(secret: string, purpose: string): Seal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `regie seal ${purpose}`, 32))
  return {
    seal(plain, place) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return ['v1', ...[nonce, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join(':')
    },
    open(sealed, place) {
      const [version, ...parts] = sealed.split(':')
      const [nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
      if (version !== 'v1' || nonce === undefined || text === undefined || tag?.length !== 16)
        throw new TypeError('this is no sealed value')
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place)).setAuthTag(tag)
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
    },
  }
}
