import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quotes } from '../src/app.ts'
import { config } from '../src/config.ts'
import { migrations } from '../src/migrations/index.ts'
import { openWorld, STORES, type World } from './world.ts'

describe.each(STORES)('the Quotes app on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store, '2026-07-31T10:00:00Z')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  it('undoes its migration and makes it again', async () => {
    const migration = migrations['0001-quotes']
    await migration?.down?.(world.db)
    await expect(world.count('quotes_client')).rejects.toThrow()
    await migration?.up(world.db)
    expect(await world.count('quotes_client')).toBe(0)
  })

  it('puts the organisation first in every key and index', async () => {
    const first = await (store === 'SQLite' ? sqliteIndexes(world) : postgresIndexes(world))
    expect(first.length).toBeGreaterThan(12)
    expect(first.filter(({ column }) => column !== 'org_id')).toEqual([])
  })
})

type FirstColumns = readonly { readonly column: string }[]

async function sqliteIndexes(world: World): Promise<FirstColumns> {
  const { rows } = await sql<{ column: string }>`
    select c.name as "column" from sqlite_master t join pragma_index_list(t.name) i join pragma_index_info(i.name) c
    where t.type = 'table' and t.name like 'quotes\\_%' escape '\\' and c.seqno = 0`.execute(world.db)
  return rows
}

async function postgresIndexes(world: World): Promise<FirstColumns> {
  const { rows } = await sql<{ column: string }>`
    select a.attname::text as "column" from pg_index i join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where c.relname like 'quotes\\_%'`.execute(
    world.db,
  )
  return rows
}

it('asks whoever starts its work by hand for what the same work needs elsewhere', () => {
  const asked = [...quotes.jobs, ...quotes.workflows].map(({ name, permission }) => [name, permission])
  expect(Object.fromEntries(asked)).toEqual({
    'quotes.send': 'quotes.quote.send',
    'quotes.send-many': 'quotes.quote.send',
    'quotes.notice': 'quotes.quote.send',
    'quotes.notify': 'quotes.quote.send',
    'quotes.weekly-summary': 'quotes.quote.read',
  })
})

describe('the schedules of Quotes', () => {
  it('remind on weekdays at nine and sum up on Mondays at eight, by the clocks of Paris', async () => {
    await using world = await openWorld('SQLite', '2026-07-31T10:00:00Z', {}, 'scheduler')
    const next = async (name: string) =>
      (await world.engine.schedules.next(name, 3)).map((slot) => new Date(slot).toISOString())
    expect(await next('quotes.notify')).toEqual(
      ['2026-08-03', '2026-08-04', '2026-08-05'].map((day) => `${day}T07:00:00.000Z`),
    )
    expect(await next('quotes.weekly-summary')).toEqual(
      ['2026-08-03', '2026-08-10', '2026-08-17'].map((day) => `${day}T06:00:00.000Z`),
    )
  })
})

describe('the settings of Quotes', () => {
  it('have a default each', () => {
    expect(config.parse({})).toMatchObject({
      expiringSoonDays: 3,
      unansweredAfterDays: 7,
      timeZone: 'Europe/Paris',
      currency: 'EUR',
    })
  })

  it.each([
    [{ timeZone: 'Paris' }, 'must be an IANA time zone such as Europe/Paris'],
    [{ numberPrefix: 'd-' }, 'must be 1 to 8 capital letters'],
  ])('are refused with a clear sentence: %j', (wrong, message) => {
    expect(config.safeParse(wrong).error?.issues.map((issue) => issue.message)).toEqual([message])
  })

  it('name every permission that a route asks for', () => {
    const declared = Object.keys(quotes.permissions)
    expect(quotes.routes.filter(({ permission }) => !declared.includes(permission))).toEqual([])
  })
})
