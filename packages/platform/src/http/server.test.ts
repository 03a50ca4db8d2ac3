import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { silentLogger } from '@regie/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openIdentity } from '../auth/identity.testing.ts'
import { httpMetrics } from '../observe/http-metrics.ts'
import { send } from './request.testing.ts'
import { startTestServer, type TestServer } from './server.testing.ts'
import { createServer, type HttpLimits } from './server.ts'

let world: TestServer
let address = ''

beforeEach(async () => {
  world = await startTestServer()
  address = world.address
})
async function restart(limits: HttpLimits): Promise<void> {
  await world[Symbol.asyncDispose]()
  world = await startTestServer({ limits })
  address = world.address
}

afterEach(() => world[Symbol.asyncDispose]())

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

describe('time and end', () => {
  test('requests are counted by method, declared address and status', async () => {
    await send(address, '/api/v1/shop/orders?limit=5')
    await send(address, '/api/v1/shop/orders/none/such')
    const lines = await world.metrics.text()
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
    const started = world.hasBegun()
    const answer = send(address, '/api/v1/shop/slow')
    await started
    const closed = world.server.close()
    world.open()
    expect((await answer).json).toEqual({ done: true })
    await closed
    await expect(send(address, '/page')).rejects.toThrow('ECONNREFUSED')
  })

  test('closing does not wait for ever', async () => {
    await restart({ drainMs: 20 })
    const started = world.hasBegun()
    const answer = send(address, '/api/v1/shop/slow')
    await Promise.all([started, expect(answer).rejects.toThrow(), started.then(() => world.server.close())])
  })

  test('an answer that takes too long is 503', async () => {
    await restart({ handlerMs: 20 })
    expect((await send(address, '/api/v1/shop/slow')).json).toMatchObject({ status: 503, code: 'HANDLER_TIMEOUT' })
    world.open()
  })

  test('a client that sends its headers too slowly is cut off', async () => {
    await restart({ headersMs: 30, requestMs: 30, checkMs: 10 })
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
      metrics: httpMetrics(world.metrics.meter),
    })
    await expect(second.listen()).rejects.toThrow('set REGIE_PORT')
    await second.close()
  })
})
