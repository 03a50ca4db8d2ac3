import { fakeClock } from '@regie/engine/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, pack, STORES, type TestPlatform } from '../app/platform.testing.ts'
import type { Principal } from '../auth/principal.ts'
import { send } from '../http/request.testing.ts'
import { people, person } from '../realtime/realtime.testing.ts'

const known: Record<string, Principal> = {
  operator: person('operator', ['runs.read', 'runs.manage', 'runs.everywhere']),
  member: person('member', ['runs.read', 'runs.manage']),
  counter: person('counter', ['runs.everywhere']),
  // What a role gives is not asked of a guest.
  guest: { ...person('guest', ['*'], 'away'), guest: true },
}

describe.each(STORES)('runs of other organisations, on %s', (store) => {
  const clock = fakeClock(Date.UTC(2026, 10, 28))
  let world: TestPlatform
  let address = ''
  let own = 0
  let foreign = 0
  beforeEach(async () => {
    world = await openTestPlatform({ store, clock, env: { REGIE_ROLES: 'api' }, identity: people(known) })
    address = (await world.platform.start()).address ?? ''
    const { engine } = world.platform
    own = (await engine.enqueue(pack, { orderId: 'at home' })).id
    foreign = (await engine.enqueue(pack, { orderId: 'elsewhere' }, { org: 'away' })).id
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const get = async (who: string, path: string) => {
    const { status, json } = await send(address, path, { headers: { cookie: `session=${who}` } })
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    return { status, json: json as any }
  }
  const list = async (who: string, filter: string, at = 'runs') =>
    get(who, `/api/v1/${at}?filter=${encodeURIComponent(filter)}`)
  const ids = async (who: string, filter: string) =>
    (await list(who, filter)).json.items.map(({ id }: { readonly id: number }) => id)
  const looks = async () =>
    (await world.platform.audit.search({ org: 'main', action: 'runs.read-elsewhere' }, {})).entries

  test('whoever operates the server finds them by `org:`, and each look is recorded', async () => {
    expect(await ids('operator', '')).toEqual([own])
    expect(await ids('operator', 'org:main')).toEqual([own])
    expect(await looks()).toEqual([])
    expect(await ids('operator', 'org:away')).toEqual([foreign])
    expect(await ids('operator', 'org:away job:shop.pack')).toEqual([foreign])
    expect(await ids('operator', 'org:*')).toEqual([foreign, own])
    expect(await ids('operator', '-org:main')).toEqual([foreign])
    expect((await list('operator', 'org:away', 'runs/count')).json).toEqual({ count: 1 })
    expect((await get('operator', `/api/v1/runs/${foreign}`)).json).toMatchObject({ id: foreign, org: 'away' })
    expect((await get('operator', `/api/v1/runs/${foreign}/logs`)).status).toBe(200)
    expect((await get('operator', `/api/v1/runs/${foreign}/history`)).status).toBe(200)
    expect((await looks()).map(({ actor, object, after }) => [actor.id, object?.id, after])).toEqual([
      ['operator', '*', { filter: 'org:*' }],
      ['operator', 'away', { filter: 'org:away' }],
    ])
    await clock.advance(600_000)
    await get('operator', `/api/v1/runs/${foreign}/result`)
    expect((await looks())[0]).toMatchObject({ object: { id: 'away' }, after: { run: foreign } })
  })

  test('errors are seen as well, each with its organisation', async () => {
    const { engine } = world.platform
    await engine.start({ roles: ['worker'] })
    const failing = await engine.enqueue(pack, { orderId: 'x', fail: true }, { org: 'away' })
    await engine.runs.wait(failing.id)
    expect((await list('operator', '', 'errors')).json.items).toEqual([])
    expect((await list('operator', 'org:away', 'errors')).json.items).toMatchObject([{ org: 'away', count: 1 }])
    expect((await list('operator', 'org:* state:failed', 'errors')).json.items).toMatchObject([{ org: 'away' }])
    expect((await list('member', 'org:away', 'errors')).status).toBe(403)
  })

  test('nobody else does, and nobody changes them from here', async () => {
    for (const who of ['member', 'counter', 'guest'])
      for (const filter of ['org:*', `org:${who === 'guest' ? 'main' : 'away'}`, '-org:nobody'])
        for (const at of ['runs', 'runs/count', 'errors', 'workflows'])
          expect((await list(who, filter, at)).status, `${who} ${filter} ${at}`).toBe(403)
    for (const who of ['member', 'counter'])
      expect((await get(who, `/api/v1/runs/${foreign}`)).json).toMatchObject({ status: 404, code: 'RUN_UNKNOWN' })
    expect((await get('guest', `/api/v1/runs/${own}`)).status).toBe(404)
    const as = { headers: { cookie: 'session=operator' } }
    const change = (path: string, body: object) =>
      send(address, path, {
        method: 'POST',
        headers: { ...as.headers, origin: address, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await change(`/api/v1/runs/${foreign}/retry`, {})).status).toBe(404)
    expect((await change('/api/v1/runs/bulk', { act: 'cancel', filter: 'org:away' })).json).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('command line'),
    })
    expect((await world.platform.engine.runs.get(foreign)).state).toBe('queued')
  })
})
