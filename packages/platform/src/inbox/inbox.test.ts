import { createECDH } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'
import { openPush } from '../push/push.testing.ts'
import { listen, openBoard, people, person } from '../realtime/realtime.testing.ts'

const wait = { interval: 10 }

/** A push service on loopback. */
async function pushService() {
  const received: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = []
  const statuses: number[] = []
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', headers: request.headers, body: await buffer(request) })
    response.writeHead(statuses.shift() ?? 201).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { received, statuses, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe.each(STORES)('inboxes on %s', (store) => {
  let board: Awaited<ReturnType<typeof openBoard>>
  let service: Awaited<ReturnType<typeof pushService>>
  const identity = people({ ada: person('ada', []), bob: person('bob', []), eve: person('ada', [], 'other') })
  beforeEach(async () => {
    service = await pushService()
    board = await openBoard({ store, identity, pushHosts: ['127.0.0.1'] })
  })
  afterEach(async () => {
    await board[Symbol.asyncDispose]()
    service.close()
  })

  const ask = (method: string, path: string, body?: object, token = 'ada') =>
    send(board.address, `/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })

  test('a notice is in the inbox of that person only, and in every open window at once', async () => {
    const mine = await listen(board.connect({ token: 'ada' }), 'me')
    const others = [
      await listen(board.connect({ token: 'bob' }), 'me'),
      await listen(board.connect({ token: 'eve' }), 'me'),
    ]
    await board.context().notify('ada', { title: 'Signed', body: 'The quote 7 was signed', link: '/quotes/7' })
    const told = { title: 'Signed', link: '/quotes/7' }
    await expect.poll(() => mine.heard.map(({ data }) => data), wait).toMatchObject([{ notification: told }])
    const { json } = await ask('GET', '/notifications')
    expect(json).toMatchObject({ unread: 1, items: [told] })
    const [{ id }] = (json as { items: [{ id: string }] }).items
    expect((await ask('GET', '/notifications', undefined, 'bob')).json).toEqual({ unread: 0, items: [] })
    expect((await ask('GET', '/notifications', undefined, 'eve')).json).toEqual({ unread: 0, items: [] })
    expect((await ask('POST', `/notifications/${id}/read`, undefined, 'bob')).json).toEqual({ unread: 0 })
    expect((await ask('POST', `/notifications/${id}/read`)).json).toEqual({ unread: 0 })
    await expect.poll(() => mine.heard.at(-1)?.data, wait).toEqual({ kind: 'read', id })
    expect((await ask('GET', '/notifications?unread=true')).json).toEqual({ unread: 0, items: [] })
    expect(others.flatMap(({ heard }) => heard)).toEqual([])
  })

  test('the list is paged, all are read at once, old ones go, and a transaction that fails tells nobody', async () => {
    const context = board.context()
    for (const title of ['1', '2', '3']) await context.notify('ada', { title })
    const failing = context.transaction(async (tx) => {
      await tx.notify('ada', { title: 'never' })
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    await expect(context.notify('ada', { title: ' ' })).rejects.toMatchObject({ code: 'NOTICE_INVALID' })
    await expect(context.notify('ada', { title: 'x', link: '//evil.example' })).rejects.toThrow('link')
    const first = (await ask('GET', '/notifications?limit=2')).json as { next: string; items: object[] }
    expect(first.items).toHaveLength(2)
    const second = (await ask('GET', `/notifications?limit=2&cursor=${first.next}`)).json
    expect(second).toEqual({ unread: 3, items: [expect.objectContaining({ title: '1' })] })
    expect((await ask('POST', '/notifications/read')).json).toEqual({ unread: 0 })
    expect(await board.platform.inbox.prune(Date.now() + 1_000)).toBe(3)
  })

  test('a browser that asked for it is pushed to; one that is gone is forgotten', async () => {
    const browser = createECDH('prime256v1')
    const p256dh = browser.generateKeys('base64url')
    const auth = Buffer.alloc(16, 1).toString('base64url')
    const subscription = (path: string) => ({
      endpoint: `${service.url}/${path}`,
      expirationTime: null,
      keys: { p256dh, auth },
    })
    const { publicKey } = (await ask('GET', '/push/key')).json as { publicKey: string }
    expect(Buffer.from(publicKey, 'base64url')).toHaveLength(65)
    const answer = await ask('POST', '/push/subscriptions', subscription('here'))
    expect(answer.status).toBe(201)
    expect(
      (await ask('POST', '/push/subscriptions', { ...subscription('x'), endpoint: 'https://intranet/x' })).json,
    ).toMatchObject({
      code: 'PUSH_ADDRESS_REFUSED',
    })
    const context = board.context()
    await context.notify('ada', { title: 'Ding' })
    await expect.poll(() => service.received.length, wait).toBe(1)
    const [message] = service.received
    expect(message).toMatchObject({ path: '/here', headers: { 'content-encoding': 'aes128gcm', ttl: '86400' } })
    expect(message?.headers.authorization).toContain(`k=${publicKey}`)
    expect(message?.body.toString('latin1')).not.toContain('Ding')
    const opened = openPush(message?.body ?? Buffer.alloc(0), browser, auth)
    expect(JSON.parse(opened)).toMatchObject({ title: 'Ding', body: '' })
    service.statuses.push(410)
    await context.notify('ada', { title: 'Dong' })
    await expect.poll(() => service.received.length, wait).toBe(2)
    await expect
      .poll(async () => await board.platform.engine.runs.count({ job: 'notify.push', state: ['succeeded'] }), wait)
      .toBe(2)
    await context.notify('ada', { title: 'Nobody' })
    expect(await board.platform.engine.runs.count({ job: 'notify.push' })).toBe(2)
    const { id } = (await ask('POST', '/push/subscriptions', subscription('again'))).json as { id: string }
    expect((await ask('DELETE', `/push/subscriptions/${id}`)).status).toBe(204)
    await context.notify('ada', { title: 'Nobody either' })
    expect(await board.platform.engine.runs.count({ job: 'notify.push' })).toBe(2)
  }, 20_000)
})
