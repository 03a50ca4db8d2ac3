import { createContext, useContext } from 'react'

/** Who looks at the console, where, and what they may do. */
export interface Me {
  readonly version: string
  readonly program: string
  readonly principal: { readonly kind: 'user' | 'key'; readonly id: string; readonly name: string }
  readonly org: {
    readonly id: string
    readonly name: string
    readonly language: string
    readonly timeZone: string
  }
  readonly permissions: readonly string[]
  readonly apps: readonly { readonly id: string; readonly title: string }[]
  readonly jobs: readonly { readonly name: string }[]
  readonly queues: readonly string[]
}

const NOBODY: Me = {
  version: '',
  program: 'regie',
  principal: { kind: 'user', id: '', name: '' },
  org: { id: '', name: '', language: 'en', timeZone: 'UTC' },
  permissions: [],
  apps: [],
  jobs: [],
  queues: [],
}

/** Set by the shell, once somebody is signed in. */
export const MeContext = createContext<Me>(NOBODY)

/** Who looks at the console. */
export function useMe(): Me {
  return useContext(MeContext)
}

/** Whether they may do what the permission lets one do. */
export function useMay(permission: string): boolean {
  return useMe().permissions.includes(permission)
}
