import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { EngineError, silentLogger } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openIdentity } from '../auth/identity.testing.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import { createMetrics, type Metrics } from '../observe/metrics.ts'
import { endpoint } from './endpoint.ts'
import { send, sendJson } from './request.testing.ts'
import { createServer, type HttpLimits, type HttpServer } from './server.ts'

const line = z.object({ name: z.string().min(1), price: z.int() })
const seen: unknown[] = []
const begun: (() => void)[] = []
const gate = { open: () => {} }

const endpoints = [
  endpoint({
    method: 'POST',
    url: '/api/v1/shop/orders/:orderId',
    summary: 'A test',
    access: 'public',
    input: z.object({
      orderId: z.string().min(3),
      lines: z.array(line).default([]),
      dryRun: z.stringbool().optional(),
    }),
    output: z.object({ orderId: z.string(), count: z.int() }),
    status: 201,
    handle: async (input) => {
      seen.push(input)
      return { orderId: input.orderId, count: input.lines.length, secret: 'never shown' }
    },
  }),
  endpoint({
    method: 'GET',
    url: '/api/v1/shop/orders',
    summary: 'A test',
    access: 'public',
    input: z.object({ limit: z.coerce.number().int().max(200).default(50) }),
    output: z.object({ limit: z.int() }),
    handle: async ({ limit }) => ({ limit }),
  }),
  endpoint({
    method: 'GET',
    url: '/api/v1/shop/errors/:kind',
    summary: 'A test',
    access: 'public',
    input: z.object({ kind: z.string() }),
    output: z.object({ ok: z.literal(true) }),
    handle: async ({ kind }) => {
      if (kind === 'busy') throw new EngineError('STORE_BUSY', 'a secret of the store')
      if (kind === 'unknown') throw new EngineError('RUN_UNKNOWN', 'there is no run 7')
      if (kind === 'refused') throw Object.assign(new Error('the quote is sent'), { status: 409, code: 'QUOTE_SENT' })
      if (kind === 'bug') throw new Error('password hunter2 is wrong')
      return { ok: false } as never
    },
  }),
  endpoint({
    method: 'GET',
    url: '/api/v1/shop/slow',
    summary: 'A test',
    access: 'public',
    input: z.object({}),
    output: z.object({ done: z.literal(true) }),
    handle: async () => {
      await new Promise<void>((resolve) => {
        gate.open = resolve
        for (const tell of begun.splice(0)) tell()
      })
      return { done: true as const }
    },
  }),
]

let server: HttpServer
let metrics: Metrics
let address = ''

async function start(limits: HttpLimits = {}): Promise<void> {
  metrics = createMetrics()
  server = createServer({
    host: '127.0.0.1',
    port: 0,
    endpoints,
    identity: openIdentity('main'),
    audit: { accompany: (_, work) => work() },
    documents: [
      { url: '/page', access: 'public', handle: ({ query }) => ({ type: 'text/html', body: `<p>${query.name}</p>` }) },
    ],
    log: silentLogger,
    metrics: httpMetrics(metrics.meter),
    limits,
  })
  address = await server.listen()
}

beforeEach(async () => {
  seen.length = 0
  await start()
})
afterEach(async () => {
  await server.close()
  await metrics[Symbol.asyncDispose]()
})

const order = '/api/v1/shop/orders/o-1'

describe('input and output', () => {
  test('parameters, query and body are one input; the answer has only declared fields', async () => {
    const answer = await sendJson(address, `${order}?dryRun=true`, { lines: [{ name: 'tea', price: 300 }] })
    expect(answer.status).toBe(201)
    expect(answer.json).toEqual({ orderId: 'o-1', count: 1 })
    expect(seen).toEqual([{ orderId: 'o-1', dryRun: true, lines: [{ name: 'tea', price: 300 }] }])
  })

  test('a request without a body is one with an empty body, whatever its content type', async () => {
    const headers = { 'content-type': 'application/json' }
    expect((await send(address, order, { method: 'POST' })).status).toBe(201)
    expect((await send(address, order, { method: 'POST', headers })).status).toBe(201)
  })

  test('what is wrong is a 400 with a message, messages by field and coded issues', async () => {
    const answer = await sendJson(address, '/api/v1/shop/orders/o', { lines: [{ name: '', price: 1.5 }], color: 'red' })
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json).toMatchObject({
      type: 'urn:regie:problem:INPUT_INVALID',
      title: 'Bad Request',
      status: 400,
      code: 'INPUT_INVALID',
      detail: expect.any(String),
      message: expect.stringContaining('orderId'),
      errors: {
        orderId: [expect.any(String)],
        'lines.0.name': [expect.any(String)],
        'lines.0.price': [expect.any(String)],
        color: ['There is no such field.'],
      },
      issues: expect.arrayContaining([
        { path: 'color', code: 'unrecognized_keys', message: 'There is no such field.' },
      ]),
    })
    expect(seen).toEqual([])
  })

  test('a name in the address and in the body is refused', async () => {
    const answer = await sendJson(address, order, { orderId: 'o-2' })
    expect(answer.json).toMatchObject({
      status: 400,
      code: 'INPUT_AMBIGUOUS',
      errors: { orderId: [expect.any(String)] },
    })
  })

  test('a body that is no object is refused', async () => {
    expect((await sendJson(address, order, [1, 2])).json).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
  })

  test('query values are coerced by the schema', async () => {
    expect((await send(address, '/api/v1/shop/orders?limit=20')).json).toEqual({ limit: 20 })
    expect((await send(address, '/api/v1/shop/orders?limit=many')).json).toMatchObject({
      status: 400,
      errors: { limit: expect.anything() },
    })
  })
})

describe('odd requests', () => {
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

  test.each(['__proto__', 'constructor', 'prototype'])('the query field %s is refused', async (name) => {
    expect((await send(address, `/api/v1/shop/orders?${name}=1`)).json).toMatchObject({
      status: 400,
      code: 'INPUT_INVALID',
    })
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
    expect(answer.headers.allow).toBe('POST')
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
    [
      'GET http://evil.example/page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      '421 Misdirected Request',
    ],
    ['GET /page HTTP/1.1\r\nConnection: close\r\n\r\n', '421 Misdirected Request'],
  ])('%j is answered %s, and the connection is closed', async (bytes, status) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write(bytes)
    const answer = await text(socket)
    expect(answer).toContain(`HTTP/1.1 ${status}`)
    expect(answer).toContain('application/problem+json')
  })
})

describe('errors', () => {
  const errorOf = async (kind: string) => (await send(address, `/api/v1/shop/errors/${kind}`)).json

  test('what the engine refuses keeps its code', async () => {
    expect(await errorOf('unknown')).toMatchObject({ status: 404, code: 'RUN_UNKNOWN', message: 'there is no run 7' })
  })

  test('a busy store is 503 with Retry-After, without its own words', async () => {
    const answer = await send(address, '/api/v1/shop/errors/busy')
    expect(answer.json).toMatchObject({ status: 503, code: 'STORE_BUSY' })
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.body).not.toContain('secret')
  })

  test('an app refuses with an error that carries status and code', async () => {
    expect(await errorOf('refused')).toMatchObject({ status: 409, code: 'QUOTE_SENT', message: 'the quote is sent' })
  })

  test('a bug is a 500 that tells nothing, and an answer that breaks its own schema too', async () => {
    const answer = await send(address, '/api/v1/shop/errors/bug')
    expect(answer.json).toMatchObject({ status: 500, code: 'INTERNAL' })
    expect(answer.body).not.toContain('hunter2')
    expect(await errorOf('shape')).toMatchObject({ status: 500, code: 'INTERNAL' })
  })
})

describe('who may ask', () => {
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
      expect(seen).toEqual([])
    },
  )

  test('a cross-site request without an Origin is refused as well', async () => {
    expect((await send(address, order, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      403,
    )
  })

  test('our own page may change things', async () => {
    const headers = { origin: `http://127.0.0.1:${port()}`, 'sec-fetch-site': 'same-origin' }
    expect((await send(address, order, { method: 'POST', headers })).status).toBe(201)
  })

  test('every answer has the security headers and an id', async () => {
    for (const path of ['/page?name=x', '/api/v1/shop/orders', '/nothing']) {
      const { headers } = await send(address, path)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  test("a well-formed id of the client's is kept, another replaced", async () => {
    const idFor = async (id: string) =>
      (await send(address, '/page', { headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await idFor('trace-12345')).toBe('trace-12345')
    expect(await idFor('<script>')).not.toContain('<')
  })
})

describe('time and end', () => {
  const hasBegun = () => new Promise<void>((resolve) => begun.push(resolve))

  test('requests are counted by method, declared address and status', async () => {
    await send(address, '/api/v1/shop/orders?limit=5')
    await send(address, '/api/v1/shop/orders/none/such')
    const lines = await metrics.text()
    expect(lines).toContain('http_requests_total{method="GET",endpoint="/api/v1/shop/orders",status="200"} 1')
    expect(lines).toContain('http_requests_total{method="GET",endpoint="unmatched",status="404"} 1')
    expect(lines).toContain(
      'http_request_duration_seconds_bucket{method="GET",endpoint="/api/v1/shop/orders",status="200",le="0.005"}',
    )
    expect(lines).toContain('http_requests_in_progress{method="GET",endpoint="/api/v1/shop/orders"} 0')
    expect(lines).toContain('process_resident_memory_bytes ')
    expect(lines).toContain('regie_event_loop_delay_seconds{quantile="0.99"}')
  })

  test('closing finishes the request under way', async () => {
    const started = hasBegun()
    const answer = send(address, '/api/v1/shop/slow')
    await started
    const closed = server.close()
    gate.open()
    expect((await answer).json).toEqual({ done: true })
    await closed
    await expect(send(address, '/page')).rejects.toThrow('ECONNREFUSED')
  })

  test('closing does not wait for ever', async () => {
    await server.close()
    await start({ drainMs: 20 })
    const started = hasBegun()
    const answer = send(address, '/api/v1/shop/slow')
    await Promise.all([started, expect(answer).rejects.toThrow(), started.then(() => server.close())])
  })

  test('an answer that takes too long is 503', async () => {
    await server.close()
    await start({ handlerMs: 20 })
    expect((await send(address, '/api/v1/shop/slow')).json).toMatchObject({ status: 503, code: 'HANDLER_TIMEOUT' })
    gate.open()
  })

  test('a client that sends its headers too slowly is cut off', async () => {
    await server.close()
    await start({ headersMs: 30, requestMs: 30, checkMs: 10 })
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write('GET /page HTTP/1.1\r\nHost: localhost\r\n')
    expect(await text(socket)).toContain('HTTP/1.1 408 Request Timeout')
  })

  test('a busy port is told with the way out', async () => {
    const second = createServer({
      host: '127.0.0.1',
      port: Number(new URL(address).port),
      endpoints: [],
      documents: [],
      identity: openIdentity('main'),
      audit: { accompany: (_, work) => work() },
      log: silentLogger,
      metrics: httpMetrics(metrics.meter),
    })
    await expect(second.listen()).rejects.toThrow('set REGIE_PORT')
    await second.close()
  })
})
