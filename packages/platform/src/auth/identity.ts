import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from './principal.ts'

/** What of a request tells who asks. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders
  /** The address of the client, with trusted proxies looked through. */
  readonly address: string
}

/** The port behind which sign-in, sessions and keys stand. */
export interface Identity {
  /** Who asks; undefined for nobody. Throws `UNAUTHENTICATED` when something is presented that does not hold. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>
}
