import { isoOf } from '@regie/platform'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actOnQuote } from '../src/answer/store.ts'
import { personalData } from '../src/privacy/rules.ts'
import { quoteInput } from '../src/quote/model.ts'
import { createQuote } from '../src/quote/store.ts'
import type { QuotesTransaction } from '../src/regie.ts'
import { openWorld, STORES, type World } from './world.ts'

const YEAR_MS = 365 * 86_400_000

describe.each(STORES)('personal data of Quotes on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  async function purge(kind: string, years: number): Promise<number> {
    const rule = personalData.find((candidate) => candidate.kind === kind)
    if (rule === undefined) throw new Error(`no rule ${kind}`)
    return rule.purge(world.ctx, world.clock.now() - years * YEAR_MS)
  }

  async function newClient(name: string): Promise<string> {
    const client = {
      name,
      contactName: name,
      email: 'someone@client.example',
      phone: '02 47',
      address: 'x',
      city: 'Tours',
      siren: '812345671',
    }
    return (await world.post('/clients', client)).json.id
  }

  async function newQuote(clientId: string, answer?: 'accept' | 'refuse'): Promise<string> {
    const lines = [{ description: 'x', quantity: 1, unitPrice: 10 }]
    const { id } = (await world.post('/quotes', { clientId, title: 'Chez Mme Faure', notes: 'privé', lines })).json
    if (answer === undefined) return id
    await world.post(`/quotes/${id}/send`)
    await world.settle()
    await world.post(`/quotes/${id}/${answer}`, { reason: 'mon voisin est moins cher' })
    return id
  }

  it('erases who a prospect was three years after the last contact, and keeps the figures', async () => {
    const clientId = await newClient('Mme Faure')
    const quoteId = await newQuote(clientId, 'refuse')
    await world.passTime(3 * YEAR_MS - 1)
    expect(await purge('client-prospect', 3)).toBe(0)
    await world.passTime(2)
    expect(await purge('client-prospect', 3)).toBe(1)
    const client = (await world.get(`/clients/${clientId}`)).json
    expect(client).toMatchObject({
      name: 'Anonyme',
      contactName: null,
      email: null,
      phone: null,
      address: null,
      siren: null,
    })
    expect(client.anonymisedAt).toBe(isoOf(world.clock.now()))
    const quote = (await world.get(`/quotes/${quoteId}`)).json
    expect(quote).toMatchObject({
      title: 'Anonyme',
      notes: null,
      answerReason: null,
      netCents: 1000,
      status: 'refused',
    })
    expect(await purge('client-prospect', 3)).toBe(0)
    const refused = await world.post('/quotes', {
      clientId,
      title: 'x',
      lines: [{ description: 'x', quantity: 1, unitPrice: 1 }],
    })
    expect(refused).toMatchObject({ status: 409, json: { code: 'CLIENT_ANONYMISED' } })
  })

  it('keeps who accepted a quote for ten years', async () => {
    const clientId = await newClient('M. Bernardin')
    await newQuote(clientId, 'accept')
    await world.passTime(4 * YEAR_MS)
    expect(await purge('client-prospect', 3)).toBe(0)
    expect(await purge('client-customer', 10)).toBe(0)
    await world.passTime(7 * YEAR_MS)
    expect(await purge('client-customer', 10)).toBe(1)
    expect((await world.get(`/clients/${clientId}`)).json.name).toBe('Anonyme')
  })

  it('counts a new quote as contact', async () => {
    const clientId = await newClient('Mme Traoré')
    await world.passTime(2 * YEAR_MS)
    await newQuote(clientId)
    await world.passTime(2 * YEAR_MS)
    expect(await purge('client-prospect', 3)).toBe(0)
  })

  it('deletes quotes with all their parts after ten years', async () => {
    const old = await newQuote(await newClient('Mme Faure'), 'accept')
    await world.passTime(9 * YEAR_MS)
    const young = await newQuote(await newClient('M. Roux'))
    await world.passTime(2 * YEAR_MS)
    expect(await purge('quote', 10)).toBe(1)
    expect((await world.get(`/quotes/${old}`)).status).toBe(404)
    expect((await world.get(`/quotes/${young}`)).status).toBe(200)
    expect(await world.count('quotes_line')).toBe(1)
  })

  /** Purges while a change is under way, which is committed once the purge waits for it. */
  async function purgeDuring(kind: string, years: number, change: (tx: QuotesTransaction) => Promise<unknown>) {
    const [begun, purging] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const changing = world.ctx.transaction(async (tx) => {
      await change(tx)
      begun.resolve()
      await purging.promise
    })
    await begun.promise
    const purged = purge(kind, years)
    // On SQLite its transaction waits for its turn.
    if (store === 'PostgreSQL') await expect.poll(() => world.waitsForLocks()).toBe(true)
    purging.resolve()
    await changing
    return purged
  }

  it('spares a quote that is changed, and a client who is made a quote, in the moment of the purge', async () => {
    const quoteId = await newQuote(await newClient('Mme Faure'))
    await world.passTime(11 * YEAR_MS)
    const cancel = (tx: QuotesTransaction) =>
      actOnQuote(tx.db, { quoteId, act: 'cancel', reason: null, now: world.clock.now() })
    expect(await purgeDuring('quote', 10, cancel)).toBe(0)
    expect((await world.get(`/quotes/${quoteId}`)).json).toMatchObject({ status: 'cancelled' })

    const clientId = await newClient('M. Roux')
    await world.passTime(4 * YEAR_MS)
    const lines = [{ description: 'x', quantity: 1, unitPrice: 10 }]
    const make = (tx: QuotesTransaction) =>
      createQuote(tx.db, world.clock.now(), quoteInput.parse({ clientId, title: 'x', lines }), world.ctx.config)
    await purgeDuring('client-prospect', 3, make)
    expect((await world.get(`/clients/${clientId}`)).json).toMatchObject({ name: 'M. Roux', anonymisedAt: null })
  })

  it('leaves nothing in the audit log of who was anonymised, nor of a quote that was deleted, and the log holds', async () => {
    const prospect = await newClient('Mme Faure')
    await newQuote(prospect, 'refuse')
    const customer = await newClient('M. Bernardin')
    await newQuote(customer, 'accept')
    const entries = async () => (await world.audit.search({ org: 'main', action: 'quotes.*' }, { limit: 200 })).entries
    const told = async () => JSON.stringify(await entries())
    const about = async (id: string) =>
      (await entries()).filter(({ object, person }) => [object?.id, person].includes(id))
    expect(await about(prospect)).toHaveLength(4)
    await world.passTime(3 * YEAR_MS + 1)
    expect(await purge('client-prospect', 3)).toBe(1)
    const left = await about(prospect)
    expect(left).toHaveLength(4)
    for (const { before, after } of left) expect([before, after]).toEqual([undefined, undefined])
    expect(JSON.stringify(await about(customer))).toContain('mon voisin est moins cher')
    await world.passTime(8 * YEAR_MS)
    expect(await purge('quote', 10)).toBe(2)
    expect(await told()).not.toMatch(/Chez Mme Faure|privé|mon voisin/)
    expect(await purge('client-prospect', 10)).toBe(1)
    expect(await told()).not.toMatch(/Bernardin|client\.example|Tours|812345671/)
    await world.audit.seal()
    expect(await world.audit.verify()).toMatchObject({ ok: true })
  })

  it('names a rule, a purpose and a time for each kind', () => {
    expect(personalData.map(({ kind, keep }) => [kind, keep])).toEqual([
      ['client-prospect', '1095d'],
      ['client-customer', '3653d'],
      ['quote', '3653d'],
      ['seller', '3653d'],
    ])
  })
})
