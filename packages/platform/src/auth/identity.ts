import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from './principal.ts'

/** What of a request tells who asks. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders
  /** The address of the client, with trusted proxies looked through. */
  readonly address: string
  /** What a session may still have to do with its second factor and be let in all the same. Default: nothing. */
  readonly beforeFactor?: readonly PendingFactor[]
}

/** What a session still has to do: show its second factor, or set one up because the organisation wants one. */
export type PendingFactor = 'verify' | 'enrol'

/** The port behind which sign-in, sessions and keys stand. */
export interface Identity {
  /** Who asks; undefined for nobody. Throws `UNAUTHENTICATED` when something is presented that does not hold, and `SECOND_FACTOR_NEEDED` or `SECOND_FACTOR_ENROL` for a session that is not let in yet. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>
}
