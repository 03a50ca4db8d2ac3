import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stuckSending } from '../src/sending/jobs.ts'
import { openWorld, STORES, type World } from './world.ts'

const MINUTE_MS = 60_000

describe.each(STORES)('sending a quote on %s', (store) => {
  let world: World
  let quoteId: string
  beforeEach(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
    const client = { name: 'Hôtel <b>de la Plage</b>', email: 'direction@plage.example' }
    const clientId = (await world.post('/clients', client)).json.id
    const lines = [{ description: 'Pose <script>', quantity: '12.4', unit: 'm²', unitPrice: '94.90', discount: 5 }]
    quoteId = (await world.post('/quotes', { clientId, title: 'Salle & bar', lines })).json.id
  })
  afterEach(() => world[Symbol.asyncDispose]())

  async function status(): Promise<string> {
    return (await world.get(`/quotes/${quoteId}`)).json.status
  }

  it('mails its lines and totals as text and as HTML in which everything is escaped', async () => {
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    const [mail] = await world.outbox()
    expect(mail?.subject).toBe('Devis D-2026-0001 de Atelier Martin : Salle & bar')
    const text = mail?.text.replace(/[\u00a0\u202f]/g, ' ')
    expect(text).toContain('Pose <script> (-5 %) | 12,4 m² | 94,90 € | 20 % | 1 117,92 €')
    expect(text).toMatch(/Total HT \|.*1 117,92 €\nTVA 20 % \|.*223,58 €\nTotal TTC \|.*1 341,50 €/)
    expect(mail?.html).toContain('Pose &#60;script&#62;')
    expect(mail?.html).not.toMatch(/<script|<b>/)
  })

  it('is refused while nobody has said who sends them, and says where a message goes that no mail server takes', async () => {
    const { status: code, json } = await world.post(`/quotes/${quoteId}/send`)
    expect({ code, delivery: json.delivery }).toEqual({ code: 202, delivery: 'outbox' })
    await world.settle()
    expect((await world.engine.runs.get(json.runId)).result).toEqual({ outcome: 'sent', delivery: 'outbox' })
    await world[Symbol.asyncDispose]()
    world = await openWorld(store, '2026-08-03T07:00:00Z', { sellerName: 'Votre entreprise' })
    const refused = await world.post(`/quotes/${quoteId}/send`)
    expect(refused).toMatchObject({ status: 409, json: { code: 'SELLER_UNCONFIGURED' } })
    expect(refused.json.detail).toContain('apps.quotes.sellerName')
    expect(refused.json.detail).not.toContain('sellerEmail,')
  })

  it('gives the quote back as a draft when its address is none, and keeps the number', async () => {
    await world.breakAddress(quoteId)
    const { number } = (await world.post(`/quotes/${quoteId}/send`)).json
    await world.settle()
    expect(await status()).toBe('draft')
    expect(await world.failures()).toMatchObject([{ job: 'quotes.send', error: { code: 'QUOTE_UNDELIVERABLE' } }])
    await world.mendAddress(quoteId, 'new@plage.example')
    expect((await world.post(`/quotes/${quoteId}/send`)).json.number).toBe(number)
    await world.settle()
    expect(await status()).toBe('sent')
    expect(await world.outbox()).toMatchObject([{ to: 'new@plage.example' }])
  })

  it('tries again while the mail does not work, then gives the quote back', async () => {
    const mend = await world.breakOutbox()
    const { runId } = (await world.post(`/quotes/${quoteId}/send`)).json
    await world.settle()
    for (let attempt = 1; attempt < 8; attempt++) {
      expect(await world.engine.runs.get(runId)).toMatchObject({ state: 'scheduled', attempts: { length: attempt } })
      expect(await status()).toBe('sending')
      await world.passTime(5 * MINUTE_MS)
      // Not until it leaves `scheduled`: it may have failed and been put off again before anybody looks.
      while ((await world.engine.runs.get(runId)).attempts.length === attempt) await setImmediate()
      await world.settle()
    }
    expect(await world.engine.runs.get(runId)).toMatchObject({
      state: 'failed',
      error: { code: 'QUOTE_UNDELIVERABLE' },
    })
    expect(await status()).toBe('draft')
    await mend()
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    expect(await status()).toBe('sent')
  })

  it('enqueues again what has been sending for fifteen minutes without a run', async () => {
    await world.loseSending(quoteId)
    await world.settle()
    expect(await status()).toBe('sending')
    const before = (minutes: number) => world.clock.now() - minutes * MINUTE_MS
    expect(await stuckSending.release(world.ctx, before(15))).toBe(0)
    await world.passTime(16 * MINUTE_MS)
    expect(await stuckSending.release(world.ctx, before(15))).toBe(1)
    await world.settle()
    expect(await status()).toBe('sent')
    expect(await world.outbox()).toHaveLength(1)
    expect(await stuckSending.release(world.ctx, before(15))).toBe(0)
  })

  it('does nothing twice when a finished sending is run again', async () => {
    const { runId } = (await world.post(`/quotes/${quoteId}/send`)).json
    await world.settle()
    await world.engine.runs.retry(runId)
    await world.settle()
    expect(await status()).toBe('sent')
    expect(await world.outbox()).toHaveLength(1)
  })
})
