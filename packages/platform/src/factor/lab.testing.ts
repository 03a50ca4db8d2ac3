import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@regie/engine'
import { type FakeClock, fakeClock } from '@regie/engine/testing'
import { ownDatabase } from '../app/own-database.testing.ts'
import type { STORES } from '../app/platform.testing.ts'
import { platformMigrations } from '../migrations/index.ts'
import type { Accounts } from './accounts.ts'
import type { Person } from './second-factor.ts'

/** The password of everybody in a lab. */
export const PASSWORD = 'correct staple'

/** The platform's tables, a clock, and accounts of people. */
export interface FactorLab extends AsyncDisposable {
  readonly database: Database
  readonly clock: FakeClock
  readonly accounts: Accounts
  /** Sessions that were ended. */
  readonly revoked: readonly string[]
  /** Whether people have passwords. */
  hasPassword: boolean
}

/** Opens a lab on a store. */
export async function openLab(store: (typeof STORES)[number]): Promise<FactorLab> {
  const folder = await mkdtemp(join(tmpdir(), 'regie-factor-'))
  const own = store === 'PostgreSQL' ? await ownDatabase() : undefined
  const database = await openDatabase(
    own === undefined ? { kind: 'sqlite', path: join(folder, 'regie.db') } : { kind: 'postgres', url: own.url },
  )
  await migrate(database, [platformMigrations])
  const clock = fakeClock(1_700_000_000_000)
  const signedInAt = clock.now()
  const revoked: string[] = []
  const lab: FactorLab = {
    database,
    clock,
    revoked,
    hasPassword: true,
    accounts: {
      checkPassword: async (_userId, password) =>
        lab.hasPassword ? (password === PASSWORD ? 'right' : 'wrong') : 'none',
      hasPassword: async () => lab.hasPassword,
      sessionBeganAt: async () => signedInAt,
      revokeSession: async (_userId, id) => void revoked.push(id),
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await own?.remove()
      await rm(folder, { recursive: true })
    },
  }
  return lab
}

/** Somebody in a session. */
export function person(sessionId: string, id = 'ada'): Person {
  return { kind: 'user', id, name: `${id}@example.com`, org: 'main', permissions: new Set(), sessionId }
}
