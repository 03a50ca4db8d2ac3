import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { RateLimit } from './gcra.ts'
import { addressKey, type Limiter, rateHeaders } from './limiter.ts'

/**
 * Limits that are configured: `usual` for requests where nothing else is declared, `sign-in` for all the ways in together, so
 * that guessing at one is no way around guessing at another. Who comes in cannot be counted is refused.
 */
export type NamedLimit = 'usual' | 'sign-in'

/** What is counted: an endpoint with a limit of its own, or one of those that share one. */
export interface Counted {
  readonly method?: string
  readonly url: string
  /** The address in its own version, where it is mounted at another one too: they share a limit. */
  readonly known?: string
  readonly access: string
  readonly rate?: RateLimit | NamedLimit
}

/** The configured limits; absent for any number. */
export interface ConfiguredLimits {
  readonly usual?: RateLimit
  readonly signIn?: RateLimit
}

/** Counts requests before they are read. */
export interface Gate {
  /** Counts a request of who was let in; tells how they stand in the answer's headers. Throws `RATE_LIMITED` (429). */
  count(counted: Counted, principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Counts a request that was refused, against its address: guessing keys is no way around. Throws `RATE_LIMITED`. */
  countStranger(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** The same of what is asked within a connection; false when there are no more. */
  countRefusal(address: string): Promise<boolean>
}

/** A gate in front of all addresses. Public addresses that name no limit, such as probes, are not counted. */
export function createGate(limiter: Limiter, { usual, signIn }: ConfiguredLimits): Gate {
  const closed: RateLimit | undefined = signIn && { ...signIn, whenStoreFails: 'closed' }
  const limitOf = ({
    method = 'GET',
    url,
    known = url,
    access,
    rate,
  }: Counted): readonly [string, RateLimit | undefined] => {
    if (rate === 'sign-in') return ['sign-in', closed]
    if (rate === undefined || rate === 'usual')
      return ['default', rate === undefined && access === 'public' ? undefined : usual]
    return [`${method} ${known}`, rate]
  }
  const count = async (name: string, limit: RateLimit, key: string, reply: FastifyReply): Promise<void> => {
    const standing = await limiter.take(name, limit, key)
    if (standing === undefined) return
    reply.headers(rateHeaders(standing))
    if (standing.allowed) return
    throw new PlatformError('RATE_LIMITED', `No more than ${limit.max} requests in ${limit.per}: see Retry-After.`, {
      status: 429,
      about: { max: limit.max, per: limit.per },
    })
  }
  return {
    async count(counted, principal, { ip }, reply) {
      const [name, limit] = limitOf(counted)
      if (limit === undefined) return
      await count(name, limit, principal === undefined ? addressKey(ip) : `${principal.kind}:${principal.id}`, reply)
    },
    async countStranger({ ip }, reply) {
      if (usual !== undefined) await count('stranger', usual, addressKey(ip), reply)
    },
    async countRefusal(address) {
      return usual === undefined || (await limiter.take('stranger', usual, addressKey(address)))?.allowed !== false
    },
  }
}
