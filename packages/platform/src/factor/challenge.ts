import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a challenge is for: one for registering is none for signing in, and one of a person none of another. */
export type ChallengePurpose = `register ${string}` | 'sign-in'

/** Challenges that need no row until they are answered, so that asking for a million of them costs nothing. */
export interface Challenges {
  /** 5 minutes good. */
  make(purpose: ChallengePurpose, now: number): Uint8Array<ArrayBuffer>
  /** When it ends; undefined for one that is not ours, for something else, or past its end. */
  read(challenge: string, purpose: ChallengePurpose, now: number): number | undefined
}

const LIFE_MS = 5 * 60_000
const NONCE_BYTES = 16
const BODY_BYTES = NONCE_BYTES + 6

/** Challenges that this secret makes and knows again: nonce, end, and a MAC over both. */
export function createChallenges(secret: string): Challenges {
  const macOf = (body: Uint8Array, purpose: ChallengePurpose) =>
    createHmac('sha256', secret).update(`passkey challenge ${purpose} `).update(body).digest()
  return {
    make(purpose, now) {
      const body = Buffer.alloc(BODY_BYTES)
      randomBytes(NONCE_BYTES).copy(body)
      body.writeUIntBE(now + LIFE_MS, NONCE_BYTES, 6)
      return new Uint8Array(Buffer.concat([body, macOf(body, purpose)]))
    },
    read(challenge, purpose, now) {
      const bytes = Buffer.from(challenge, 'base64url')
      const mac = bytes.subarray(BODY_BYTES)
      const body = bytes.subarray(0, BODY_BYTES)
      if (body.length !== BODY_BYTES) return undefined
      const expected = macOf(body, purpose)
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined
      const endsAt = body.readUIntBE(NONCE_BYTES, 6)
      return now < endsAt ? endsAt : undefined
    },
  }
}
