import type { IncomingHttpHeaders } from 'node:http'
import type { Clock, Logger } from '@regie/engine'
import type { Credentials, Identity } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import { isPlatformError } from '../errors.ts'

/** One stream that lives on somebody's credentials. */
export interface Tenant {
  /** The credentials do not hold any more: the session was ended, or what was sent with it is too old or no longer the same. */
  expired(why: 'ended' | 'other'): void
  /** What the principal may do may have changed. */
  changed(principal: Principal): void
}

/** Somebody who was let in. */
export interface Visit {
  readonly principal: Principal
  /** Begins to look after the stream; answers how to end it. */
  join(tenant: Tenant): () => void
}

/** What watching over sessions needs. */
export interface SessionsOptions {
  readonly identity: Identity
  readonly clock: Clock
  readonly log: Logger
  /** How often each session is authenticated anew, in milliseconds. Default 20,000. */
  readonly checkMs?: number
}

interface Session {
  readonly credentials: Credentials
  readonly tenants: Set<Tenant>
  principal: Principal
}

// A stream outlives its request by hours: only what tells who asks is kept of it.
const KEPT_HEADERS = ['authorization', 'cookie', 'host', 'origin', 'user-agent', 'x-api-key'] as const
const AT_ONCE = 8

/** Lets streams in, and asks again every 20 s, and when something may have ended, whether they still may be there. Streams with equal credentials are one session. */
export class Sessions {
  readonly #options: SessionsOptions
  readonly #sessions = new Map<string, Session>()
  #stopTimer: (() => void) | undefined
  #checking = false
  #checks = 0
  #again = false

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  start(): void {
    const { clock, checkMs = 20_000 } = this.#options
    this.#stopTimer = clock.setTimer(() => {
      void this.check().finally(() => {
        if (this.#stopTimer !== undefined) this.start()
      })
    }, checkMs)
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** Who asks; undefined for nobody, and for credentials that do not hold. */
  async enter({ headers, address }: Credentials, token?: string): Promise<Visit | undefined> {
    const kept = keptHeaders(headers)
    const credentials = { headers: token === undefined ? kept : { ...kept, authorization: `Bearer ${token}` }, address }
    const checks = this.#checks
    const principal = await this.#ask(credentials)
    if (principal === undefined) return undefined
    const key = JSON.stringify(credentials)
    const join = (tenant: Tenant) => {
      const leave = this.#join(key, { credentials, principal, tenants: new Set() }, tenant)
      // All were asked again after this one was let in and before it was among them.
      if (this.#checks !== checks) this.checkSoon()
      return leave
    }
    return { principal, join }
  }

  /** Asks for every session again, at once; what is wanted meanwhile is done once after it. */
  checkSoon(): void {
    this.#checks += 1
    if (this.#sessions.size === 0) return
    if (this.#checking) {
      this.#again = true
      return
    }
    this.#checking = true
    void this.check().finally(() => {
      this.#checking = false
      if (!this.#again) return
      this.#again = false
      this.checkSoon()
    })
  }

  /** Asks for every session again. */
  async check(): Promise<void> {
    const queue = [...this.#sessions.values()]
    const work = async (): Promise<void> => {
      for (let session = queue.shift(); session !== undefined; session = queue.shift()) await this.#checkOne(session)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }

  #join(key: string, created: Session, tenant: Tenant): () => void {
    const session = this.#sessions.get(key) ?? created
    this.#sessions.set(key, session)
    session.tenants.add(tenant)
    return () => {
      session.tenants.delete(tenant)
      if (session.tenants.size === 0 && this.#sessions.get(key) === session) this.#sessions.delete(key)
    }
  }

  async #checkOne(session: Session): Promise<void> {
    try {
      const principal = await this.#ask(session.credentials)
      const isOther = principal?.id !== session.principal.id || principal.org !== session.principal.org
      if (principal === undefined || isOther) {
        // A token may be followed by another, a cookie that is refused is no session any more.
        const isEnded = principal === undefined && session.credentials.headers.authorization === undefined
        for (const tenant of [...session.tenants]) tenant.expired(isEnded ? 'ended' : 'other')
        return
      }
      session.principal = principal
      for (const tenant of [...session.tenants]) tenant.changed(principal)
    } catch (err) {
      // A database that does not answer for a moment must not throw everybody out.
      this.#options.log.warn({ err }, 'a session could not be checked; it is asked again')
    }
  }

  async #ask(credentials: Credentials): Promise<Principal | undefined> {
    try {
      return await this.#options.identity.authenticate(credentials)
    } catch (error) {
      if (isPlatformError(error) && error.status < 500) return undefined
      throw error
    }
  }
}

/** Of a request's headers those that tell who asks. */
export function keptHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
}
