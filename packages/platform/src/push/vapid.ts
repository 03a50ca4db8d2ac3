import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto'

/** The key push services know this server by (RFC 8292). */
export interface VapidKey {
  /** For `pushManager.subscribe`, base64url. */
  readonly publicKey: string
  readonly signing: KeyObject
}

const HALF_A_DAY_S = 43_200

/** A new private key, base64url. */
export function newVapidKey(): string {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  // Leading zeros are left out by Node.
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString('base64url')
}

/** Both halves of a private key. */
export function vapidKey(privateKey: string): VapidKey {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(privateKey, 'base64url')
  const point = pair.getPublicKey()
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', d: privateKey, x, y }
  return { publicKey: point.toString('base64url'), signing: createPrivateKey({ key: jwk, format: 'jwk' }) }
}

/** The `Authorization` for one push service. `contact` is a `mailto:` address; `now` is in milliseconds UTC. */
export function vapidHeader(
  { publicKey, signing }: VapidKey,
  endpoint: string,
  { contact, now }: { readonly contact: string; readonly now: number },
): string {
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1_000) + HALF_A_DAY_S, sub: contact }
  const body = [{ typ: 'JWT', alg: 'ES256' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const signature = sign('sha256', Buffer.from(body), { key: signing, dsaEncoding: 'ieee-p1363' })
  return `vapid t=${body}.${signature.toString('base64url')}, k=${publicKey}`
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
