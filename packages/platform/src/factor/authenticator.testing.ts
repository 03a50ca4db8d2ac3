import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

/** How a test bends what its authenticator says. */
export interface Bent {
  readonly origin?: string
  /** Default true. */
  readonly userVerified?: boolean
  /** Default: the next one. */
  readonly counter?: number
}

/** An authenticator with one ES256 passkey, as WebAuthn level 3 describes it. */
export interface TestAuthenticator {
  create(
    options: { readonly challenge: string; readonly rp: { readonly id?: string } },
    bent?: Bent,
  ): RegistrationResponseJSON
  get(options: { readonly challenge: string; readonly rpId?: string }, bent?: Bent): AuthenticationResponseJSON
}

const PRESENT = 0x01
const VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** Makes an authenticator used at `origin`. */
export function createAuthenticator(origin: string): TestAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0
  const base = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' as const }
  const authData = (rpId: string, flags: number, bent: Bent, more = Buffer.alloc(0)) => {
    counter = bent.counter ?? counter + 1
    const head = Buffer.alloc(5)
    head[0] = flags | PRESENT | (bent.userVerified === false ? 0 : VERIFIED)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId), head, more])
  }
  const clientData = (type: string, challenge: string, bent: Bent) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: bent.origin ?? origin, crossOrigin: false }))
  return {
    create({ challenge, rp }, bent = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseOf(publicKey)])
      const data = authData(rp.id ?? '', HAS_CREDENTIAL, bent, credential)
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(data)],
      ])
      const response = {
        clientDataJSON: clientData('webauthn.create', challenge, bent).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      }
      return { ...base, response, clientExtensionResults: {} }
    },
    get({ challenge, rpId = '' }, bent = {}) {
      const data = authData(rpId, 0, bent)
      const client = clientData('webauthn.get', challenge, bent)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      const response = {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      }
      return { ...base, response, clientExtensionResults: {} }
    },
  }
}

/** RFC 9053: kty EC2, alg ES256, crv P-256, x, y. */
function coseOf(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(-7)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ])
}

/** RFC 8949, section 3: the major type and the argument. */
function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff])
}

function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes])
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)])
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
