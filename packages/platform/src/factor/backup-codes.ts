import { createHmac, randomBytes } from 'node:crypto'
import { base32 } from './totp.ts'

/** How many a person is given. */
const BACKUP_CODES = 10
// 120 bits: nobody guesses one, so a fast hash keeps them as well as a slow one would (ASVS asks for 112).
const BYTES = 15

/** New codes, such as `ABCD-EFGH-IJKL-MNOP-QRST-UVWX`; they are shown once. */
export function makeBackupCodes(): readonly string[] {
  return Array.from({ length: BACKUP_CODES }, () => (base32(randomBytes(BYTES)).match(/.{4}/g) ?? []).join('-'))
}

/** What is stored of a code: one way, and useless without the key that stands outside of the database. */
export function hashBackupCode(key: string, userId: string, code: string): string {
  const plain = code.toUpperCase().replace(/[^A-Z2-7]/g, '')
  return createHmac('sha256', key).update(`backup code ${userId} ${plain}`).digest('base64url')
}
