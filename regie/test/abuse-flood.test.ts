// One organisation that asks and enqueues as much as it can: the other one's requests and runs still go through.
import { job } from '@regie/engine'
import type { AnyApp } from '@regie/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { everythingIn } from './identity.ts'
import { type Answer, openProduct, type Product, STORES } from './product.ts'

const LIMIT = 40
const FLOOD = 2_000
const CONCURRENCY = 10

const started: string[] = []
const grind = job({
  name: 'mill.grind',
  input: z.object({}),
  run: async ({ run }) => void started.push(run.org),
})

const mill: AnyApp = {
  id: 'mill',
  title: 'Mill',
  config: z.object({}),
  jobs: [grind],
  ...{ migrations: {}, permissions: {}, roles: {} },
  ...{ events: [], projections: [], personalData: [], routes: [], workflows: [], schedules: [] },
  ...{ reactions: [], checks: [], slos: [], pages: [] },
}

describe.each(STORES)('a flood by one organisation on %s', { timeout: 60_000 }, (store) => {
  let product: Product
  const large = everythingIn('large')
  const small = everythingIn('small')
  const enqueue = (as: typeof large) => product.ask('/api/v1/runs', { method: 'POST', as, json: { job: 'mill.grind' } })

  beforeAll(async () => {
    started.length = 0
    product = await openProduct(store, [mill], { REGIE_RATE_LIMIT: `${LIMIT}/60s` })
  }, 60_000)
  afterAll(() => product[Symbol.asyncDispose]())

  it('of requests is refused beyond its limit, told when to come back, and takes nothing from the other', async () => {
    const flood: Answer[] = []
    // Not all at one instant: a counter in the database that does not answer within half a second lets reads in.
    while (flood.length < 5 * LIMIT)
      flood.push(
        ...(await Promise.all(Array.from({ length: 8 }, () => product.ask('/api/v1/runs?limit=1', { as: large })))),
      )
    const letIn = flood.filter(({ status }) => status === 200)
    const refused = flood.filter(({ status }) => status === 429)
    expect(letIn.length + refused.length).toBe(flood.length)
    // As many as may come at once, and those that a slow machine has earned meanwhile.
    expect(letIn.length).toBeGreaterThanOrEqual(LIMIT)
    expect(refused.length).toBeGreaterThan(LIMIT)
    for (const { headers, json } of refused) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(json).toMatchObject({ code: 'RATE_LIMITED' })
    }
    for (let asked = 0; asked < LIMIT / 2; asked += 1) expect((await enqueue(small)).status).toBe(201)
  })

  it('of runs, thousands before it, does not make the other wait for more than its share', async () => {
    const { engine } = product.platform
    await expect.poll(async () => engine.runs.count({ org: 'small', state: ['succeeded'] })).toBe(LIMIT / 2)
    await engine.queues.pause('default', 'until both have enqueued')
    started.length = 0
    await engine.enqueueMany(
      grind,
      Array.from({ length: FLOOD }, () => ({})),
      { org: 'large' },
    )
    const one = await enqueue(small)
    expect(one.status).toBe(201)
    await engine.queues.resume('default')
    await engine.runs.wait((one.json as { readonly id: number }).id)
    const before = started.indexOf('small')
    expect(before).toBeGreaterThanOrEqual(0)
    expect(before).toBeLessThan(4 * CONCURRENCY)
    await expect.poll(async () => engine.runs.count({ org: 'large', state: ['succeeded'] })).toBe(FLOOD)
  })
})
