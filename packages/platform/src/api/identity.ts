import type { PlatformIdentity } from '../auth/platform-identity.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { invitationEndpoints } from './invitations.ts'
import { keyEndpoints } from './keys.ts'
import { meEndpoints } from './me.ts'
import { myKeyEndpoints } from './my-keys.ts'
import { organisationEndpoints } from './organisations.ts'
import { passkeyEndpoints } from './passkeys.ts'
import { roleEndpoints } from './roles.ts'
import { secondFactorEndpoints } from './second-factor.ts'
import { sessionEndpoints } from './sessions.ts'
import { ssoEndpoints } from './sso.ts'
import { userEndpoints } from './users.ts'

/** Everything about who may come in and do what. */
export function identityEndpoints(identity: PlatformIdentity): readonly Endpoint[] {
  return [
    ...meEndpoints(identity),
    ...userEndpoints(identity),
    ...invitationEndpoints(identity),
    ...roleEndpoints(identity),
    ...keyEndpoints(identity),
    ...myKeyEndpoints(identity),
    ...organisationEndpoints(identity),
    ...sessionEndpoints(identity),
    ...secondFactorEndpoints(identity),
    ...passkeyEndpoints(identity),
    ...ssoEndpoints(identity),
  ]
}
