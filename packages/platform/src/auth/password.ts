import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Issue, PlatformError } from '../errors.ts'
import type { IsBreached } from './breached.ts'
import { commonPasswords } from './common-passwords.ts'
import { turns } from './turns.ts'

/** How passwords are kept and compared. */
export interface Passwords {
  /** Fewest characters. */
  readonly minLength: number
  /** Most characters: hashing more costs, and nobody types them. */
  readonly maxLength: number
  /** `salt:key` in hexadecimal, as better-auth writes it. */
  hash(password: string): Promise<string>
  /** False also for a hash that is none. */
  verify(hash: string, password: string): Promise<boolean>
  /** Throws `PASSWORD_WEAK` with the reason. */
  check(password: string, about?: readonly string[]): Promise<void>
}

// better-auth's own parameters, so that its hashes and ours are one: 33 MB and about 80 ms each.
const COST: ScryptOptions = { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 }
const KEY_BYTES = 64
const MIN_LENGTH = 12
const MAX_LENGTH = 128

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)

/**
 * Passwords by scrypt, in libuv's threads: never on the event loop, and at most `atOnce` (default 4) at a time. `words` are those that are
 * tried first here, such as the name of the organisation. `isBreached`: default never.
 */
export function createPasswords({
  atOnce = 4,
  words = [],
  isBreached = async () => false,
}: {
  readonly atOnce?: number
  readonly words?: readonly string[]
  readonly isBreached?: IsBreached
} = {}): Passwords {
  const turn = turns(atOnce)
  const key = (password: string, salt: string) => turn(() => derive(password.normalize('NFKC'), salt, KEY_BYTES, COST))
  return {
    minLength: MIN_LENGTH,
    maxLength: MAX_LENGTH,
    async check(password, about = []) {
      const problem = weakness(password, about, words)
      if (problem !== undefined) throw weak(problem, lengthWanted(password))
      // Asked last: what is refused anyway is nobody else's business.
      if (await isBreached(password))
        throw weak('This password is known from a breach at another service, and is tried first: choose another.')
    },
    async hash(password) {
      const salt = randomBytes(16).toString('hex')
      return `${salt}:${(await key(password, salt)).toString('hex')}`
    },
    async verify(hash, password) {
      const [salt = '', expected = ''] = hash.split(':')
      const wanted = Buffer.from(expected, 'hex')
      const got = await key(password, salt)
      return wanted.length === got.length && timingSafeEqual(wanted, got)
    },
  }
}

function weak(problem: string, wanted: Pick<Issue, 'wants'> = {}): PlatformError {
  return new PlatformError('PASSWORD_WEAK', problem, {
    status: 400,
    issues: [{ path: 'password', code: 'weak', message: problem, ...wanted }],
  })
}

/** A length can be said in other languages too; the rest is one code. */
function lengthWanted(password: string): Pick<Issue, 'wants'> {
  if ([...password].length < MIN_LENGTH) return { wants: { kind: 'string', least: MIN_LENGTH } }
  return password.length > MAX_LENGTH ? { wants: { kind: 'string', most: MAX_LENGTH } } : {}
}

function weakness(password: string, about: readonly string[], words: readonly string[]): string | undefined {
  const plain = password.normalize('NFKC').toLowerCase()
  if ([...password].length < MIN_LENGTH) return `A password has at least ${MIN_LENGTH} characters.`
  if (password.length > MAX_LENGTH) return `A password has at most ${MAX_LENGTH} characters.`
  if (new Set(plain).size < 5) return 'This password repeats the same few characters: choose another.'
  const bare = plain.replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (commonPasswords.has(bare) || commonPasswords.has(bare.replace(/\d+$/, '')))
    return 'This password is on the lists that are tried first: choose another.'
  if (/^(0123456789|1234567890|abcdefghij|qwertyuiop|azertyuiop)/.test(bare))
    return 'This password is a row of keys: choose another.'
  if (isMostly(bare, about)) return 'This password is mostly your own name or address: choose another.'
  if (isMostly(bare, words)) return 'This password is mostly the name of your organisation: choose another.'
  return undefined
}

/** Hardly more is left once one of these is taken out of it. */
function isMostly(bare: string, texts: readonly string[]): boolean {
  const plain = texts.map((text) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]/gu, ''),
  )
  return plain.some((text) => text.length >= 4 && bare.replaceAll(text, '').length < 6)
}
