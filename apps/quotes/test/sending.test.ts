import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requireSeller } from '../src/seller/require.ts'
import { stuckSending } from '../src/sending/jobs.ts'
import { sendMany } from '../src/sending/workflows.ts'
import { openWorld, SELLER, STORES, type World } from './world.ts'

const MINUTE_MS = 60_000
const NOBODY = '01900000-0000-7000-8000-000000000000'

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
    expect(mail?.subject).toBe("Devis D-2026-0001 d'Atelier Martin : Salle & bar")
    expect(mail?.replyTo).toBe(SELLER.email)
    const text = mail?.text.replace(/[\u00a0\u202f]/g, ' ')
    expect(text).toContain('Pose <script> (-5 %) | 12,4 m² | 94,90 € | 20 % | 1 117,92 €')
    expect(text).toMatch(/Total HT \|.*1 117,92 €\nTVA 20 % \|.*223,58 €\nTotal TTC \|.*1 341,50 €/)
    expect(mail?.html).toContain('Pose &#60;script&#62;')
    expect(mail?.html).not.toMatch(/<script|<b>/)
  })

  it('is refused while nobody has said who sends them, and says where a message goes that no e-mail server takes', async () => {
    const { status: code, json } = await world.post(`/quotes/${quoteId}/send`)
    expect({ code, delivery: json.delivery }).toEqual({ code: 202, delivery: 'outbox' })
    await world.settle()
    expect((await world.engine.runs.get(json.runId)).result).toEqual({ outcome: 'sent', delivery: 'outbox' })
    await world[Symbol.asyncDispose]()
    world = await openWorld(store, '2026-08-03T07:00:00Z')
    const refusal = await requireSeller(world.elsewhere('other').db, world.ctx.mail).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'SELLER_UNCONFIGURED', message: expect.stringContaining('quotes/seller') })
    const mail = { ...world.ctx.mail, delivery: 'mail' as const }
    await expect(requireSeller(world.ctx.db, mail)).rejects.toMatchObject({ code: 'SELLER_UNCONFIGURED' })
    await world.put('/seller', { ...SELLER, email: 'devis@atelier-martin.fr' })
    await expect(requireSeller(world.ctx.db, { ...mail, from: 'Regie <regie@localhost>' })).rejects.toThrow('MAIL_FROM')
    const sender = { ...mail, from: 'Regie <regie@atelier-martin.fr>' }
    expect(await requireSeller(world.ctx.db, sender)).toMatchObject({ name: SELLER.name })
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

  async function another(client: object, title = 'Terrasse'): Promise<string> {
    const clientId = (await world.post('/clients', { name: 'Garage Benali', ...client })).json.id
    const lines = [{ description: 'Pose', unit: 'h', quantity: 2, unitPrice: 46.5 }]
    return (await world.post('/quotes', { clientId, title, lines })).json.id
  }

  it('sends many in one workflow, in which those that fail stop no other, tells who asked, and sends none twice', async () => {
    const second = await another({ email: 'contact@benali.example' })
    const broken = await another({ email: 'atelier@benali.example' }, 'Rampe')
    await world.breakAddress(broken)
    const unreachable = await another({}, 'Escalier')
    const quoteIds = [quoteId, second, broken, unreachable]
    await world.engine.queues.pause('default')
    const { id } = await world.ctx.enqueue(sendMany, { quoteIds, tell: 'ada' })
    // Somebody else asks for the same before it has ended, in another order.
    const again = await world.post('/quotes/send-many', { quoteIds: quoteIds.toReversed() })
    expect(again).toMatchObject({ status: 202, json: { runId: id } })
    await world.engine.queues.resume('default')
    expect((await world.engine.runs.wait(id)).result).toMatchObject({
      sent: 2,
      failed: 2,
      quotes: [
        { quoteId, number: expect.stringMatching(/^D-2026-000\d$/) },
        { quoteId: second },
        { quoteId: broken, code: 'QUOTE_UNDELIVERABLE' },
        { quoteId: unreachable, code: 'CLIENT_WITHOUT_EMAIL' },
      ],
    })
    const items: readonly { readonly title: string; readonly status: string }[] = (await world.get('/quotes')).json
      .items
    const states = Object.fromEntries(items.map(({ title, status: each }) => [title, each]))
    expect(states).toEqual({ 'Salle & bar': 'sent', Terrasse: 'sent', Rampe: 'draft', Escalier: 'draft' })
    expect(await world.outbox()).toHaveLength(2)
    const told = await sql`select user_id, title, body, link from platform_notification`.execute(world.db)
    expect(told.rows).toEqual([
      {
        user_id: 'ada',
        title: '2 devis envoyés, 2 non envoyés',
        body: expect.stringMatching(/data\/outbox[\s\S]*Escalier \(Garage Benali\) : le client n’a pas d’adresse/),
        link: `/runs/${id}`,
      },
    ])
    const { clientId: person } = (await world.get(`/quotes/${second}`)).json
    const { entries } = await world.audit.search({ org: 'main', object: `quote:${second}`, text: 'sending' })
    expect(entries).toMatchObject([{ person, after: { number: expect.any(String) } }])
    const refused = (ids: readonly string[]) => world.post('/quotes/send-many', { quoteIds: ids })
    expect(await refused([quoteId, second])).toMatchObject({ status: 409, json: { code: 'QUOTE_STATE' } })
    expect(await refused([unreachable])).toMatchObject({ status: 409, json: { code: 'CLIENT_WITHOUT_EMAIL' } })
    expect(await refused([broken, NOBODY])).toMatchObject({ status: 404, json: { code: 'QUOTE_UNKNOWN' } })
    expect(await refused([])).toMatchObject({ status: 400 })
    expect(await world.outbox()).toHaveLength(2)
  })

  it('gives back as drafts what was not mailed when the sending of many is cancelled', async () => {
    const second = await another({ email: 'contact@benali.example' })
    await world.breakOutbox()
    const { status: code, json } = await world.post('/quotes/send-many', { quoteIds: [quoteId, second, second] })
    expect(code).toBe(202)
    const sendings = async () => (await world.get('/quotes?status=sending')).json.items.length
    await expect.poll(sendings).toBe(2)
    await world.engine.workflows.cancel(json.runId, 'the prices were wrong')
    expect(await world.engine.runs.wait(json.runId)).toMatchObject({ state: 'cancelled' })
    expect((await world.get('/quotes?status=draft')).json.items).toHaveLength(2)
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
