import { expect, test } from 'vitest'
import { send } from './request.testing.ts'
import { startTestServer } from './server.testing.ts'

const order = '/api/v1/shop/orders/o-1'
const origin = 'https://app.example.com'
const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }

test('without configuration nothing is said to other sites', async () => {
  await using world = await startTestServer()
  const answer = await send(world.address, order, { method: 'OPTIONS', headers: { origin, ...preflight } })
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  expect(answer.headers).not.toHaveProperty('vary')
  expect((await send(world.address, order, { method: 'POST', headers: { origin } })).status).toBe(403)
})

test('a configured origin may ask, and its browser keeps the permission', async () => {
  await using world = await startTestServer({ corsOrigins: [origin] })
  const asked = await send(world.address, order, { method: 'OPTIONS', headers: { origin, ...preflight } })
  expect(asked).toMatchObject({ status: 204, body: '' })
  expect(asked.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, X-Request-Id',
    'access-control-max-age': '7200',
    vary: 'Origin',
  })
  const headers = { origin, 'sec-fetch-site': 'cross-site' }
  const done = await send(world.address, order, { method: 'POST', headers })
  expect(done.status).toBe(201)
  expect(done.headers['access-control-allow-origin']).toBe(origin)
  expect(done.headers['access-control-expose-headers']).toContain('Retry-After')
})

test.each(['https://app.example.com.evil.example', 'http://app.example.com', 'https://app.example.com:444', 'null'])(
  'the origin %s is another one',
  async (other) => {
    await using world = await startTestServer({ corsOrigins: [origin] })
    const asked = await send(world.address, order, { method: 'OPTIONS', headers: { origin: other, ...preflight } })
    expect(asked.headers).not.toHaveProperty('access-control-allow-origin')
    // A cache must not give this answer to the configured origin.
    expect(asked.headers.vary).toBe('Origin')
    const done = await send(world.address, order, { method: 'POST', headers: { origin: other } })
    expect(done.json).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' })
    expect(world.seen).toEqual([])
  },
)

test('a refusal can be read by the configured origin as well', async () => {
  await using world = await startTestServer({ corsOrigins: [origin] })
  const answer = await send(world.address, '/api/v1/nothing', { headers: { origin } })
  expect(answer.status).toBe(404)
  expect(answer.headers['access-control-allow-origin']).toBe(origin)
})

test('browsers are told to keep to https only where people come by https', async () => {
  await using plain = await startTestServer()
  expect((await send(plain.address, '/page')).headers).not.toHaveProperty('strict-transport-security')
  await using safe = await startTestServer({ publicUrl: 'https://regie.example.com' })
  expect((await send(safe.address, '/page')).headers['strict-transport-security']).toBe(
    'max-age=31536000; includeSubDomains',
  )
})
