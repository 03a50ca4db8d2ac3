import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { z } from 'zod'

/** What an access token says. Instants are seconds UTC. */
export const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  /** The user's or the key's id. */
  sub: z.string(),
  /** The organisation it works in. */
  org: z.string(),
  /** What the token stands for, and ends with. */
  session: z.object({ kind: z.enum(['user', 'key']), id: z.string() }),
  iat: z.int(),
  exp: z.int(),
})

/** The claims of a token. */
export type Claims = z.output<typeof claims>

// One algorithm, one type: a token that names another is none of ours, whatever its signature.
const header = z.strictObject({ alg: z.literal('EdDSA'), typ: z.literal('at+jwt'), kid: z.string() })

/** Signs claims with an Ed25519 key. */
export function signJwt(
  content: Claims,
  { id, privateKey }: { readonly id: string; readonly privateKey: KeyObject },
): string {
  const head = encode({ alg: 'EdDSA', typ: 'at+jwt', kid: id })
  const body = encode(content)
  return `${head}.${body}.${signBytes(null, Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`
}

/** What a token must say besides being signed. */
export interface Expected {
  readonly issuer: string
  readonly audience: string
  /** Milliseconds UTC. */
  readonly now: number
  publicKey(id: string): Promise<KeyObject | undefined>
}

// Clocks of several machines differ a little.
const LEEWAY_S = 5

/** The claims of a token that is signed by one of our keys, for us, and in its time; undefined for any other. */
export async function verifyJwt(token: string, expected: Expected): Promise<Claims | undefined> {
  const [head = '', body = '', signature = '', ...more] = token.split('.')
  if (more.length > 0) return undefined
  const parsed = header.safeParse(decode(head))
  const content = claims.safeParse(decode(body))
  if (!parsed.success || !content.success) return undefined
  const key = await expected.publicKey(parsed.data.kid)
  if (key === undefined || key.asymmetricKeyType !== 'ed25519') return undefined
  if (!verifyBytes(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined
  const { iss, aud, iat, exp } = content.data
  const now = expected.now / 1_000
  const isOurs = iss === expected.issuer && aud === expected.audience
  return isOurs && exp > now && iat <= now + LEEWAY_S ? content.data : undefined
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
