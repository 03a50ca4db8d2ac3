import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Injector } from './injector.ts'
import { failEach } from './loop.ts'
import { OPERATIONS } from './operations.ts'
import { sqliteFaults } from './sqlite-store.ts'
import { failEachOfWork, passes, WORK } from './work.ts'

const injector = new Injector()
const store = sqliteFaults(injector)
beforeAll(() => store.prepare())
afterAll(() => store.close())

describe('on SQLite, whichever statement fails, all is there or nothing, and it can be done again', () => {
  for (const operation of OPERATIONS) {
    it(operation.name, async () => {
      for (const way of store.ways) expect(await failEach(store, injector, operation, way)).toBeGreaterThan(0)
    })
  }
})

// Each of them, with what a worker waits after a fault, takes a minute: `REGIE_NTH_FAULT=all` does.
const STRIDE = 2

describe('whichever statement of a worker on SQLite fails, its work comes to the right end', () => {
  for (const work of WORK) {
    it(work.name, { timeout: 240_000 }, async () => {
      for (const pass of passes(store.ways, STRIDE))
        expect(await failEachOfWork(store, injector, work, pass)).toBeGreaterThan(0)
    })
  }
})
