import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actOnQuote } from '../src/answer/store.ts'
import { listClients } from '../src/client/store.ts'
import { listQuotes } from '../src/list/store.ts'
import { readQuote } from '../src/quote/store.ts'
import { sample } from '../src/sample.ts'
import { sendingsGoOn } from '../src/sending/check.ts'
import { openWorld, STORES, type World } from './world.ts'

const HOUR_MS = 3_600_000

describe.each(STORES)('two organisations in one Quotes on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  it('see, number and change their own quotes only', async () => {
    const other = world.elsewhere('other')
    expect(await sample(world.ctx)).toBe('Quotes: 13 clients and 30 quotes')
    expect(await listClients(other.db, { limit: 10 })).toMatchObject({ items: [] })
    expect(await listQuotes(other.db, { limit: 10 })).toMatchObject({ items: [] })
    expect(await sample(other)).toBe('Quotes: 13 clients and 30 quotes')
    const { items } = await listQuotes(world.ctx.db, { limit: 200, status: 'sent' })
    const { items: theirs } = await listQuotes(other.db, { limit: 200, status: 'sent' })
    // Those of one instant come in the order of their random ids.
    const numbers = (list: typeof items) => list.map(({ number }) => number).toSorted()
    expect(numbers(theirs)).toEqual(numbers(items))
    const quoteId = items[0]?.id ?? ''
    await expect(readQuote(other.db, quoteId)).rejects.toMatchObject({ code: 'QUOTE_UNKNOWN' })
    const act = { quoteId, act: 'accept', now: world.clock.now() } as const
    await expect(other.transaction((tx) => actOnQuote(tx.db, act))).rejects.toMatchObject({ code: 'QUOTE_UNKNOWN' })
    expect(await readQuote(world.ctx.db, quoteId)).toMatchObject({ status: 'sent' })
    expect((await world.get('/quotes?limit=200')).json.items).toHaveLength(30)
  })
})

describe.each(STORES)('the check of Quotes on %s', (store) => {
  it('names a quote that stays in sending, and the way out', async () => {
    await using world = await openWorld(store, '2026-08-03T07:00:00Z')
    const client = await world.post('/clients', { name: 'Boulangerie Lefèvre', email: 'camille@lefevre.example' })
    const lines = [{ description: 'Pose', quantity: 1, unitPrice: 100 }]
    const { id } = (await world.post('/quotes', { clientId: client.json.id, title: 'Travaux', lines })).json
    await world.loseSending(id)
    expect(await sendingsGoOn.probe(world.ctx)).toBeUndefined()
    await world.passTime(HOUR_MS + 1)
    await expect(sendingsGoOn.probe(world.ctx)).rejects.toThrow(`quote ${id} is being sent for over an hour`)
  })
})
