import type { FastifyRequest } from 'fastify'
import { actingAs, forbidImpersonation } from '../auth/acting.ts'
import type { Identity, PendingFactor } from '../auth/identity.ts'
import type { Access } from '../auth/permissions.ts'
import { mayDo, type Principal } from '../auth/principal.ts'
import { concernsInstallation } from '../auth/roles.ts'
import { PlatformError } from '../errors.ts'

/** What an address says of who may use it. */
interface Admission {
  readonly access: Access
  readonly orOwn?: boolean
  readonly beforeFactor?: readonly PendingFactor[]
  /** Absent for a document, which changes nothing. */
  readonly method?: string
  readonly whileLooking?: boolean
}

const OF_SERVER = ', which concerns the whole server: only members of the organisation that runs it may have it.'
const ASK = ': ask an administrator for it.'

/** Who asks, let in (`onRefused` hears of who may not); undefined at a public address, where nobody is asked. Throws `UNAUTHENTICATED` (401) for nobody and `FORBIDDEN` (403) for who may not, and for changes to what is somebody's own while another looks through their eyes, unless the address is public. */
export async function admit(
  identity: Identity,
  { access, orOwn = false, beforeFactor, method = 'GET', whileLooking = false }: Admission,
  request: FastifyRequest,
  onRefused: (principal: Principal) => void = () => {},
): Promise<Principal | undefined> {
  // Probes and sign-in must not wait for a session to be looked up, nor fail because of a stale one.
  if (access === 'public') return undefined
  const principal = await identity.authenticate({
    headers: request.headers,
    address: request.ip,
    ...(beforeFactor !== undefined && { beforeFactor }),
  })
  if (principal === undefined)
    throw new PlatformError('UNAUTHENTICATED', 'Sign in, or send an API key as "Authorization: Bearer rgk_…".', {
      status: 401,
    })
  // What needs no permission is one's own: the account, the inbox, one's views.
  if (access === 'signed-in' && method !== 'GET' && !whileLooking) forbidImpersonation(actingAs(principal))
  if (access === 'signed-in' || orOwn || mayDo(principal, access)) return principal
  onRefused(principal)
  const ofServer = isOfServer(principal, access)
  throw new PlatformError('FORBIDDEN', `This needs the permission ${access}${ofServer ? OF_SERVER : ASK}`, {
    status: 403,
    about: { why: ofServer ? 'server' : 'permission', permission: access },
  })
}

/** No administrator of a guest can give what is the installation's. */
function isOfServer({ guest }: Principal, access: Access): boolean {
  return guest === true && concernsInstallation(access)
}
