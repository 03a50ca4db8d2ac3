import { type Identity, PLATFORM_PERMISSIONS } from '@regie/platform'
import { apps } from '../src/apps.ts'

/** Somebody of an organisation. Real sign-in has its own tests; here it only matters who the server takes one for. */
export interface Who {
  readonly org: string
  readonly permissions: readonly string[]
  /** Who exactly. Default: the one who has made what there is of the organisation. */
  readonly id?: string
  /** Whoever looks through their eyes. Default: nobody does. */
  readonly impersonatedBy?: string
}

const HEADER = 'x-test-principal'

/** Every permission there is, of the platform and of all apps. */
export const ALL_PERMISSIONS: readonly string[] = [
  ...Object.keys(PLATFORM_PERMISSIONS),
  ...apps.flatMap(({ id, permissions }) => Object.keys(permissions).map((permission) => `${id}.${permission}`)),
]

/** Somebody who may do everything in an organisation. */
export function everythingIn(org: string): Who {
  return { org, permissions: ['*'] }
}

/** Somebody who may do everything but one thing. */
export function everythingBut(org: string, permission: string): Who {
  return { org, permissions: ALL_PERMISSIONS.filter((each) => each !== permission) }
}

/** The headers by which {@link everybody} knows who it is. */
export function credentialsOf(who: Who): Readonly<Record<string, string>> {
  return { [HEADER]: JSON.stringify(who) }
}

/** Real users, by their organisation: who asks in it is this one. */
export type People = Map<string, { readonly id: string; readonly sessionId: string }>

/** Takes everybody for who they say they are; nobody for nobody. */
export function everybody(people: People): Identity {
  return {
    async authenticate({ headers }) {
      const told = headers[HEADER]
      if (typeof told !== 'string') return undefined
      const { org, permissions, id, impersonatedBy } = JSON.parse(told) as Who
      const person = id === undefined ? (people.get(org) ?? { id: `${org}-user` }) : { id }
      return {
        kind: 'user',
        name: 'Somebody',
        org,
        permissions: new Set(permissions),
        ...person,
        ...(impersonatedBy !== undefined && { impersonatedBy }),
      }
    },
  }
}
