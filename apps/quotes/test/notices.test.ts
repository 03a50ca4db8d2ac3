import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { notify, sendNotice } from '../src/notice/jobs.ts'
import { recordNotices } from '../src/notice/store.ts'
import { quoteInput } from '../src/quote/model.ts'
import { insertQuotes, quoteRows } from '../src/quote/store.ts'
import { sample } from '../src/sample.ts'
import type { Mail } from './mail.ts'
import { openWorld, STORES, type World } from './world.ts'

const DAY_MS = 86_400_000

// Monday, nine o'clock in Paris.
const START = '2026-08-03T07:00:00Z'

describe.each(STORES)('quotes.notify on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store, START)
  })
  afterEach(() => world[Symbol.asyncDispose]())

  /** Sends a quote now and answers its id. */
  async function send(validityDays: number, more: object = {}): Promise<string> {
    const client = { name: 'Garage Benali', contactName: 'Karim Benali', email: 'karim@benali.example', ...more }
    const clientId = (await world.post('/clients', client)).json.id
    const lines = [{ description: 'Escalier', quantity: 1, unitPrice: 1000 }]
    const quoteId = (await world.post('/quotes', { clientId, title: 'Escalier', validityDays, lines })).json.id
    await world.post(`/quotes/${quoteId}/send`)
    await world.settle()
    return quoteId
  }

  async function newMails(): Promise<readonly Mail[]> {
    const known = new Set(seen)
    const fresh = (await world.outbox()).filter(({ file }) => !known.has(file))
    seen = [...known, ...fresh.map(({ file }) => file)]
    return fresh
  }
  let seen: readonly string[] = []
  beforeEach(() => {
    seen = []
  })

  async function statusOf(quoteId: string): Promise<string> {
    return (await world.get(`/quotes/${quoteId}`)).json.status
  }

  it('tells client and seller once of a quote that expires soon', async () => {
    await send(10)
    await newMails()
    await world.passTime(6 * DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 0, expired: 0, unanswered: 0, mails: 0 })
    await world.passTime(DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 1, expired: 0, unanswered: 0, mails: 2 })
    const mails = await newMails()
    expect(mails.map(({ to }) => to).toSorted()).toEqual(['devis@atelier-martin.example', 'karim@benali.example'])
    expect(mails.find(({ to }) => to.startsWith('karim'))?.subject).toContain('expire le 13 août 2026')
    await world.passTime(DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 0, expired: 0, unanswered: 0, mails: 0 })
    expect(await newMails()).toEqual([])
  })

  it('reminds in every organisation, each by a run of its own', async () => {
    const { id: org } = await world.found('Second')
    await sample(world.elsewhere(org))
    // Without a scheduler nobody has written the schedules down yet.
    await world.engine.schedules.tick()
    const runs = await world.engine.schedules.runEach('quotes.notify')
    expect(runs.map((run) => run.org).toSorted()).toEqual([org, 'main'].toSorted())
    await world.settle()
    const results = new Map<string, unknown>()
    for (const run of runs) results.set(run.org, (await world.engine.runs.get(run.runId)).result)
    expect(results.get('main')).toMatchObject({ mails: 0 })
    expect(results.get(org)).toMatchObject({ mails: expect.toSatisfy((mails: number) => mails > 0) })
    expect((await newMails()).length).toBeGreaterThan(0)
  })

  it('makes a quote expired the day after its last one and tells the seller', async () => {
    const quoteId = await send(2)
    await world.run(notify, {})
    await newMails()
    await world.passTime(2 * DAY_MS)
    await world.run(notify, {})
    expect(await statusOf(quoteId)).toBe('sent')
    await world.passTime(DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 0, expired: 1, unanswered: 0, mails: 1 })
    expect(await statusOf(quoteId)).toBe('expired')
    expect(await newMails()).toMatchObject([
      { to: 'devis@atelier-martin.example', subject: expect.stringContaining('expiré') },
    ])
    expect(await world.run(notify, {})).toMatchObject({ expired: 0, mails: 0 })
  })

  it('recalls a quote to its client once, after seven working days, in the client’s language', async () => {
    await send(60, {
      name: 'Northgate Ltd',
      contactName: 'Emily Carter',
      email: 'emily@northgate.example',
      language: 'en',
    })
    await newMails()
    // Eight days later is a Tuesday: six working days.
    await world.passTime(8 * DAY_MS)
    expect(await world.run(notify, {})).toMatchObject({ unanswered: 0 })
    await world.passTime(DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 0, expired: 0, unanswered: 1, mails: 1 })
    const mails = await newMails()
    expect(mails).toMatchObject([
      { to: 'emily@northgate.example', subject: expect.stringContaining('Have you had time to read') },
    ])
    expect(mails[0]?.text).toContain('Dear Emily Carter')
    expect(await world.run(notify, {})).toMatchObject({ unanswered: 0 })
  })

  it('leaves answered quotes alone', async () => {
    const accepted = await send(2)
    const refused = await send(40)
    await world.post(`/quotes/${accepted}/accept`)
    await world.post(`/quotes/${refused}/refuse`)
    await newMails()
    await world.passTime(20 * DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 0, expired: 0, unanswered: 0, mails: 0 })
    expect(await statusOf(accepted)).toBe('accepted')
    expect(await newMails()).toEqual([])
  })

  it('does not remind of both silence and end on one day', async () => {
    await send(12)
    await newMails()
    await world.passTime(10 * DAY_MS)
    expect(await world.run(notify, {})).toEqual({ expiring: 1, expired: 0, unanswered: 0, mails: 2 })
  })

  it('records a notice once, whoever comes first', async () => {
    const quoteId = await send(2)
    const due = [{ quoteId, period: '2026-08-05' }]
    const notice = { kind: 'expiring', due, now: world.clock.now() } as const
    const recorded = await Promise.all([1, 2, 3].map(() => world.ctx.transaction((tx) => recordNotices(tx.db, notice))))
    expect(recorded.flat()).toEqual(due)
    expect(await world.run(notify, {})).toMatchObject({ expiring: 0, mails: 0 })
  })

  it('leaves neither notice nor mail behind when its transaction fails', async () => {
    const quoteId = await send(2)
    await newMails()
    const notice = { kind: 'expiring', due: [{ quoteId, period: '2026-08-05' }], now: 0 } as const
    const failing = world.ctx.transaction(async (tx) => {
      await recordNotices(tx.db, notice)
      await tx.enqueue(sendNotice, { quoteId, kind: 'expiring', audience: 'client', period: '2026-08-05' })
      throw new Error('the power went')
    })
    await expect(failing).rejects.toThrow('the power went')
    await world.settle()
    expect(await newMails()).toEqual([])
    expect(await world.run(notify, {})).toMatchObject({ expiring: 1, mails: 2 })
  })

  it('does not mail what is answered before the mail’s turn', async () => {
    const quoteId = await send(2)
    await newMails()
    await world.post(`/quotes/${quoteId}/accept`)
    const outcome = await world.run(sendNotice, { quoteId, kind: 'expiring', audience: 'client', period: '2026-08-05' })
    expect(outcome).toEqual({ outcome: 'obsolete', status: 'accepted' })
    expect(await newMails()).toEqual([])
  })

  it('tells of more quotes than fit in one page', async () => {
    const clientId = (await world.post('/clients', { name: 'Mairie', email: 'mairie@client.example' })).json.id
    const input = quoteInput.parse({ clientId, title: 'x', lines: [{ description: 'x', quantity: 1, unitPrice: 1 }] })
    const issued = { status: 'sent', issued_on: '2026-08-03', valid_until: '2026-08-05' } as const
    const made = Array.from({ length: 250 }, () => {
      const rows = quoteRows(world.clock.now(), input, world.ctx.config)
      return { ...rows, quote: { ...rows.quote, ...issued } }
    })
    await insertQuotes(world.ctx.db, made)
    await world.passTime(3 * DAY_MS)
    const { id } = await world.ctx.enqueue(notify, {})
    expect((await world.engine.runs.wait(id)).result).toMatchObject({ expired: made.length, mails: made.length })
  })

  it('tells of the others when one mail cannot be sent', async () => {
    const bad = await send(2)
    const good = await send(2, { email: 'good@client.example' })
    await world.breakAddress(bad)
    await newMails()
    expect(await world.run(notify, {})).toMatchObject({ expiring: 2, mails: 4 })
    const clients = (await newMails()).map(({ to }) => to).filter((to) => to !== 'devis@atelier-martin.example')
    expect(clients).toEqual(['good@client.example'])
    expect(await statusOf(good)).toBe('sent')
  })
})
