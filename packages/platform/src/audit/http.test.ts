import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform, wait } from '../app/platform.testing.ts'
import { auditWriter } from '../app/services.ts'
import { operatorOf } from '../auth/acting.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { SYSTEM } from '../auth/principal.ts'
import { send, sendJson } from '../http/request.testing.ts'

interface View {
  readonly action: string
  readonly actor: { readonly name?: string }
  readonly sequence?: number
}

describe.each(STORES)('changes over HTTP in the audit log on %s', (store) => {
  let world: TestPlatform
  let address = ''
  const entries = async (query = '') =>
    ((await send(address, `/api/v1/audit${query}`)).json as { items: readonly View[] }).items
  const refuseEntries = () =>
    sql
      .raw(
        store === 'SQLite'
          ? `create trigger refuse before insert on platform_audit begin select raise(abort, 'refused'); end`
          : 'alter table platform_audit add constraint refuse check (false) not valid',
      )
      .execute(world.platform.database.kysely())

  beforeEach(async () => {
    world = await openTestPlatform({ identity: openIdentity('main'), store })
    address = (await world.platform.start()).address ?? ''
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('a change has one entry, in which an app may say what became of it, and it is sealed within a second', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-request-id': 'request-0001',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
    const body = JSON.stringify({ id: 'o1', buyer: 'Jeanne' })
    expect((await send(address, '/api/v1/shop/orders', { method: 'POST', headers, body })).status).toBe(201)
    expect(await entries()).toMatchObject([
      {
        action: 'shop.orders.create',
        actor: { kind: 'user', id: 'operator', name: 'Operator' },
        object: { type: 'order', id: 'o1' },
        after: { buyer: 'Jeanne' },
        requestId: 'request-0001',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
    ])
    await expect.poll(async () => (await entries()).map(({ sequence }) => sequence)).toEqual([1])
  })

  test('whose entries to look for is found by name: members, keys, the system, and who is in the log only', async () => {
    await sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne' })
    const actors = async (query: string) => (await send(address, `/api/v1/audit/actors?${query}`)).json
    expect(await actors('text=OPER')).toEqual({ items: [{ kind: 'user', id: 'operator', name: 'Operator' }] })
    expect(await actors('text=reg')).toEqual({ items: [{ kind: 'system', id: 'system', name: 'Regie' }] })
    expect(await actors('id=operator')).toMatchObject({ items: [{ name: 'Operator' }] })
    expect(await actors('text=nobody')).toEqual({ items: [] })
    const owner = operatorOf('main')
    const made = { email: 'ada@example.com', name: 'Ada', password: 'three wise geese', roles: ['owner'] }
    const { id } = await world.platform.identity.users.create(owner, made)
    expect(await actors('text=ada@exa')).toEqual({
      items: [{ kind: 'user', id, name: 'Ada', email: 'ada@example.com' }],
    })
  })

  test('an erasure finds what a request said of somebody whom only the app knows', async () => {
    await sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne' })
    expect(await world.platform.audit.forget('main', 'Jeanne')).toBe(1)
    expect((await send(address, '/api/v1/audit?action=shop.*')).body).not.toMatch(/after|buyer/)
  })

  test('what was refused and rolled back leaves no entry', async () => {
    await sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne', fail: true })
    await sendJson(address, '/api/v1/shop/orders', { id: '' })
    await send(address, '/api/v1/runs/4711', { method: 'DELETE' })
    expect(await entries()).toEqual([])
  })

  test('what an app says of a change that was rolled back is not the entry of what is done after it', async () => {
    const { audit, engine } = world.platform
    const by = { org: 'main', actor: SYSTEM }
    await audit.accompany({ ...by, action: 'test.change', after: { asked: true } }, async () => {
      const attempt = engine.transaction(async (tx) => {
        await audit.detail(auditWriter(tx), { ...by, app: 'shop' }, { after: { told: true } })
        throw new Error('no')
      })
      await expect(attempt).rejects.toThrow('no')
      await engine.schedules.pause('shop.pack')
    })
    expect(await entries()).toMatchObject([{ action: 'test.change', after: { asked: true } }])
  })

  test('operations of the engine are entered with what they were asked', async () => {
    const { id } = await world.platform.engine.enqueue(wait, {})
    await send(address, `/api/v1/runs/${id}?reason=enough`, { method: 'DELETE' })
    await sendJson(address, '/api/v1/schedules/shop.pack/pause', { reason: 'prices are wrong' })
    expect(await entries()).toMatchObject([
      {
        ...{ action: 'schedules.pause', object: { type: 'schedule', id: 'shop.pack' } },
        after: { reason: 'prices are wrong' },
      },
      { action: 'runs.cancel', object: { type: 'run', id: String(id) }, after: { reason: 'enough' } },
    ])
  })

  test('what cannot be entered is not done', async () => {
    await refuseEntries()
    const refused = [
      await sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne' }),
      await send(address, '/api/v1/schedules/shop.pack/pause', { method: 'POST' }),
      await send(address, '/api/v1/schedules/shop.pack/run', { method: 'POST' }),
      await send(address, '/api/v1/audit/verify', { method: 'POST' }),
    ]
    for (const { status, json } of refused) expect([status, json]).toMatchObject([503, { code: 'AUDIT_FAILED' }])
    expect((await send(address, '/api/v1/shop/orders')).json).toEqual({ orders: [] })
    expect((await send(address, '/api/v1/runs')).json).toEqual({ items: [] })
    const [schedule] = (await world.platform.engine.schedules.list()).filter(({ name }) => name === 'shop.pack')
    expect(schedule?.pausedAt).toBeUndefined()
  })

  test('work that fails after a first change says so in a second entry', async () => {
    const { audit, engine } = world.platform
    const entry = { org: 'main', actor: { kind: 'user', id: 'u', name: 'U' }, action: 'two.steps' } as const
    const failing = audit.accompany(entry, async () => {
      await engine.schedules.pause('shop.pack')
      throw Object.assign(new Error('no'), { code: 'NO' })
    })
    await expect(failing).rejects.toThrow('no')
    expect(await entries()).toMatchObject([{ action: 'two.steps', after: { failed: 'NO' } }, { action: 'two.steps' }])
  })

  test('work that says it did only a part is told as such, and work that did nothing is not told of', async () => {
    const { audit, engine } = world.platform
    const entry = { org: 'main', actor: { kind: 'user', id: 'u', name: 'U' }, action: 'two.steps' } as const
    const partly = (work: () => Promise<void>) => audit.accompany(entry, work, { succeeded: () => false })
    await partly(async () => {})
    expect(await entries()).toEqual([])
    await partly(() => engine.schedules.pause('shop.pack'))
    expect(await entries()).toMatchObject([{ after: { failed: 'INCOMPLETE' } }, { action: 'two.steps' }])
  })

  test('the search finds by actor, action, object, time and text, in pages', async () => {
    const { audit } = world.platform
    for (const [index, name] of ['Ann', 'Bob', 'Cid'].entries()) {
      await audit.record(undefined, {
        org: 'main',
        actor: { kind: 'user', id: `u${index}`, name },
        action: index === 0 ? 'a.one' : 'b.two',
        object: { type: 'thing', id: `${index}` },
        after: { note: `100%_${name}` },
      })
    }
    await audit.record(undefined, { org: 'other', actor: { kind: 'user', id: 'u0', name: 'Dan' }, action: 'a.one' })
    const ids = async (query: string) => (await entries(query)).map(({ actor }) => actor.name)
    expect(await ids('')).toEqual(['Cid', 'Bob', 'Ann'])
    expect(await ids('?actor=u1')).toEqual(['Bob'])
    expect(await ids('?action=b.*')).toEqual(['Cid', 'Bob'])
    expect(await ids('?action=a.one')).toEqual(['Ann'])
    expect(await ids('?action=%25*')).toEqual([])
    expect(await ids('?object=thing:2')).toEqual(['Cid'])
    expect(await ids('?object=thing')).toEqual(['Cid', 'Bob', 'Ann'])
    expect(await ids('?text=0%25_BOB')).toEqual(['Bob'])
    expect(await ids('?to=2020-01-01')).toEqual([])
    expect(await ids('?from=2020-01-01&limit=1')).toEqual(['Cid'])
    const first = (await send(address, '/api/v1/audit?limit=2')).json as { next: string }
    expect(await ids(`?limit=2&cursor=${first.next}`)).toEqual(['Ann'])
    expect((await send(address, '/api/v1/audit?cursor=x')).json).toMatchObject({ code: 'CURSOR_INVALID' })
  })

  test('an entry of another organisation is unknown', async () => {
    const { audit } = world.platform
    const actor = { kind: 'user', id: 'u', name: 'U' } as const
    const mine = await audit.record(undefined, { org: 'main', actor, action: 'a.b' })
    const other = await audit.record(undefined, { org: 'other', actor, action: 'a.b' })
    expect((await send(address, `/api/v1/audit/${mine}`)).json).toMatchObject({ id: mine })
    expect((await send(address, `/api/v1/audit/${other}`)).json).toMatchObject({ status: 404, code: 'AUDIT_UNKNOWN' })
  })

  test('the export is lines of JSON or CSV, in which nothing is a formula, and is entered itself', async () => {
    const actor = { kind: 'user', id: 'u', name: '=1+1' } as const
    await world.platform.audit.record(undefined, { org: 'main', actor, action: 'a.b', after: { quote: '"' } })
    const lines = await send(address, '/api/v1/audit/export?action=a.b')
    expect(lines.headers['content-type']).toContain('ndjson')
    expect(
      lines.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ actor: { name: '=1+1' } }])
    const csv = await send(address, '/api/v1/audit/export?format=csv&action=a.b')
    expect(csv.body.split('\r\n')).toEqual([
      'sequence,at,id,actor_kind,actor_id,actor_name,impersonated_by,action,object_type,object_id,before,after,request_id,trace_id',
      expect.stringContaining(`,user,u,'=1+1,,a.b,,,,"{""quote"":""\\""""}",`),
      '',
    ])
    expect(await entries('?action=audit.export')).toHaveLength(2)
    expect((await send(address, '/api/v1/audit/export?format=xml')).status).toBe(400)
  })

  test('verification answers over HTTP', async () => {
    await sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne' })
    expect((await sendJson(address, '/api/v1/audit/verify', {})).json).toMatchObject({ ok: true, problems: [] })
  })

  test('secrets are taken out by the name of their field and by their shape', async () => {
    const actor = { kind: 'user', id: 'u', name: 'U' } as const
    const after = {
      password: 'hunter2',
      nested: [{ apiKey: { raw: 1 }, otp: 123456, note: 'Authorization: Bearer abcdefghijkl' }],
      url: 'smtp://me:geheim@host',
    }
    await world.platform.audit.record(undefined, { org: 'main', actor, action: 'a.b', after })
    expect(await entries()).toMatchObject([
      {
        after: {
          password: '[hidden]',
          nested: [{ apiKey: '[hidden]', otp: '[hidden]', note: 'Authorization: Bearer [hidden]' }],
          url: 'smtp://me:[hidden]@host',
        },
      },
    ])
  })
})
