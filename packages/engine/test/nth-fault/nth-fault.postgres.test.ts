import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresStore } from '../postgres.ts'
import { Injector } from './injector.ts'
import { failEach } from './loop.ts'
import { OPERATIONS } from './operations.ts'
import { postgresFaults } from './postgres-store.ts'
import { failEachOfWork, passes, WORK } from './work.ts'

// To a worker, a connection cut before its statement is a statement that was refused.
const WAYS_OF_WORK = ['refused', 'cut after'] as const

// A worker's statements are the same on both stores but for the hot ones; SQLite goes through more of them.
const STRIDE = 9

const injector = new Injector()
const store = postgresFaults(injector, postgresStore())
beforeAll(() => store.prepare())
afterAll(() => store.close())

describe('on PostgreSQL, whichever statement fails, all is there or nothing, and it can be done again', () => {
  for (const operation of OPERATIONS) {
    it(operation.name, { timeout: 60_000 }, async () => {
      for (const way of store.ways) expect(await failEach(store, injector, operation, way)).toBeGreaterThan(0)
    })
  }
})

describe('whichever statement of a worker on PostgreSQL fails, its work comes to the right end', () => {
  for (const work of WORK) {
    it(work.name, { timeout: 240_000 }, async () => {
      for (const pass of passes(WAYS_OF_WORK, STRIDE))
        expect(await failEachOfWork(store, injector, work, pass)).toBeGreaterThan(0)
    })
  }
})
