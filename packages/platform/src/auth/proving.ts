import type { Kysely, Transaction } from 'kysely'
import { replaceBackupCodes } from '../factor/store/backup-codes.ts'
import { deletePasskeys, listPasskeys } from '../factor/store/passkeys.ts'
import { deleteShown } from '../factor/store/sessions.ts'
import type { FactorTables } from '../factor/store/tables.ts'
import { deleteTotp } from '../factor/store/totp.ts'
import { newId } from '../id.ts'
import { forgetBrowsers } from '../inbox/store/push.ts'
import type { AtDoor } from './journal.ts'
import { linkInvalid } from './refusal.ts'
import type { IdentityTables } from './schema.ts'
import { revokeKeysOf } from './store/keys.ts'
import { deletePassword, findUser, insertPassword, updateUser } from './store/people.ts'
import { deleteSessions, takeLink } from './store/sessions.ts'
import type { IdentityWorld } from './world.ts'

/**
 * Somebody has shown that the address of an account is theirs, for the first time: whoever came in with it before may have been anybody
 * who was given the link. Everything that could let that one in again ends: sessions, passkeys, the second factor, API keys, browsers
 * that are pushed to. What stays is the password, which is given or set right then. Answers whether it was the first time.
 */
export async function proveAddress(
  tx: Kysely<IdentityTables>,
  { id, email_verified }: Pick<IdentityTables['platform_user'], 'id' | 'email_verified'>,
  now: number,
): Promise<boolean> {
  if (email_verified === 1) return false
  await updateUser(tx, id, { email_verified: 1, updated_at: now })
  await deleteSessions(tx, id)
  await revokeKeysOf(tx, id, now)
  await forgetBrowsers(tx, id)
  const factors = tx as unknown as Transaction<FactorTables>
  await deletePasskeys(factors, id)
  await deleteTotp(factors, id)
  await replaceBackupCodes(factors, id, [])
  await deleteShown(factors, id)
  return true
}

/** A password to be set by a link that went to the address. */
export interface ByLink {
  /** What the link is kept under. */
  readonly identifier: string
  readonly userId: string
  readonly password: string
  readonly removePasskeys: boolean
}

/**
 * Sets a password by a link: that proves the address. The link is used up, the password set, its entry made and what let in before ended in
 * one transaction: a process that dies leaves the link, or nothing of before. Answers how many passkeys are left. Throws `LINK_INVALID`
 * and `PASSWORD_WEAK`.
 */
export async function setPasswordByLink(
  { database, clock, passwords, journal }: IdentityWorld,
  { identifier, userId, password, removePasskeys }: ByLink,
  at: AtDoor,
): Promise<{ readonly email: string; readonly passkeys: number }> {
  await passwords.check(password)
  const hash = await passwords.hash(password)
  const now = clock.now()
  const email = await database.transaction<string, IdentityTables>(async (tx) => {
    const user = (await takeLink(tx, identifier)) ? await findUser(tx, { id: userId }) : undefined
    if (user === undefined) throw linkInvalid()
    await proveAddress(tx, user, now)
    await deleteSessions(tx, userId)
    if (removePasskeys) await deletePasskeys(tx as unknown as Transaction<FactorTables>, userId)
    await deletePassword(tx, userId)
    await insertPassword(tx, { id: newId(now), userId, hash, now })
    await journal.passwordSet(tx, user, at)
    return user.email
  })
  return { email, passkeys: (await listPasskeys(database, userId)).length }
}

/** An identity provider that is trusted has proven the address: a password that was set before is not for sure theirs. */
export async function provenElsewhere(tx: Kysely<IdentityTables>, userId: string, now: number): Promise<void> {
  const user = await findUser(tx, { id: userId })
  if (user !== undefined && (await proveAddress(tx, user, now))) await deletePassword(tx, userId)
}
