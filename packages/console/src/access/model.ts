import { toast } from '../kit/toasts.tsx'

/** Somebody who may come in. */
export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly string[]
  readonly disabledAt?: string
}

/** Somebody who was asked in and has not come yet. */
export interface Invitation {
  readonly id: string
  readonly email: string
  readonly roles: readonly string[]
  readonly expiresAt: string
}

/** What a role permits. */
export interface Role {
  readonly name: string
  readonly permissions: readonly string[]
  readonly source: 'built-in' | 'app' | 'own'
}

/** Roles, and everything that may be permitted. */
export interface RoleBook {
  readonly roles: readonly Role[]
  readonly permissions: readonly { readonly name: string; readonly about: string }[]
}

/** A key for programs. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly start: string
  readonly permissions: readonly string[]
  readonly expiresAt?: string
  readonly lastUsedAt?: string
}

/** A browser that is signed in. */
export interface Session {
  readonly id: string
  readonly email: string
  readonly lastUsedAt: string
  readonly address?: string
  readonly browser?: string
}

/** Needed for every change here. */
export const MANAGE = 'users.manage'

/** How a change went: said to the person who made it. */
export function told(text: string) {
  return {
    onSuccess: () => toast({ tone: 'good', text }),
    onError: (error: Error) => toast({ tone: 'bad', text: error.message }),
  }
}
