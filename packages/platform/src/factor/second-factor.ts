import { randomBytes } from 'node:crypto'
import type { Clock, Database } from '@regie/engine'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { createSeal } from '../security/seal.ts'
import type { Accounts } from './accounts.ts'
import { hashBackupCode, makeBackupCodes } from './backup-codes.ts'
import { type Proof, requireAccountProof } from './proof.ts'
import { type QrCode, qrCodeOf } from './qr.ts'
import { countBackupCodes, replaceBackupCodes, useBackupCode } from './store/backup-codes.ts'
import { deleteShown, type FactorMethod, findShown, saveShown, standingOf } from './store/sessions.ts'
import type { FactorTables } from './store/tables.ts'
import { confirmTotp, deleteTotp, findTotp, saveTotp, takeStep } from './store/totp.ts'
import { countTry, forgetTries, type TryKind, type TryLimit } from './store/tries.ts'
import { authenticatorUri, base32, stepOfCode } from './totp.ts'

/** What second factors are made of. */
export interface SecondFactorOptions {
  readonly database: Database
  readonly clock: Clock
  /** Seals authenticator secrets and keys the hashes of backup codes. */
  readonly secret: string
  /** Shown by the authenticator app. */
  readonly issuer: string
  readonly accounts: Accounts
}

/** A person within a session. */
export type Person = Principal & { readonly sessionId: string }

/** What a person shows: a code of the app, or one of the backup codes. */
export interface ShownCode {
  readonly code?: string | undefined
  readonly backupCode?: string | undefined
}

/** How a person's second factor stands. */
export interface SecondFactorStatus {
  readonly totp: 'none' | 'unconfirmed' | 'confirmed'
  readonly hasPasskey: boolean
  readonly backupCodesLeft: number
  /** The organisation wants one of everybody. */
  readonly required: boolean
  /** False for who comes in by an identity provider only. */
  readonly hasPassword: boolean
  /** How this session has shown one. */
  readonly shown?: string
}

/** Second factors of people: authenticator codes that count once, and backup codes. */
export interface SecondFactor {
  status(person: Person): Promise<SecondFactorStatus>
  /** Begins with an authenticator; what it answers is shown once. Throws `PROOF_NEEDED`, and `SECOND_FACTOR_STATE` when there is one. */
  enrol(person: Person, proof: Proof): Promise<{ readonly secret: string; readonly uri: string; readonly qr: QrCode }>
  /** Ends what `enrol` began, with a first code. Answers the backup codes, which are shown once. */
  confirm(person: Person, code: string): Promise<readonly string[]>
  /** Lets the session in. Throws `SECOND_FACTOR_WRONG`; after five in a quarter of an hour `SECOND_FACTOR_LOCKED`, and the session is over. */
  verify(person: Person, shown: ShownCode): Promise<void>
  /** New backup codes in the place of the old ones, for a second factor shown right now. */
  renewBackupCodes(person: Person, shown: ShownCode): Promise<readonly string[]>
  /** Removes the authenticator and the backup codes, for a second factor shown right now. */
  disable(person: Person, shown: ShownCode): Promise<void>
  /** Removes them for somebody who has lost all of them; their sessions show nothing any more. For administrators. */
  reset(userId: string): Promise<void>
}

// One right guess in 66,000 quarters of an hour: three codes of a million count at a time.
const LIMIT: TryLimit = { max: 5, windowMs: 15 * 60_000 }
const SECRET_BYTES = 20

/** Makes the second factors of a platform. */
export function createSecondFactor({ database, clock, secret, issuer, accounts }: SecondFactorOptions): SecondFactor {
  const seal = createSeal(secret, 'totp')
  const write = <T>(work: Parameters<typeof database.transaction<T, FactorTables>>[0]) =>
    database.transaction<T, FactorTables>(work)

  /** Counts the try, then compares; a session whose tries are used up is over. */
  const tryOnce = async (person: Person, kind: TryKind, isRight: () => Promise<boolean>): Promise<void> => {
    const tries = await countTry(database, { userId: person.id, kind, now: clock.now() }, LIMIT)
    if (tries === undefined) {
      await accounts.revokeSession(person.id, person.sessionId)
      throw locked()
    }
    if (await isRight()) return forgetTries(database, person.id, kind)
    if (tries < LIMIT.max) throw wrong()
    await accounts.revokeSession(person.id, person.sessionId)
    throw locked()
  }

  const showTotp = (person: Person, code: string, isConfirmed: boolean): Promise<void> =>
    tryOnce(person, 'totp', async () => {
      const totp = await findTotp(database, person.id)
      if (totp === undefined || totp.confirmed !== isConfirmed) return false
      const key = Buffer.from(seal.open(totp.sealedSecret, placeOf(person.id)), 'base64url')
      const step = stepOfCode(key, code, clock.now())
      return step !== undefined && (await takeStep(database, person.id, totp.sealedSecret, step))
    })

  const showBackupCode = (person: Person, code: string): Promise<void> =>
    tryOnce(person, 'backup-code', () =>
      useBackupCode(database, person.id, hashBackupCode(secret, person.id, code), clock.now()),
    )

  const show = async (person: Person, { code, backupCode }: ShownCode): Promise<FactorMethod> => {
    if (code !== undefined) {
      await showTotp(person, code, true)
      return 'totp'
    }
    if (backupCode === undefined) throw proofNeeded()
    await showBackupCode(person, backupCode)
    return 'backup-code'
  }

  const remove = (userId: string, exceptSession?: string): Promise<void> =>
    write(async (tx) => {
      await deleteTotp(tx, userId)
      await replaceBackupCodes(tx, userId, [])
      await deleteShown(tx, userId, exceptSession)
    })

  return {
    async status({ id, org, sessionId }) {
      const totp = await findTotp(database, id)
      const { hasPasskey, required } = await standingOf(database, { org, userId: id, sessionId })
      const shown = await findShown(database, sessionId)
      return {
        totp: totp === undefined ? 'none' : totp.confirmed ? 'confirmed' : 'unconfirmed',
        hasPasskey,
        backupCodesLeft: await countBackupCodes(database, id),
        required,
        hasPassword: await accounts.hasPassword(id),
        ...(shown !== undefined && { shown: shown.method }),
      }
    },
    async enrol(person, proof) {
      await requireAccountProof({ database, clock, accounts }, person, proof)
      const key = randomBytes(SECRET_BYTES)
      const sealedSecret = seal.seal(key.toString('base64url'), placeOf(person.id))
      const isNew = await saveTotp(database, { userId: person.id, sealedSecret, now: clock.now() })
      if (!isNew) throw state('There is an authenticator already: disable it first.')
      const uri = authenticatorUri(key, { issuer, account: person.name })
      return { secret: base32(key), uri, qr: await qrCodeOf(uri) }
    },
    async confirm(person, code) {
      const totp = await findTotp(database, person.id)
      if (totp === undefined || totp.confirmed) throw state('Nothing waits for a first code: begin with enrolling.')
      await showTotp(person, code, false)
      const codes = makeBackupCodes()
      const now = clock.now()
      await write(async (tx) => {
        const isFirst = await confirmTotp(tx, { userId: person.id, sealedSecret: totp.sealedSecret, now })
        if (!isFirst) throw state('Another request was faster: look at the second factor again.')
        await replaceBackupCodes(
          tx,
          person.id,
          codes.map((plain) => hashBackupCode(secret, person.id, plain)),
        )
        await saveShown(tx, { sessionId: person.sessionId, userId: person.id, method: 'totp', now })
      })
      return codes
    },
    async verify(person, shown) {
      const method = await show(person, shown)
      await saveShown(database.kysely<FactorTables>(), {
        sessionId: person.sessionId,
        userId: person.id,
        method,
        now: clock.now(),
      })
    },
    async renewBackupCodes(person, shown) {
      await show(person, shown)
      const codes = makeBackupCodes()
      await write((tx) =>
        replaceBackupCodes(
          tx,
          person.id,
          codes.map((plain) => hashBackupCode(secret, person.id, plain)),
        ),
      )
      return codes
    },
    async disable(person, shown) {
      await show(person, shown)
      await remove(person.id, person.sessionId)
    },
    reset: (userId) => remove(userId),
  }
}

function placeOf(userId: string): string {
  return `platform_totp.secret/${userId}`
}

function wrong(): PlatformError {
  return new PlatformError(
    'SECOND_FACTOR_WRONG',
    'This code is not right, or has been used: wait for the next one of your app.',
    { status: 403 },
  )
}

function locked(): PlatformError {
  return new PlatformError(
    'SECOND_FACTOR_LOCKED',
    'Too many wrong codes: sign in again in a quarter of an hour, or with a passkey.',
    { status: 429 },
  )
}

function proofNeeded(): PlatformError {
  return new PlatformError('PROOF_NEEDED', 'Give a code of your app as `code`, or a backup code as `backupCode`.', {
    status: 403,
    about: { why: 'code' },
  })
}

function state(message: string): PlatformError {
  return new PlatformError('SECOND_FACTOR_STATE', message, { status: 409 })
}
