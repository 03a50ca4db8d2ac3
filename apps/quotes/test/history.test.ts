import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { notify } from '../src/notice/jobs.ts'
import { openWorld, STORES, type World } from './world.ts'

const DAY_MS = 86_400_000

describe.each(STORES)('the history of a quote on %s', (store) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  async function draft(): Promise<string> {
    const client = await world.post('/clients', { name: 'Boulangerie Lefèvre', email: 'camille@lefevre.example' })
    const lines = [{ description: 'Pose', quantity: 1, unitPrice: 100 }]
    return (await world.post('/quotes', { clientId: client.json.id, title: 'Travaux', lines })).json.id
  }

  async function statuses(quoteId: string): Promise<readonly string[]> {
    const { json } = await world.get(`/quotes/${quoteId}/history`)
    return json.items.map(({ status }: { status: string }) => status)
  }

  it('is there as soon as something has happened', async () => {
    const quoteId = await draft()
    const { json } = await world.get(`/quotes/${quoteId}/history`)
    expect(json).toEqual({ items: [{ status: 'draft', at: '2026-08-03T07:00:00.000Z' }] })
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    await world.post(`/quotes/${quoteId}/accept`)
    expect(await statuses(quoteId)).toEqual(['draft', 'sent', 'accepted'])
  })

  it('says nothing of what was refused', async () => {
    const quoteId = await draft()
    expect((await world.post(`/quotes/${quoteId}/accept`)).status).toBe(409)
    expect(await statuses(quoteId)).toEqual(['draft'])
  })

  it('knows when a quote is over', async () => {
    const quoteId = await draft()
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    await world.passTime(40 * DAY_MS)
    await world.run(notify, {})
    expect(await statuses(quoteId)).toEqual(['draft', 'sent', 'expired'])
  })

  it('is the same when it is made anew from the events', async () => {
    const quoteId = await draft()
    await world.post(`/quotes/${quoteId}/cancel`)
    const before = await world.get(`/quotes/${quoteId}/history`)
    await world.engine.projections.rebuild('quotes.history')
    await expect.poll(async () => (await world.engine.projections.get('quotes.history')).building).toBeUndefined()
    expect(await world.get(`/quotes/${quoteId}/history`)).toEqual(before)
  })

  it('of a quote that is not there is not there either', async () => {
    expect((await world.get('/quotes/01890a5d-ac96-774b-bcce-b302099a8057/history')).status).toBe(404)
  })
})
