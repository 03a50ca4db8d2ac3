import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWorld, STORES, type World } from './world.ts'

describe.each(STORES)('changes of clients and quotes in the audit log on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const entries = async () => (await world.audit.search({ org: 'main', action: 'quotes.*' })).entries
  const client = { name: 'Mme Faure', email: 'faure@client.example', city: 'Tours' }
  const quoteFor = async (clientId: string) => {
    const lines = [{ description: 'Pose', quantity: 1, unitPrice: 10 }]
    return (await world.post('/quotes', { clientId, title: 'Chez Mme Faure', notes: 'code 4711', lines })).json.id
  }

  it('say what was before and what is after, with the object', async () => {
    const { id: clientId } = (await world.post('/clients', client)).json
    const quoteId = await quoteFor(clientId)
    const { number } = (await world.post(`/quotes/${quoteId}/send`)).json
    await world.settle()
    await world.post(`/quotes/${quoteId}/refuse`, { reason: 'trop cher' })
    const told = (await entries()).filter(
      ({ before, after }) => typeof before === 'object' || JSON.stringify(after).includes('createdAt'),
    )
    expect(told.toReversed()).toMatchObject([
      { object: { type: 'client', id: clientId }, after: { name: 'Mme Faure', email: 'faure@client.example' } },
      { object: { type: 'quote', id: quoteId }, person: clientId, after: { title: 'Chez Mme Faure', status: 'draft' } },
      { object: { type: 'quote', id: quoteId }, before: { status: 'draft' }, after: { status: 'sending', number } },
      { object: { type: 'quote', id: quoteId }, before: { status: 'sent' }, after: { answerReason: 'trop cher' } },
    ])
  })

  it('tell nothing personal any more of a client who was forgotten, and of others all', async () => {
    const { id: clientId } = (await world.post('/clients', client)).json
    const other = (await world.post('/clients', { name: 'M. Roux' })).json
    const quoteId = await quoteFor(clientId)
    await world.post(`/quotes/${quoteId}/cancel`, { reason: 'Mme Faure déménage' })
    await world.audit.forget('main', clientId)
    const left = JSON.stringify(await entries())
    for (const personal of ['Faure', 'client.example', 'Tours', '4711', 'déménage'])
      expect(left).not.toContain(personal)
    expect(left).toContain('M. Roux')
    expect(left).toContain(other.id)
    await world.audit.seal()
    expect(await world.audit.verify()).toMatchObject({ ok: true })
  })

  it('have no entry for what was refused', async () => {
    await world.post('/quotes', { clientId: crypto.randomUUID(), title: 'x', lines: [] })
    expect((await entries()).map(({ action }) => action)).toEqual(['quotes.seller.replace'])
  })
})
