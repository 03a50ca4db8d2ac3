import { createServer } from 'node:http'
import { connect, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { limitConnections } from './connections.ts'
import { endpoint } from './endpoint.ts'
import { send, sendJson } from './request.testing.ts'
import { startTestServer } from './server.testing.ts'

const order = '/api/v1/shop/orders/o-1'
const JSON_POST = `POST ${order} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`

function open(address: string): Socket {
  return connect(Number(new URL(address).port), '127.0.0.1')
}

test('a body of a gigabyte is refused by its length, before any of it has come', async () => {
  await using world = await startTestServer()
  const socket = open(world.address)
  socket.write(`${JSON_POST}Content-Length: 1073741824\r\n\r\n{`)
  const answer = await text(socket)
  expect(answer).toContain('HTTP/1.1 413')
  expect(answer).toContain('BODY_TOO_LARGE')
})

test('a body without a length is refused once it is over the limit, and the connection closed', async () => {
  await using world = await startTestServer({ limits: { bodyBytes: 1_000 } })
  const socket = open(world.address)
  socket.on('error', () => {})
  socket.write(`${JSON_POST}Transfer-Encoding: chunked\r\n\r\n`)
  socket.write(`800\r\n${'x'.repeat(2_048)}\r\n`)
  expect(await text(socket)).toContain('HTTP/1.1 413')
  expect(world.seen).toEqual([])
})

test('an endpoint may take longer bodies than the others, or shorter ones', async () => {
  const takes = (url: string, bodyLimit: number) =>
    endpoint({
      method: 'POST',
      url,
      summary: 'A test',
      access: 'public',
      bodyLimit,
      input: z.object({ text: z.string() }),
      output: z.object({ length: z.int() }),
      handle: async (input) => ({ length: input.text.length }),
    })
  await using world = await startTestServer({ endpoints: [takes('/long', 3_000_000), takes('/short', 100)] })
  const body = (length: number) => ({ text: 'x'.repeat(length) })
  expect((await sendJson(world.address, '/long', body(2_000_000))).json).toEqual({ length: 2_000_000 })
  expect((await sendJson(world.address, '/short', body(200))).json).toMatchObject({ status: 413 })
  expect((await sendJson(world.address, '/short', body(50))).status).toBe(200)
})

test('who may not come in is refused before the body has come', async () => {
  const nobody = { authenticate: async () => undefined }
  const locked = endpoint({
    method: 'POST',
    url: '/locked',
    summary: 'A test',
    access: 'signed-in',
    input: z.object({}),
    output: z.object({}),
    handle: async () => ({}),
  })
  await using world = await startTestServer({ identity: nobody, endpoints: [locked] })
  const socket = open(world.address)
  socket.write(
    'POST /locked HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{',
  )
  const answer = await text(socket)
  expect(answer).toContain('HTTP/1.1 401')
  expect(answer.toLowerCase()).toContain('connection: close')
})

test('a client that sends its body too slowly is cut off', async () => {
  await using world = await startTestServer({ limits: { headersMs: 30, requestMs: 30, checkMs: 10 } })
  const socket = open(world.address)
  socket.write(`${JSON_POST}Content-Length: 10\r\n\r\n{"l`)
  expect(await text(socket)).toContain('HTTP/1.1 408 Request Timeout')
  expect(world.seen).toEqual([])
})

test('slow clients by the hundred do not keep others from being served', async () => {
  await using world = await startTestServer({ limits: { headersMs: 200, requestMs: 200, checkMs: 50 } })
  const slow = Array.from({ length: 200 }, () => {
    const socket = open(world.address)
    socket.on('error', () => {})
    socket.write('GET /page HTTP/1.1\r\nHost: loc')
    return text(socket).catch(() => '')
  })
  expect((await send(world.address, '/page?name=x')).status).toBe(200)
  const answers = await Promise.all(slow)
  expect(answers.filter((answer) => answer.includes('408'))).toHaveLength(200)
})

test('connections above the number for one address are closed at once, and free their place when they end', async () => {
  await using world = await startTestServer({ limits: { connectionsPerAddress: 2 } })
  const first = open(world.address)
  const second = open(world.address)
  await Promise.all([first, second].map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  const third = open(world.address)
  third.on('error', () => {})
  expect(await text(third).catch(() => 'closed')).not.toContain('HTTP')
  first.destroy()
  await expect
    .poll(() =>
      send(world.address, '/page?name=x').then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
  second.destroy()
})

test('who has a whole network of IPv6 addresses is one client', () => {
  const server = createServer()
  limitConnections(server, { connectionsPerAddress: 2 })
  const from = (address: string): Socket => {
    const socket = Object.defineProperties(new Socket(), {
      remoteAddress: { value: address },
      remoteFamily: { value: address.includes(':') ? 'IPv6' : 'IPv4' },
    })
    server.emit('connection', socket)
    return socket
  }
  const sockets = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1', '192.0.2.1'].map(from)
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, true, false, false])
  for (const socket of sockets) socket.destroy()
})

test('connections of a proxy are not counted as those of one client', async () => {
  await using world = await startTestServer({ limits: { connectionsPerAddress: 1, proxies: ['127.0.0.0/8'] } })
  const first = open(world.address)
  await new Promise((resolve) => first.once('connect', resolve))
  expect((await send(world.address, '/page?name=x')).status).toBe(200)
  first.destroy()
})

test('connections above the total are closed at once', async () => {
  await using world = await startTestServer({ limits: { connections: 1 } })
  const first = open(world.address)
  await new Promise((resolve) => first.once('connect', resolve))
  await expect(send(world.address, '/page')).rejects.toThrow()
  first.destroy()
  await expect
    .poll(() =>
      send(world.address, '/page?name=x').then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
})

test('more than a hundred headers are refused, and more than 16 KiB of them', async () => {
  await using world = await startTestServer()
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, '1']))
  expect((await send(world.address, '/page', { headers: many })).json).toMatchObject({ status: 431 })
  const socket = open(world.address)
  socket.on('error', () => {})
  socket.write(`GET /page HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`)
  expect(await text(socket)).toContain('HTTP/1.1 431')
})

test.each([
  ['Authorization: Bearer a', 'authorization'],
  ['Host: localhost', 'host'],
  ['Idempotency-Key: a', 'idempotency-key'],
  ['Content-Type: application/json', 'content-type'],
])('%s twice is refused: only one can be meant', async (header, name) => {
  await using world = await startTestServer()
  const socket = open(world.address)
  const host = name === 'host' ? '' : 'Host: localhost\r\n'
  socket.write(`GET /page HTTP/1.1\r\n${host}${header}\r\n${header}\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  expect(answer).toContain('HTTP/1.1 400')
})

test('HEAD answers as GET does, without a body; OPTIONS tells the methods', async () => {
  await using world = await startTestServer()
  const head = await send(world.address, '/api/v1/shop/orders', { method: 'HEAD' })
  expect(head).toMatchObject({ status: 200, body: '' })
  expect(head.headers['content-length']).toBe(String('{"limit":50}'.length))
  const options = await send(world.address, '/api/v1/shop/orders', { method: 'OPTIONS' })
  expect(options).toMatchObject({ status: 204, body: '' })
  expect(options.headers.allow).toBe('GET, HEAD, OPTIONS')
  expect((await send(world.address, '/nothing', { method: 'OPTIONS' })).status).toBe(404)
})
