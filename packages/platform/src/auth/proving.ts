import type { Kysely, Transaction } from 'kysely'
import { replaceBackupCodes } from '../factor/store/backup-codes.ts'
import { deletePasskeys, listPasskeys } from '../factor/store/passkeys.ts'
import { deleteShown } from '../factor/store/sessions.ts'
import type { FactorTables } from '../factor/store/tables.ts'
import { deleteTotp } from '../factor/store/totp.ts'
import { forgetBrowsers } from '../inbox/store/push.ts'
import type { IdentityTables } from './schema.ts'
import { revokeKeysOf } from './store/keys.ts'
import { deletePassword, findUser, updateUser } from './store/people.ts'
import { deleteSessions } from './store/sessions.ts'
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

/** A password was set by a link that goes to the address: that proves it. Answers how many passkeys are left. */
export async function passwordSet(
  { database, clock }: Pick<IdentityWorld, 'database' | 'clock'>,
  userId: string,
  { removePasskeys }: { readonly removePasskeys: boolean },
): Promise<number> {
  await database.transaction<void, IdentityTables>(async (tx) => {
    const user = await findUser(tx, { id: userId })
    if (user !== undefined) await proveAddress(tx, user, clock.now())
    if (removePasskeys) await deletePasskeys(tx as unknown as Transaction<FactorTables>, userId)
  })
  return (await listPasskeys(database, userId)).length
}

/** An identity provider that is trusted has proven the address: a password that was set before is not for sure theirs. */
export async function provenElsewhere(tx: Kysely<IdentityTables>, userId: string, now: number): Promise<void> {
  const user = await findUser(tx, { id: userId })
  if (user !== undefined && (await proveAddress(tx, user, now))) await deletePassword(tx, userId)
}
