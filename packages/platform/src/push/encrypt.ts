import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'

/** The browser's half: its public key and a secret, both base64url. */
export interface PushKeys {
  readonly p256dh: string
  readonly auth: string
}

/** What is drawn anew for each message. */
export interface MessageRandom {
  readonly sender: ECDH
  /** 16 bytes. */
  readonly salt: Buffer
}

const RECORD_SIZE = 4_096

function freshRandom(): MessageRandom {
  const sender = createECDH('prime256v1')
  sender.generateKeys()
  return { sender, salt: randomBytes(16) }
}

/**
 * Encrypts a message for one browser, as RFC 8291 says: one `aes128gcm` record with its header. At most 3,993 bytes fit.
 * Throws when the browser's key is no point of the curve.
 */
export function encryptPush(content: Buffer, keys: PushKeys, { sender, salt } = freshRandom()): Buffer {
  const receiver = Buffer.from(keys.p256dh, 'base64url')
  const shared = sender.computeSecret(receiver)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender.getPublicKey()])
  const secret = hkdf(shared, Buffer.from(keys.auth, 'base64url'), info, 32)
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  // 2 marks the end of the last record, and there is one.
  const sealed = Buffer.concat([
    cipher.update(content),
    cipher.update(Buffer.of(2)),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(RECORD_SIZE)
  const own = sender.getPublicKey()
  return Buffer.concat([salt, size, Buffer.of(own.length), own, sealed])
}

function hkdf(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length))
}
