import type { Clock, Database } from '@regie/engine'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import type { Accounts } from './accounts.ts'
import { type ChallengePurpose, createChallenges } from './challenge.ts'
import { type Proof, requireAccountProof } from './proof.ts'
import type { Person } from './second-factor.ts'
import {
  deleteOldChallenges,
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  type StoredPasskey,
  touchPasskey,
  useChallenge,
} from './store/passkeys.ts'
import { saveShown } from './store/sessions.ts'
import type { FactorTables } from './store/tables.ts'

/** Where passkeys are used: browsers bind them to it. */
export interface PasskeySite {
  /** Shown by the authenticator. */
  readonly name: string
  /** As browsers write it, such as `https://regie.example.com`. */
  readonly origin: string
}

/** What passkeys are made of. */
export interface PasskeysOptions {
  readonly database: Database
  readonly clock: Clock
  /** Signs challenges. */
  readonly secret: string
  readonly accounts: Accounts
  /** Names what is made, before it is kept. */
  readonly makes: (id: string) => void
}

/** A passkey as its owner sees it. */
export interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly usedAt?: number
}

/** Passkeys: every use asks for user verification, so that one is possession and PIN or finger at once. */
export interface Passkeys {
  list(person: Person): Promise<readonly Passkey[]>
  /** What the browser needs to make one. Throws `PROOF_NEEDED`. */
  beginRegistration(person: Person, site: PasskeySite, proof: Proof): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Keeps the one it made. Throws `PASSKEY_REFUSED`. */
  register(
    person: Person,
    site: PasskeySite,
    made: { readonly name: string; readonly response: RegistrationResponseJSON },
  ): Promise<Passkey>
  /** What the browser needs to use one; the person chooses which. */
  beginUse(site: PasskeySite): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Whose passkey answered. Throws `PASSKEY_REFUSED`. */
  ownerOf(site: PasskeySite, response: AuthenticationResponseJSON): Promise<string>
  /** A session has shown a passkey of its own person. */
  show(sessionId: string, userId: string): Promise<void>
  /** Throws `PASSKEY_UNKNOWN`, and `PROOF_NEEDED`. */
  remove(person: Person, id: string, proof: Proof): Promise<void>
}

/** Makes the passkeys of a platform. */
export function createPasskeys({ database, clock, secret, accounts, makes }: PasskeysOptions): Passkeys {
  const challenges = createChallenges(secret)
  /** True once for each challenge of this purpose. */
  const take = (purpose: ChallengePurpose) => async (challenge: string) => {
    const now = clock.now()
    const endsAt = challenges.read(challenge, purpose, now)
    if (endsAt === undefined || !(await useChallenge(database, challenge, endsAt))) return false
    await deleteOldChallenges(database, now)
    return true
  }
  const proven = (person: Person, proof: Proof) => requireAccountProof({ database, clock, accounts }, person, proof)
  return {
    list: async ({ id }) => (await listPasskeys(database, id)).map(viewOf),
    async beginRegistration(person, site, proof) {
      await proven(person, proof)
      const { generateRegistrationOptions } = await import('@simplewebauthn/server')
      const known = await listPasskeys(database, person.id)
      return generateRegistrationOptions({
        rpName: site.name,
        rpID: rpIdOf(site),
        userName: person.name,
        userID: new TextEncoder().encode(person.id),
        challenge: challenges.make(`register ${person.id}`, clock.now()),
        attestationType: 'none',
        excludeCredentials: known.map(({ credential_id }) => ({ id: credential_id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    },
    async register(person, site, { name, response }) {
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
      const now = clock.now()
      const id = newId(now)
      // Before the first change, which takes the challenge.
      makes(id)
      const { registrationInfo } = await held(() =>
        verifyRegistrationResponse({
          response,
          expectedChallenge: take(`register ${person.id}`),
          expectedOrigin: site.origin,
          expectedRPID: rpIdOf(site),
          requireUserVerification: true,
        }),
      )
      if (registrationInfo === undefined) throw refused()
      const { credential } = registrationInfo
      const passkey: StoredPasskey = {
        id,
        user_id: person.id,
        credential_id: credential.id,
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: JSON.stringify(credential.transports ?? []),
        name,
        created_at: now,
        used_at: null,
      }
      if (!(await insertPasskey(database, passkey))) throw refused()
      return viewOf(passkey)
    },
    async beginUse(site) {
      const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
      return generateAuthenticationOptions({
        rpID: rpIdOf(site),
        challenge: challenges.make('sign-in', clock.now()),
        userVerification: 'required',
      })
    },
    async ownerOf(site, response) {
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
      const passkey = await findPasskey(database, response.id)
      if (passkey === undefined) throw refused()
      const { authenticationInfo, verified } = await held(() =>
        verifyAuthenticationResponse({
          response,
          expectedChallenge: take('sign-in'),
          expectedOrigin: site.origin,
          expectedRPID: rpIdOf(site),
          requireUserVerification: true,
          credential: {
            id: passkey.credential_id,
            publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
            counter: passkey.counter,
          },
        }),
      )
      const used = { counter: authenticationInfo.newCounter, now: clock.now() }
      if (!verified || !(await touchPasskey(database, passkey, used))) throw refused()
      return passkey.user_id
    },
    show: (sessionId, userId) =>
      saveShown(database.kysely<FactorTables>(), { sessionId, userId, method: 'passkey', now: clock.now() }),
    async remove(person, id, proof) {
      await proven(person, proof)
      if (await deletePasskey(database, person.id, id)) return
      throw new PlatformError('PASSKEY_UNKNOWN', 'You have no such passkey.', { status: 404 })
    },
  }
}

function rpIdOf({ origin }: PasskeySite): string {
  return new URL(origin).hostname
}

function viewOf({ id, name, created_at, used_at }: StoredPasskey): Passkey {
  return { id, name, createdAt: created_at, ...(used_at !== null && { usedAt: used_at }) }
}

/** The library throws at each thing that does not hold; which one is nobody's business outside. */
async function held<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (cause) {
    throw refused(cause)
  }
}

function refused(cause?: unknown): PlatformError {
  return new PlatformError('PASSKEY_REFUSED', 'This passkey does not let you in here: begin again.', {
    status: 403,
    cause,
  })
}
