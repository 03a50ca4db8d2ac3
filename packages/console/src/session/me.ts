import { createContext, useContext } from 'react'
import type { Console } from '../api.gen.ts'

/** Who looks at the console, where, and what they may do. */
export type Me = Console

/** Under which it is cached. */
export const CONSOLE_KEY = ['api', '/api/v1/console'] as const

const NOBODY: Me = {
  version: '',
  program: 'regie',
  principal: { kind: 'user', id: '', name: '' },
  org: { id: '', name: '', language: 'en', timeZone: 'UTC' },
  mail: 'mail',
  permissions: [],
  described: [],
  withheld: [],
  apps: [],
  jobs: [],
  queues: [],
  hiddenColumns: {},
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
