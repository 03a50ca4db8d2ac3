import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes that are hard to guess, as text for addresses and headers: 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token. Tokens are 32 random bytes: a slow hash would protect nothing more. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** A secret for one purpose, from the one that is configured. */
export function deriveSecret(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `regie:${purpose}`, 32))
}

/** True when both are the same, in a time that tells nothing of where they differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** A signature of a text. */
export function sign(text: string, key: string | Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64')
}

/** The configured secret, or the one of the data folder, made at the first start and readable by this user only. */
export async function readSecret(dataDir: string, configured: string | undefined): Promise<string> {
  if (configured !== undefined) return configured
  const file = join(dataDir, 'secret')
  const read = async () => (await readFile(file, 'utf8')).trim()
  const kept = await read().catch(() => '')
  if (kept !== '') return kept
  // Of several processes that start together one wins; a file is never seen half written.
  const own = join(dataDir, `secret.${randomBytes(6).toString('hex')}`)
  await writeFile(own, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  await link(own, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await unlink(own)
  return read()
}
