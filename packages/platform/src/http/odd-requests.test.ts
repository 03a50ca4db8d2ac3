import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { knownMethods } from './methods.ts'
import { send, sendJson } from './request.testing.ts'
import { startTestServer, type TestServer } from './server.testing.ts'

let world: TestServer
let address = ''

beforeEach(async () => {
  world = await startTestServer()
  address = world.address
})
afterEach(() => world[Symbol.asyncDispose]())

const order = '/api/v1/shop/orders/o-1'

test.each([
  ['{"lines":', 'JSON_INVALID'],
  ['nonsense', 'JSON_INVALID'],
  ['{"__proto__":{"admin":true}}', 'JSON_INVALID'],
  ['{"lines":[{"name":"x","price":1,"__proto__":{"a":1}}]}', 'JSON_INVALID'],
  ['{"constructor":{"prototype":{"admin":true}}}', 'JSON_INVALID'],
  [`{"lines":${'['.repeat(64)}${']'.repeat(64)}}`, 'JSON_TOO_DEEP'],
])('the body %s is %s', async (body, code) => {
  const answer = await send(address, order, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(answer.json).toMatchObject({ status: 400, code })
  expect(({} as { admin?: true }).admin).toBeUndefined()
})

test('brackets within strings do not count as depth', async () => {
  const answer = await sendJson(address, order, { lines: [{ name: '[{"'.repeat(100), price: 1 }] })
  expect(answer.status).toBe(201)
})

test('a body that is null, or reaches for a prototype, is refused as what it is', async () => {
  const post = (body: string) =>
    send(address, order, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect((await post('null')).json).toMatchObject({ status: 400, message: 'The body must be a JSON object.' })
  expect((await post('{"__proto__":{}}')).json).toMatchObject({ message: expect.stringContaining('a field __proto__') })
})

test.each(['__proto__', 'constructor', 'prototype'])('the query field %s is refused', async (name) => {
  expect((await send(address, `/api/v1/shop/orders?${name}=1`)).json).toMatchObject({
    status: 400,
    code: 'INPUT_INVALID',
  })
})

test.each([
  ['application/json; charset=latin1', 415],
  ['application/json;charset="UTF-8"', 201],
])('a body of the type %s is answered with %i', async (type, status) => {
  const headers = { 'content-type': type }
  expect((await send(address, order, { method: 'POST', headers, body: '{}' })).status).toBe(status)
})

test('a slash at the end of an address means nothing', async () => {
  expect((await send(address, '/api/v1/shop/orders/')).json).toEqual((await send(address, '/api/v1/shop/orders')).json)
  expect((await send(address, '/api/v1/shop/orders/', { method: 'DELETE' })).status).toBe(405)
})

test('another content type is 415 and tells the right one', async () => {
  const answer = await send(address, order, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' })
  expect(answer.json).toMatchObject({
    status: 415,
    code: 'MEDIA_TYPE_UNSUPPORTED',
    message: expect.stringContaining('application/json'),
  })
})

test('a body that is no UTF-8 is refused, and so is a compressed one', async () => {
  const headers = { 'content-type': 'application/json' }
  const body = Buffer.from('7b22636f6c6f72223a22ff227d', 'hex')
  expect((await send(address, order, { method: 'POST', headers, body })).json).toMatchObject({
    status: 400,
    code: 'JSON_INVALID',
  })
  const packed = { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: '{}' }
  expect((await send(address, order, packed)).json).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' })
})

test.each(['\0', '\ud800'])('text that a database does not keep is refused wherever it stands: %j', async (name) => {
  const { json } = await sendJson(address, order, { lines: [{ name, price: 1 }] })
  expect(json).toMatchObject({ status: 400, issues: [{ path: 'lines.0.name', code: 'invalid_text' }] })
})

test('NUL in the address is refused', async () => {
  for (const path of ['/api/v1/shop/errors/a%00', '/api/v1/shop/orders?limit=%00']) {
    expect((await send(address, path)).json).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
  }
})

test('a body over 1 MiB is 413', async () => {
  const answer = await sendJson(address, order, { lines: [{ name: 'x'.repeat(1_048_576), price: 1 }] })
  expect(answer.json).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
})

test('an unknown address is 404, a known one with another method 405 with Allow', async () => {
  expect((await send(address, '/api/v1/nothing')).json).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  const answer = await send(address, order, { method: 'DELETE' })
  expect(answer.json).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  expect(answer.headers.allow).toBe('POST, OPTIONS')
})

test('Allow names each method once, where two addresses of a kind answer', () => {
  const methods = knownMethods()
  methods.add('GET', '/runs/count')
  methods.add('GET', '/runs/:id')
  methods.add('DELETE', '/runs/:id')
  expect(methods.of('/runs/count')).toEqual(['DELETE', 'GET', 'HEAD'])
})

test('TRACE and CONNECT are no methods of this server', async () => {
  const { hostname, port } = new URL(address)
  for (const line of [`TRACE ${order} HTTP/1.1`, 'CONNECT example.com:443 HTTP/1.1']) {
    const socket = connect(Number(port), hostname)
    socket.end(`${line}\r\nhost: ${hostname}:${port}\r\nx-secret: 4711\r\nconnection: close\r\n\r\n`)
    const answer = await text(socket)
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/)
    expect(answer).not.toContain('4711')
  }
})

test('a malformed address is 400', async () => {
  expect((await send(address, '/api/v1/shop/errors/%E0%A4%A')).json).toMatchObject({
    status: 400,
    code: 'REQUEST_INVALID',
  })
})

test.each([
  ['BOO\r\n\r\n', '400 Bad Request'],
  ['CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n', '400 Bad Request'],
  ['GET http://evil.example/page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', '421 Misdirected Request'],
  ['GET /page HTTP/1.1\r\nConnection: close\r\n\r\n', '421 Misdirected Request'],
])('%j is answered %s, and the connection is closed', async (bytes, status) => {
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write(bytes)
  const answer = await text(socket)
  expect(answer).toContain(`HTTP/1.1 ${status}`)
  expect(answer).toContain('application/problem+json')
})
