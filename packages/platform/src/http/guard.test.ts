import { afterEach, beforeEach, expect, test } from 'vitest'
import { send } from './request.testing.ts'
import { startTestServer, type TestServer } from './server.testing.ts'

let world: TestServer
let address = ''

beforeEach(async () => {
  world = await startTestServer()
  address = world.address
})
afterEach(() => world[Symbol.asyncDispose]())

const order = '/api/v1/shop/orders/o-1'

const port = () => new URL(address).port

test.each(['evil.example', 'evil.example:7070', '192.168.1.9', 'localhost.evil.example', 'evil@localhost'])(
  'the Host %j is refused',
  async (host) => {
    const answer = await send(address, '/api/v1/shop/orders', { headers: { host } })
    expect(answer.json).toMatchObject({ status: 421, code: 'HOST_REFUSED' })
  },
)

test.each(['localhost', 'regie.localhost:7070', '[::1]:7070', '127.0.0.1'])('the Host %j is served', async (host) => {
  expect((await send(address, '/api/v1/shop/orders', { headers: { host } })).status).toBe(200)
})

test.each(['https://evil.example', 'null', 'http://localhost:1'])(
  'nothing is changed from the Origin %j',
  async (origin) => {
    const answer = await send(address, order, { method: 'POST', headers: { origin } })
    expect(answer.json).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' })
    expect(world.seen).toEqual([])
  },
)

test('a cross-site request without an Origin is refused as well', async () => {
  expect((await send(address, order, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
})

test.each(['127.0.0.1', 'localhost'])('our own page may change things, opened as %s', async (name) => {
  const host = `${name}:${port()}`
  const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
  expect((await send(address, order, { method: 'POST', headers })).status).toBe(201)
})

test('every answer has the security headers and an id', async () => {
  for (const path of ['/page?name=x', '/api/v1/shop/orders', '/nothing']) {
    const { headers } = await send(address, path)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    for (const own of ["base-uri 'none'", "frame-ancestors 'none'"])
      expect(headers['content-security-policy']).toContain(own)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    if (path !== '/page?name=x') expect(headers['content-type']).toMatch(/json; charset=utf-8$/)
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test("a well-formed id of the client's is kept, another replaced", async () => {
  const idFor = async (id: string) =>
    (await send(address, '/page', { headers: { 'x-request-id': id } })).headers['x-request-id']
  expect(await idFor('trace-12345')).toBe('trace-12345')
  expect(await idFor('<script>')).not.toContain('<')
})
