import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { weeklySummary } from '../src/summary/jobs.ts'
import { openWorld, SELLER, STORES, type World } from './world.ts'

const DAY_MS = 86_400_000

describe.each(STORES)('quotes.weekly-summary on %s', (store) => {
  let world: World
  beforeEach(async () => {
    // Monday, eight o'clock in Paris.
    world = await openWorld(store, '2026-08-03T06:00:00Z')
    await world.put('/seller', { ...SELLER, summaryRecipient: 'chef@entreprise.example' })
  })
  afterEach(() => world[Symbol.asyncDispose]())

  async function send(unitPrice: number, answer?: 'accept' | 'refuse', currency = 'EUR'): Promise<void> {
    const clientId = (await world.post('/clients', { name: 'Domaine de Valcourt', email: 'cave@valcourt.example' }))
      .json.id
    const lines = [{ description: 'x', quantity: 1, unitPrice }]
    const { id } = (await world.post('/quotes', { clientId, title: 'x', lines, currency })).json
    await world.post(`/quotes/${id}/send`)
    await world.settle()
    if (answer !== undefined) await world.post(`/quotes/${id}/${answer}`)
  }

  it('counts the last whole week, with amounts, conversion rate and the biggest open quotes', async () => {
    await send(1000, 'accept')
    await send(500, 'refuse')
    await send(250, 'accept', 'CHF')
    await send(8000)
    await send(90)
    await world.passTime(7 * DAY_MS)
    await send(77_777, 'accept')
    expect(await world.run(weeklySummary, {})).toEqual({
      week: '2026-W32',
      sent: 5,
      accepted: 2,
      refused: 1,
      expired: 0,
      conversionPermille: 667,
    })
    const mail = (await world.outbox()).find(({ to }) => to === 'chef@entreprise.example')
    const text = mail?.text.replace(/[\u00a0\u202f]/g, ' ') ?? ''
    expect(mail?.subject).toBe('Devis : résumé de la semaine du 3 août 2026 au 9 août 2026')
    expect(text).toContain('Envoyés | 5 | 250,00 CHF + 9 590,00 €')
    expect(text).toContain('Acceptés | 2 | 250,00 CHF + 1 000,00 €')
    expect(text).toContain('Refusés | 1 | 500,00 €')
    expect(text).toContain('Expirés | 0 | -')
    expect(text).toContain('66,7 %')
    expect(text).toMatch(/D-2026-0004 Domaine de Valcourt : 8 000,00 €.*\nD-2026-0005 Domaine de Valcourt : 90,00 €/)
  })

  it('is mailed once a week, however often it runs', async () => {
    await world.run(weeklySummary, {})
    await world.run(weeklySummary, {})
    expect(await world.outbox()).toHaveLength(1)
    await world.passTime(7 * DAY_MS)
    await world.run(weeklySummary, {})
    expect(await world.outbox()).toHaveLength(2)
  })

  it('says in words that nothing happened', async () => {
    await world.run(weeklySummary, {})
    const [mail] = await world.outbox()
    expect(mail?.text).toContain("Aucun devis n'a été décidé cette semaine")
    expect(mail?.text).toContain("Aucun devis n'est en attente.")
  })
})

describe('quotes.weekly-summary in English', () => {
  it('is written in the seller’s language', async () => {
    await using world = await openWorld('SQLite', '2026-08-03T06:00:00Z')
    await world.put('/seller', { ...SELLER, language: 'en' })
    await world.run(weeklySummary, {})
    const [mail] = await world.outbox()
    expect(mail).toMatchObject({
      to: 'devis@atelier-martin.example',
      subject: 'Quotes: summary of the week from 27 July 2026 to 2 August 2026',
    })
    expect(mail?.text).toContain('Accepted | 0 | -')
  })
})
