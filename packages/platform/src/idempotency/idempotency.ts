import { createHash, createHmac } from 'node:crypto'
import type { Clock, Database, SqlConnection } from '@regie/engine'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import { newId } from '../id.ts'
import { type Answered, claimKey, forgetKey, type KeyClaim, keepAnswer, markChanged, releaseKey } from './store/keys.ts'

/** A request that may come again. */
export interface RepeatableRequest {
  readonly principal: Principal
  /** What the client sent as `Idempotency-Key`. */
  readonly key: string
  readonly method: string
  /** With its query. */
  readonly url: string
  readonly body: unknown
  /** True when its answer is a secret, and must not be kept. */
  readonly confidential?: boolean
}

/** What the work of such a request is given. */
export interface Attempt {
  /** Notes within the transaction of its first change that it was made. Throws `IDEMPOTENCY_PENDING` when another attempt took over. */
  readonly committing: (connection: SqlConnection) => Promise<void>
}

/** Requests that give the same answer when they come again. */
export interface Idempotency {
  /**
   * Carries out `work` once and answers the same to each repetition within 24 h. An answer of 500 and above is not kept:
   * then the next repetition is a new attempt, unless something was changed. Throws `IDEMPOTENCY_MISMATCH` (422) when
   * the request is another one, `IDEMPOTENCY_PENDING` (409) while the first is under way, and `IDEMPOTENCY_LOST` (409)
   * when it changed something and its answer was lost.
   */
  once(request: RepeatableRequest, work: (attempt: Attempt) => Promise<Answered>): Promise<Repeated>
}

/** An answer, and whether it is the repetition of an earlier one. */
export interface Repeated extends Answered {
  readonly repeated: boolean
}

const KEEP_MS = 86_400_000
// No handler may take longer than half of it, see `handlerMs`.
const LOCK_MS = 60_000
const KEY = /^[\x21-\x7e]{1,255}$/

/** Keeps answers in the database. */
export function createIdempotency(database: Database, clock: Clock): Idempotency {
  return {
    async once(request, work) {
      const claim = claimOf(request, clock.now())
      const found = await claimKey(database, claim)
      if (found !== 'claimed') return { ...known(found, claim), repeated: true }
      try {
        const answer = await work({
          committing: async (connection) => {
            if (!(await markChanged(database, connection, claim))) throw pending()
          },
        })
        // Who may not do it now may be able to in a moment, once they have shown who they are.
        const isKept = answer.status < 500 && answer.status !== 403 && request.confidential !== true
        if (isKept) await keepAnswer(database, claim, answer)
        else await forget(database, claim)
        return { ...answer, repeated: false }
      } catch (error) {
        await forget(database, claim)
        throw error
      }
    },
  }
}

/** What was not changed may be tried again at once; what was changed must not be. */
async function forget(database: Database, claim: KeyClaim): Promise<void> {
  if (!(await forgetKey(database, claim))) await releaseKey(database, claim)
}

function claimOf({ principal, key, method, url, body }: RepeatableRequest, now: number): KeyClaim {
  if (!KEY.test(key)) {
    throw new PlatformError(
      'REQUEST_INVALID',
      'An Idempotency-Key has 1 to 255 characters, none of them a space: send a UUID.',
      {
        status: 400,
      },
    )
  }
  // A body may hold a password. With the client's key, which is not kept, nobody can try passwords on what is.
  const fingerprint = createHmac('sha256', key)
    .update(
      JSON.stringify([
        method,
        url,
        body instanceof Uint8Array ? createHash('sha256').update(body).digest('hex') : (body ?? null),
      ]),
    )
    .digest('base64url')
  return {
    org: principal.org,
    principal: `${principal.kind}:${principal.id}`,
    key: createHash('sha256').update(key).digest('base64url'),
    fingerprint,
    holder: newId(now),
    now,
    lockedUntil: now + LOCK_MS,
    expiresAt: now + KEEP_MS,
  }
}

function known(found: Exclude<Awaited<ReturnType<typeof claimKey>>, 'claimed'>, claim: KeyClaim): Answered {
  if (found.fingerprint !== claim.fingerprint) {
    throw new PlatformError(
      'IDEMPOTENCY_MISMATCH',
      'This Idempotency-Key came with another method, address or body before: send a new key.',
      { status: 422 },
    )
  }
  if (found.state === 'answered') return found.answer
  if (found.lockedUntil > claim.now) throw pending()
  throw new PlatformError(
    'IDEMPOTENCY_LOST',
    'The first request with this Idempotency-Key changed something, then its answer was lost: look before you send it again with a new key.',
    { status: 409 },
  )
}

function pending(): PlatformError {
  return new PlatformError(
    'IDEMPOTENCY_PENDING',
    'The first request with this Idempotency-Key is under way: ask again.',
    {
      status: 409,
    },
  )
}
