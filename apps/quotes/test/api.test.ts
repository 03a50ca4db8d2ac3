import { isoOf } from '@regie/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, STORES, type World } from './world.ts'

const CLIENT = { name: 'Boulangerie Lefèvre', contactName: 'Camille Lefèvre', email: 'camille@lefevre.example' }
const LINES = [
  { description: 'Fenêtre posée', quantity: '4', unitPrice: '612.50', vatRate: '5.5' },
  { description: 'Pose', unit: 'h', quantity: 2.5, unitPrice: 46.5, discount: 10 },
]
const NO_ID = '01890a5d-ac96-774b-bcce-b302099a8057'

describe.each(STORES)('the Quotes API on %s', (store) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(store, '2026-08-03T07:00:00Z')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  async function newClient(more: object = {}): Promise<string> {
    return (await world.post('/clients', { ...CLIENT, ...more })).json.id
  }

  async function newQuote(clientId: string, more: object = {}): Promise<string> {
    return (await world.post('/quotes', { clientId, title: 'Travaux', lines: LINES, ...more })).json.id
  }

  it('adds a client and shows it', async () => {
    const made = await world.post('/clients', CLIENT)
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ ...CLIENT, country: 'FR', language: 'fr', phone: null })
    const shown = await world.get(`/clients/${made.json.id}`)
    expect(shown).toMatchObject({ status: 200, json: made.json })
  })

  it('finds clients by name and quotes by number, title and client, whatever the accents and capitals', async () => {
    const clientId = await newClient({ name: 'Élan & Cie' })
    const quoteId = await newQuote(clientId, { title: 'Toiture 100 %' })
    const clients = async (q: string) => (await world.get(`/clients?q=${encodeURIComponent(q)}`)).json.items
    expect(await clients('ELAN &')).toMatchObject([{ id: clientId }])
    expect(await clients('%')).toEqual([])
    for (const q of ['toiture', '100 %', 'élan'])
      expect((await world.get(`/quotes?q=${encodeURIComponent(q)}`)).json.items).toMatchObject([{ id: quoteId }])
    expect((await world.get('/quotes?q=T_iture')).json.items).toEqual([])
  })

  it('changes a client: what is not given is forgotten, and the list follows its name', async () => {
    const clientId = await newClient({ name: 'Aaron', phone: '01 02 03 04 05' })
    const changed = await world.put(`/clients/${clientId}`, { name: 'Zacharie', email: 'z@client.example' })
    expect(changed).toMatchObject({ status: 200, json: { id: clientId, name: 'Zacharie', phone: null } })
    expect((await world.get(`/clients/${clientId}`)).json).toEqual(changed.json)
    const { json } = await world.get('/clients?limit=200')
    expect(json.items.at(-1).name).toBe('Zacharie')
    const nobody = await world.put(`/clients/${NO_ID}`, { name: 'x' })
    expect(nobody).toMatchObject({ status: 404, json: { code: 'CLIENT_UNKNOWN' } })
  })

  it('changes no client whose data was erased', async () => {
    const clientId = await newClient()
    await world.ctx.db.updateTable('quotes_client').set({ anonymised_at: 1 }).where('id', '=', clientId).execute()
    const refused = await world.put(`/clients/${clientId}`, { name: 'Back again' })
    expect(refused).toMatchObject({ status: 409, json: { code: 'CLIENT_ANONYMISED' } })
    expect((await world.get(`/clients/${clientId}`)).json.name).not.toBe('Back again')
  })

  it('drafts a quote with its amounts and shows it', async () => {
    const made = await world.post('/quotes', {
      clientId: await newClient(),
      title: 'Fenêtres',
      notes: 'Sous réserve',
      lines: LINES,
    })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      status: 'draft',
      number: null,
      clientName: CLIENT.name,
      notes: 'Sous réserve',
      validityDays: 30,
      netCents: 255_463,
      vatCents: 13_475 + 2093,
      grossCents: 271_031,
      vat: [
        { rate: '5.5', baseCents: 245_000, vatCents: 13_475 },
        { rate: '20', baseCents: 10_463, vatCents: 2093 },
      ],
    })
    expect(made.json.lines[1]).toEqual({
      description: 'Pose',
      unit: 'h',
      quantity: '2.5',
      unitPrice: '46.5',
      discount: '10',
      vatRate: '20',
      netCents: 10_463,
    })
    expect(await world.get(`/quotes/${made.json.id}`)).toMatchObject({ status: 200, json: made.json })
  })

  it('changes a draft in the version that was read, refuses who comes second, and tells the audit log both', async () => {
    const clientId = await newClient()
    const quoteId = await newQuote(clientId, { validityDays: 12, currency: 'CHF' })
    const first = (await world.get(`/quotes/${quoteId}`)).json
    expect(first.version).toBe(1)
    const lines = [{ description: 'Pose', unit: 'h', quantity: '3', unitPrice: '50' }]
    const changed = await world.put(`/quotes/${quoteId}`, { clientId, title: 'Autre objet', lines, version: 1 })
    expect(changed).toMatchObject({
      status: 200,
      json: {
        version: 2,
        title: 'Autre objet',
        netCents: 15_000,
        validityDays: 12,
        currency: 'CHF',
        lines: [{ unit: 'h' }],
      },
    })
    expect(changed.json.lines).toHaveLength(1)
    const late = await world.put(`/quotes/${quoteId}`, { clientId, title: 'Trop tard', lines, version: 1 })
    expect(late).toMatchObject({ status: 409, json: { code: 'QUOTE_CHANGED' } })
    expect(await world.post(`/quotes/${quoteId}/send`, { version: 1 })).toMatchObject({ status: 409 })
    expect((await world.get(`/quotes/${quoteId}`)).json).toEqual(changed.json)
    const { entries } = await world.audit.search({ org: 'main', object: `quote:${quoteId}` }, { limit: 10 })
    expect(entries.find(({ before }) => before !== undefined)).toMatchObject({
      before: { title: 'Travaux' },
      after: { title: 'Autre objet' },
    })
    expect((await world.post(`/quotes/${quoteId}/send`, { version: 2 })).status).toBe(202)
    await world.settle()
    const frozen = await world.put(`/quotes/${quoteId}`, { clientId, title: 'Gelé', lines, version: 2 })
    expect(frozen).toMatchObject({ status: 409, json: { code: 'QUOTE_STATE' } })
  })

  it('deletes a draft that was never sent, with its lines, and nothing else', async () => {
    const quoteId = await newQuote(await newClient())
    expect((await world.delete(`/quotes/${quoteId}?version=7`)).json).toMatchObject({ code: 'QUOTE_CHANGED' })
    expect((await world.delete(`/quotes/${quoteId}?version=1`)).status).toBe(204)
    expect((await world.get(`/quotes/${quoteId}`)).status).toBe(404)
    const left = await world.ctx.db
      .selectFrom('quotes_line')
      .where('quote_id', '=', quoteId)
      .select('position')
      .execute()
    expect(left).toEqual([])
    const sent = await newQuote(await newClient())
    await world.post(`/quotes/${sent}/send`)
    await world.settle()
    expect((await world.delete(`/quotes/${sent}`)).json).toMatchObject({ code: 'QUOTE_STATE' })
  })

  it('numbers, freezes and mails a quote', async () => {
    const quoteId = await newQuote(await newClient())
    const draft = (await world.get(`/quotes/${quoteId}`)).json
    const sent = await world.post(`/quotes/${quoteId}/send`)
    expect(sent).toMatchObject({ status: 202, json: { issuedOn: '2026-08-03', validUntil: '2026-09-02' } })
    expect(sent.json.number).toMatch(/^D-2026-\d{4}$/)
    await world.settle()
    const after = (await world.get(`/quotes/${quoteId}`)).json
    expect(after).toMatchObject({ status: 'sent', number: sent.json.number, sentAt: isoOf(world.clock.now()) })
    expect(after).toMatchObject({ lines: draft.lines, vat: draft.vat, grossCents: draft.grossCents })
    const mail = (await world.outbox()).filter(({ subject }) => subject.includes(sent.json.number))
    expect(mail).toHaveLength(1)
    expect(mail[0]).toMatchObject({ to: CLIENT.email })
    expect(mail[0]?.text).toContain('2 septembre 2026')
  })

  it('gives numbers without gaps, also when sendings are refused or made at the same time', async () => {
    const clientId = await newClient()
    const silent = await newQuote(await newClient({ email: null }))
    const quoteIds = await Promise.all(Array.from({ length: 6 }, () => newQuote(clientId)))
    const before = await lastNumber()
    const answers = await Promise.all(
      [...quoteIds, silent, ...quoteIds].map((quoteId) => world.post(`/quotes/${quoteId}/send`)),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(6).fill(202), ...Array(7).fill(409)])
    const numbers = answers.filter(({ status }) => status === 202).map(({ json }) => Number(json.number.slice(-4)))
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6].map((step) => before + step))
    await world.settle()
  })

  async function lastNumber(): Promise<number> {
    const quoteId = await newQuote(await newClient())
    const { json } = await world.post(`/quotes/${quoteId}/send`)
    return Number(json.number.slice(-4))
  }

  it('records an answer once', async () => {
    const quoteId = await newQuote(await newClient())
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    const accepted = await world.post(`/quotes/${quoteId}/accept`, { reason: 'Bon pour accord' })
    expect(accepted).toMatchObject({
      status: 200,
      json: { status: 'accepted', answerReason: 'Bon pour accord', closedAt: isoOf(world.clock.now()) },
    })
    const again = await world.post(`/quotes/${quoteId}/refuse`)
    expect(again).toMatchObject({ status: 409, json: { code: 'QUOTE_STATE' } })
    expect(again.json.message).toContain('a quote that is accepted does not allow "refuse"')
  })

  it('takes a request for changes, then a refusal', async () => {
    const quoteId = await newQuote(await newClient())
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    expect(await world.post(`/quotes/${quoteId}/request-changes`)).toMatchObject({
      json: { status: 'changes_requested' },
    })
    expect(await world.post(`/quotes/${quoteId}/refuse`)).toMatchObject({ json: { status: 'refused' } })
  })

  it('cancels a draft and keeps it from being sent', async () => {
    const quoteId = await newQuote(await newClient())
    expect(await world.post(`/quotes/${quoteId}/cancel`)).toMatchObject({
      status: 200,
      json: { status: 'cancelled', number: null },
    })
    expect(await world.post(`/quotes/${quoteId}/send`)).toMatchObject({ status: 409, json: { code: 'QUOTE_STATE' } })
  })

  it('lists quotes page by page, newest first, each once', async () => {
    const clientId = await newClient()
    const made: string[] = []
    for (let count = 0; count < 5; count++) {
      world.clock.advance(1)
      made.push(await newQuote(clientId))
    }
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { json } = await world.get(`/quotes?clientId=${clientId}&limit=2${cursor}`)
      expect(json.items.length).toBeLessThanOrEqual(2)
      seen.push(...json.items.map((quote: { id: string }) => quote.id))
      if (json.next === undefined) break
      cursor = `&cursor=${json.next}`
    }
    expect(seen).toEqual(made.toReversed())
  })

  it('lists quotes by client, total and last change, page by page, and takes no place of another order', async () => {
    const [zoe, emile] = [await newClient({ name: 'Zoé Sorted' }), await newClient({ name: 'Émile Sorted' })]
    const made: string[] = []
    for (const [clientId, unitPrice] of [
      [zoe, 5],
      [emile, 5],
      [zoe, 90],
    ] as const) {
      world.clock.advance(1)
      made.push(await newQuote(clientId, { lines: [{ description: 'Pose', quantity: 1, unitPrice }] }))
    }
    const order = async (sort: string): Promise<readonly number[]> => {
      const seen: number[] = []
      for (let cursor = ''; ; ) {
        const { json } = await world.get(`/quotes?q=sorted&limit=2&sort=${sort}${cursor}`)
        seen.push(...json.items.map((quote: { id: string }) => made.indexOf(quote.id)))
        if (json.next === undefined) return seen
        cursor = `&cursor=${json.next}`
        expect(await world.get(`/quotes?limit=2&sort=-created${cursor}`)).toMatchObject({ status: 400 })
      }
    }
    expect(await order('created')).toEqual([0, 1, 2])
    expect(await order('client')).toEqual([1, 0, 2])
    expect(await order('-client')).toEqual([2, 0, 1])
    expect(await order('-total')).toEqual([2, 1, 0])
    world.clock.advance(1)
    await world.post(`/quotes/${made[0]}/cancel`)
    expect(await order('changed')).toEqual([1, 2, 0])
  })

  it('lists quotes of one status', async () => {
    const clientId = await newClient()
    const cancelled = await newQuote(clientId)
    await newQuote(clientId)
    await world.post(`/quotes/${cancelled}/cancel`)
    const { json } = await world.get(`/quotes?clientId=${clientId}&status=cancelled`)
    expect(json.items.map((quote: { id: string }) => quote.id)).toEqual([cancelled])
  })

  it('lists clients by name as people sort it, accents or not', async () => {
    for (const name of ['éclair', 'Zoé', 'Eclipse', 'abeille']) await newClient({ name })
    const names: string[] = []
    for (let cursor = ''; ; ) {
      const { json } = await world.get(`/clients?limit=3${cursor}`)
      names.push(...json.items.map((client: { name: string }) => client.name))
      if (json.next === undefined) break
      cursor = `&cursor=${json.next}`
    }
    const ours = names.filter((name) => ['éclair', 'Zoé', 'Eclipse', 'abeille'].includes(name))
    expect(ours).toEqual(['abeille', 'éclair', 'Eclipse', 'Zoé'])
  })

  it.each([
    ['GET', '/clients/nobody', 400, 'clientId must be the id of a client'],
    ['GET', `/clients/${NO_ID}`, 404, 'no client has the id'],
    ['GET', `/quotes/${NO_ID}`, 404, 'no quote has the id'],
    ['POST', `/quotes/${NO_ID}/accept`, 404, 'no quote has the id'],
    ['POST', `/quotes/${NO_ID}/send`, 404, 'no quote has the id'],
    ['GET', '/quotes?limit=0', 400, 'limit must be at least 1'],
    ['GET', '/quotes?limit=many', 400, 'limit must be a whole number from 1 to 200'],
    ['GET', '/quotes?cursor=nonsense', 400, 'cursor was not made by this list'],
    ['GET', '/clients?cursor=WyJhIl0', 400, 'cursor was not made by this list'],
    ['GET', '/quotes?status=lost', 400, 'status must be one of draft'],
  ] as const)('%s %s answers %i: %s', async (method, path, status, message) => {
    const answer = method === 'GET' ? await world.get(path) : await world.post(path)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.json)).toContain(message)
  })

  it('refuses a quote for a client it does not know, and bad lines, with the reason at the field', async () => {
    const unknown = await world.post('/quotes', { clientId: NO_ID, title: 'x', lines: LINES })
    expect(unknown).toMatchObject({ status: 404, json: { code: 'CLIENT_UNKNOWN' } })
    const bad = await world.post('/quotes', { clientId: NO_ID, title: 'x', lines: [{ ...LINES[0], quantity: -1 }] })
    expect(bad).toMatchObject({
      status: 400,
      json: { errors: { 'lines.0.quantity': ['quantity must be more than 0'] } },
    })
  })

  it('refuses a last day that is over, and what is no date', async () => {
    const quoteId = await newQuote(await newClient())
    const past = await world.post(`/quotes/${quoteId}/send`, { validUntil: '2026-08-02' })
    expect(past).toMatchObject({ status: 422, json: { code: 'VALIDITY_PAST' } })
    const odd = await world.post(`/quotes/${quoteId}/send`, { validUntil: '2026-02-30' })
    expect(odd).toMatchObject({
      status: 400,
      json: { errors: { validUntil: ['validUntil must be a date such as 2026-09-30'] } },
    })
    const today = await world.post(`/quotes/${quoteId}/send`, { validUntil: '2026-08-03' })
    expect(today).toMatchObject({ status: 202, json: { validUntil: '2026-08-03' } })
    await world.settle()
  })

  it('refuses clients that are not right, saying why', async () => {
    const answer = await world.post('/clients', { name: '', email: 'no', siren: '12', language: 'de', colour: 'red' })
    expect(answer.status).toBe(400)
    expect(answer.json.errors).toMatchObject({
      name: ['name must not be empty'],
      email: ['email must be an address such as name@example.com'],
      siren: ['siren must be nine digits'],
      language: ['language must be "fr" or "en"'],
    })
  })
})
