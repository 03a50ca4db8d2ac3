import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'
import { operatorOf } from './acting.ts'
import { type Browser, openBrowser } from './identity.testing.ts'

const PASSWORD = 'three wise geese'

interface Listed {
  readonly items: readonly { readonly id: string; readonly userId: string; readonly email: string }[]
  readonly next?: string
}

describe.each(STORES)('the sessions of an organisation, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  let ada: Browser
  let bea: Browser
  let beaId = ''

  const signedIn = async (email: string) => {
    const browser = openBrowser(address)
    expect((await browser.signIn(email, PASSWORD)).status).toBe(200)
    return browser
  }
  const person = (name: string, role: string) =>
    world.platform.identity.users.create(operatorOf('main'), {
      ...{ email: `${name}@example.com`, name, password: PASSWORD },
      roles: [role],
    })
  const list = async (query = '', browser = ada) =>
    (await browser.call('GET', `/api/v1/sessions${query}`)).json as Listed
  const isIn = async (browser: Browser) => (await browser.call('GET', '/api/v1/me')).status === 200

  beforeEach(async () => {
    world = await openTestPlatform({ store })
    address = (await world.platform.start()).address ?? ''
    await person('ada', 'owner')
    ;({ id: beaId } = await person('bea', 'member'))
    ada = await signedIn('ada@example.com')
    bea = await signedIn('bea@example.com')
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('are listed by page, all or those of one member, and ended, by who may', async () => {
    await signedIn('bea@example.com')
    expect((await list()).items.map(({ email }) => email)).toEqual([
      ...['bea@example.com', 'bea@example.com', 'ada@example.com'],
    ])
    const first = await list(`?user=${beaId}&limit=1`)
    expect(first.items).toHaveLength(1)
    const second = await list(`?user=${beaId}&limit=1&cursor=${first.next}`)
    expect(second.items).toMatchObject([{ userId: beaId }])
    expect(second).not.toHaveProperty('next')
    expect((await bea.call('GET', '/api/v1/sessions')).status).toBe(403)
    const own = first.items[0]?.id
    expect((await bea.call('DELETE', `/api/v1/sessions/${own}`)).status).toBe(403)
    for (const { id } of [...first.items, ...second.items])
      expect((await ada.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204)
    expect(await isIn(bea)).toBe(false)
    expect((await ada.call('DELETE', `/api/v1/sessions/${own}`)).status).toBe(404)
  })

  test('when one is ended, its live connections are closed at once, with a code of their own', async () => {
    const cookie = [...bea.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/connection/websocket`, { headers: { cookie } })
    await once(socket, 'open')
    const answered = once(socket, 'message')
    socket.send(JSON.stringify({ id: 1, connect: {} }))
    await answered
    const closed = once(socket, 'close')
    const [session] = (await list(`?user=${beaId}`)).items
    await ada.call('DELETE', `/api/v1/sessions/${session?.id}`)
    // Long before it is asked again by itself.
    expect(await Promise.race([closed, setTimeout(15_000, ['not closed'])])).toMatchObject([3503, expect.anything()])
  })

  test('of a member who works in another organisation are none of its business', async () => {
    const { identity, database } = world.platform
    const other = await identity.installation.create(operatorOf('main'), { name: 'Other', owner: 'cleo@example.com' })
    await database
      .kysely<{ platform_member: { org_id: string; user_id: string; roles: string; created_at: number } }>()
      .insertInto('platform_member')
      .values({ org_id: other.id, user_id: beaId, roles: '["member"]', created_at: 1 })
      .execute()
    expect((await list(`?user=${beaId}`)).items).toHaveLength(1)
    const [{ id = '' } = {}] = (await list(`?user=${beaId}`)).items
    expect((await bea.call('PUT', '/api/v1/me/organisation', { id: other.id })).status).toBe(200)
    expect((await list(`?user=${beaId}`)).items).toEqual([])
    expect((await list()).items.map(({ userId }) => userId)).not.toContain(beaId)
    expect((await ada.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(404)
    expect(await isIn(bea)).toBe(true)
  })

  test('of a user who is no member are unknown', async () => {
    expect((await ada.call('GET', '/api/v1/sessions?user=01890a5d-ac96-774b-bcce-b302099a8057')).json).toMatchObject({
      status: 404,
      code: 'USER_UNKNOWN',
    })
  })

  test('one signs out everywhere, or everywhere else', async () => {
    const [second, third] = [await signedIn('bea@example.com'), await signedIn('bea@example.com')]
    expect((await bea.call('DELETE', '/api/v1/me/sessions?keepThis=true')).json).toEqual({ ended: 2 })
    expect([await isIn(bea), await isIn(second), await isIn(third)]).toEqual([true, false, false])
    expect((await bea.call('DELETE', '/api/v1/me/sessions?keepThis=perhaps')).status).toBe(400)
    expect((await bea.call('DELETE', '/api/v1/me/sessions')).json).toEqual({ ended: 1 })
    expect([await isIn(bea), await isIn(ada)]).toEqual([false, true])
  })

  test('one signs out everywhere oneself: no key and nobody through whose eyes one looks does', async () => {
    const key = await world.key()
    expect((await send(address, '/api/v1/me/sessions', { method: 'DELETE', headers: key })).status).toBe(403)
    expect((await ada.call('POST', `/api/v1/users/${beaId}/impersonate`, {})).status).toBe(200)
    expect((await ada.call('DELETE', '/api/v1/me/sessions')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect(await isIn(bea)).toBe(true)
  })
})
