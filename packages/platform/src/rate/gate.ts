import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { RateLimit } from './gcra.ts'
import { addressKey, type Limiter, rateHeaders } from './limiter.ts'

/** What is counted: an endpoint with a limit of its own, or one of all the others. */
export interface Counted {
  readonly method?: string
  readonly url: string
  readonly access: string
  readonly rate?: RateLimit
}

/** Counts requests before they are read. */
export interface Gate {
  /** Counts a request of who was let in; tells how they stand in the answer's headers. Throws `RATE_LIMITED` (429). */
  count(counted: Counted, principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Counts a request that was refused, against its address: guessing keys is no way around. Throws `RATE_LIMITED`. */
  countStranger(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/**
 * A gate in front of all addresses. `usual`: what holds where nothing else is declared, absent for nothing. Public addresses
 * without a limit of their own, such as probes, are not counted.
 */
export function createGate(limiter: Limiter, usual: RateLimit | undefined): Gate {
  const count = async (name: string, limit: RateLimit, key: string, reply: FastifyReply): Promise<void> => {
    const standing = await limiter.take(name, limit, key)
    if (standing === undefined) return
    reply.headers(rateHeaders(standing))
    if (standing.allowed) return
    throw new PlatformError('RATE_LIMITED', `No more than ${limit.max} requests in ${limit.per}: see Retry-After.`, {
      status: 429,
    })
  }
  return {
    async count({ method = 'GET', url, access, rate }, principal, { ip }, reply) {
      const limit = rate ?? (access === 'public' ? undefined : usual)
      if (limit === undefined) return
      const name = rate === undefined ? 'default' : `${method} ${url}`
      await count(name, limit, principal === undefined ? addressKey(ip) : `${principal.kind}:${principal.id}`, reply)
    },
    async countStranger({ ip }, reply) {
      if (usual !== undefined) await count('stranger', usual, addressKey(ip), reply)
    },
  }
}
