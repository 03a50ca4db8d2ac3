import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { notify } from '../src/notice/jobs.ts'
import { personalData } from '../src/privacy/rules.ts'
import { sample } from '../src/sample.ts'
import { weeklySummary } from '../src/summary/jobs.ts'
import { openWorld, STORES, type World } from './world.ts'

const DAY_MS = 86_400_000

describe.each(STORES)('the sample data on %s', (store) => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  // Any weekday, month end, year's turn or clock change must do: people try the sample when they like.
  describe.each(['2026-08-03T07:00:00Z', '2026-08-08T12:00:00Z', '2027-01-02T23:30:00Z', '2026-03-29T01:30:00Z'])(
    'at %s',
    (now) => {
      beforeEach(async () => {
        world = await openWorld(store, now)
      })

      const purgeAll = () =>
        Promise.all(
          personalData.map(({ keep, purge }) =>
            purge(world.ctx, world.clock.now() - Number.parseInt(keep, 10) * DAY_MS),
          ),
        )

      it('fills an empty organisation once and gives every task something to do', async () => {
        expect(await sample(world.ctx)).toBe('Quotes: 13 clients and 30 quotes')
        expect(await sample(world.ctx)).toBe('Quotes: has clients already, nothing added')
        expect(await world.count('quotes_client')).toBe(13)
        expect(await world.count('quotes_quote')).toBe(30)
        expect(await world.outbox()).toEqual([])
        await world.settle()
        const [failed] = await world.failures()
        expect(failed).toMatchObject({ error: { code: 'QUOTE_UNKNOWN' } })
        // Whoever repairs its input replays it to success.
        const [open] = (await world.get('/quotes?status=viewed&limit=1')).json.items
        const { items } = (await world.get(`/quotes/${open.id}/history`)).json
        expect(items.map(({ status }: { status: string }) => status)).toEqual(['draft', 'sent', 'viewed'])
        const { id = 0, input } = failed ?? {}
        await world.engine.runs.retry(id, { input: { ...(input as object), quoteId: open.id } })
        await world.settle()
        expect(await world.engine.runs.get(id)).toMatchObject({ state: 'succeeded', result: { outcome: 'sent' } })
        const [mail] = await world.outbox()
        expect(mail).toMatchObject({ to: 'devis@atelier-martin.example' })

        const told = await world.run(notify, {})
        expect(told).toMatchObject({ expiring: 4, expired: 3 })
        expect(told?.unanswered).toBeGreaterThanOrEqual(3)
        expect(await world.outbox()).toHaveLength(1 + (told?.mails ?? -1))
        expect(await purgeAll()).toEqual([1, 0, 0, 0])
        expect(await purgeAll()).toEqual([0, 0, 0, 0])
        const week = await world.run(weeklySummary, {})
        expect(week).toMatchObject({ accepted: 2, refused: 1, sent: expect.any(Number) })
      })

      it('goes on numbering where the sample ended', async () => {
        await sample(world.ctx)
        const { items } = (await world.get('/quotes?status=draft&limit=1')).json
        const sent = await world.post(`/quotes/${items[0].id}/send`)
        expect(sent.status).toBe(202)
        await world.settle()
        const all = (await world.get('/quotes?limit=200')).json.items as readonly { number: string | null }[]
        const numbers = all.flatMap(({ number }) => (number === null ? [] : [number]))
        expect(new Set(numbers).size).toBe(26)
      })
    },
  )
})
