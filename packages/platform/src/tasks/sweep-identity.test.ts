import { systemClock } from '@regie/engine'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { operatorOf } from '../auth/acting.ts'
import { openBrowser } from '../auth/identity.testing.ts'

const DAY_MS = 86_400_000
const ENDED = [
  ...['platform_session', 'platform_factor_session', 'platform_sso_flow', 'platform_sso_assertion'],
  ...['platform_passkey_challenge', 'platform_invitation', 'platform_verification', 'platform_sign_in_attempt'],
]

describe.each(STORES)('what the nightly task removes on %s', (store) => {
  let world: TestPlatform
  let later = 0

  beforeEach(async () => {
    later = 0
    const clock = { now: () => systemClock.now() + later, setTimer: systemClock.setTimer }
    world = await openTestPlatform({ store, clock })
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const left = async () => {
    const counts = ENDED.map(async (table) => {
      const { rows } = await sql<{ readonly count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
        world.platform.database.kysely(),
      )
      return [table, Number(rows[0]?.count)] as const
    })
    return Object.fromEntries(await Promise.all(counts))
  }
  const insert = (table: string, row: Readonly<Record<string, string | number>>) =>
    world.platform.database
      .kysely<Record<string, Record<string, string | number>>>()
      .insertInto(table)
      .values(row)
      .execute()

  test('sessions and what they showed, begun sign-ins, challenges, links and invitations go when they have ended', async () => {
    const { identity } = world.platform
    const { address = '' } = await world.platform.start()
    const given = { email: 'ada@example.com', name: 'Ada', password: 'three wise geese', roles: ['owner'] }
    const ada = await identity.users.create(operatorOf('main'), given)
    const browser = openBrowser(address)
    await browser.signIn(given.email, 'a wrong password')
    await browser.signIn('nobody@example.com', 'a wrong password')
    await browser.signIn(given.email, given.password)
    await identity.passwordLink(ada)
    await identity.invitations.invite(operatorOf('main'), { email: 'bea@example.com', roles: ['member'] })
    const [session] = await identity.sessions.list({ userId: ada.id })
    const now = systemClock.now()
    const flow = { state_hash: 's', provider_id: 'p', browser_hash: 'b', nonce: 'n', verifier: 'v', return_to: '/' }
    await insert('platform_sso_flow', { ...flow, expires_at: now + 600_000 })
    await insert('platform_sso_assertion', { provider_id: 'p', assertion_id: 'a', expires_at: now + 600_000 })
    await insert('platform_passkey_challenge', { challenge: 'c', expires_at: now + 300_000 })
    const shown = { session_id: session?.id ?? '', user_id: ada.id, method: 'totp', shown_at: now }
    await insert('platform_factor_session', shown)

    await world.runNow('privacy.purge')
    const kept = await left()
    for (const table of ENDED) expect(kept, table).toMatchObject({ [table]: expect.toSatisfy((count) => count > 0) })
    later = 31 * DAY_MS
    expect(await world.runNow('privacy.purge')).toMatchObject({ state: 'succeeded' })
    expect(await left()).toEqual(Object.fromEntries(ENDED.map((table) => [table, 0])))
  })

  test('personal data is purged in every organisation', async () => {
    await world.platform.start()
    const founder = operatorOf('main')
    const other = await world.platform.identity.installation.create(founder, { name: 'O', owner: 'o@example.com' })
    for (const org of ['main', other.id])
      await insert('shop_order', { id: `of ${org}`, org_id: org, buyer: 'Ada', placed_at: systemClock.now() })
    later = 31 * DAY_MS
    expect(await world.runNow('privacy.purge')).toMatchObject({ result: { rows: { 'shop.buyer': 2 }, total: 2 } })
  })

  test('what people kept for themselves goes with them, what they shared stays', async () => {
    const { identity, views, inbox } = world.platform
    await world.platform.start()
    const operator = operatorOf('main')
    const given = { email: 'bea@example.com', name: 'Bea', password: 'three wise geese', roles: ['member'] }
    const bea = await identity.users.create(operator, given)
    const ada = await identity.users.create(operator, { ...given, email: 'ada@example.com' })
    for (const { id } of [ada, bea]) {
      const owner = { org: 'main', id, shares: true }
      const view = { list: 'runs', filter: '', shared: false } as const
      await views.save(owner, { ...view, name: 'own' })
      const shared = await views.save(owner, { ...view, name: 'shared', shared: true })
      await views.setDefault(owner, shared.id, true)
      await inbox.notify({ org: 'main', user: id }, { title: 'Told', body: 'before' })
      // Of an organisation that they do not belong to, nobody is told anything.
      const stranger = { org: 'elsewhere', user: id }
      await inbox.notify(stranger, { title: 'Told', body: 'elsewhere' })
      expect(await inbox.list(stranger, { unread: false, limit: 1 })).toEqual({ rows: [], unread: 0 })
      await insert('platform_column_choice', { org_id: 'main', user_id: id, hidden: '{}', updated_at: 0 })
      await insert('platform_tour', { user_id: id, seen_at: 0 })
    }
    await identity.users.remove(operator, bea.id)
    await world.runNow('privacy.purge')
    const counts = async (owner: { readonly id: string }) =>
      (await views.list({ org: 'main', id: owner.id, shares: false })).map(({ name, own, isDefault }) => [
        name,
        own,
        isDefault,
      ])
    expect(await counts(bea)).toEqual(
      [
        ['shared', false, false],
        ['shared', true, false],
      ].toSorted(),
    )
    expect(await counts(ada)).toContainEqual(['own', true, false])
    expect(await counts(ada)).toContainEqual(['shared', true, true])
    const told = async (user: string) => (await inbox.list({ org: 'main', user }, { unread: false, limit: 10 })).rows
    expect([(await told(bea.id)).length, (await told(ada.id)).length]).toEqual([0, 1])
    for (const table of ['platform_column_choice', 'platform_tour']) {
      const { rows } = await sql<{ readonly user_id: string }>`select user_id from ${sql.table(table)}`.execute(
        world.platform.database.kysely(),
      )
      expect(rows, table).toEqual([{ user_id: ada.id }])
    }
  })
})
