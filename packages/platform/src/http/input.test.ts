import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { isPlatformError } from '../errors.ts'
import { mergeInput, parseInput } from './input.ts'
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

test('parameters and body are one input; the answer has only declared fields', async () => {
  const answer = await sendJson(address, order, { dryRun: 'true', lines: [{ name: 'tea', price: 300 }] })
  expect(answer.status).toBe(201)
  expect(answer.json).toEqual({ orderId: 'o-1', count: 1 })
  expect(world.seen).toEqual([{ orderId: 'o-1', dryRun: true, lines: [{ name: 'tea', price: 300 }] }])
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
    issues: expect.arrayContaining([{ path: 'color', code: 'unrecognized_keys', message: 'There is no such field.' }]),
  })
  expect(world.seen).toEqual([])
})

test('what is missing is told as such, in whatever words its schema says so', () => {
  const schema = z.object({ name: z.string('Say who.'), size: z.enum(['s', 'l']), word: z.string() })
  const wants = (input: object) => {
    try {
      return parseInput(schema, input)
    } catch (error) {
      return isPlatformError(error) && error.issues.map(({ path, message, wants: wanted }) => [path, message, wanted])
    }
  }
  expect(wants({ word: 7 })).toEqual([
    ['name', 'Say who.', { absent: true }],
    ['size', 'Is missing.', { absent: true }],
    ['word', 'Must be a text.', { kind: 'string' }],
  ])
  expect(wants({ name: 'x', size: 's', word: null })).toEqual([['word', 'Must be a text.', { absent: true }]])
  // A schema whose words for something else are the same sentence.
  expect(() => parseInput(z.object({ n: z.number('Is missing.') }), { n: 'x' })).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ wants: { kind: 'number' } })] }),
  )
})

test('a field of the body in the query is refused: addresses stand in the logs of proxies', async () => {
  const answer = await sendJson(address, `${order}?color=red`, { lines: [{ name: 'tea', price: 1 }] })
  expect(answer.json).toMatchObject({
    status: 400,
    code: 'INPUT_INVALID',
    issues: [{ path: 'color', code: 'misplaced' }],
  })
  expect(world.seen).toEqual([])
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

test('a body of very many fields is merged in one walk, and a field that stands twice is still found', () => {
  const body = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`field${index}`, index]))
  expect(mergeInput({ params: { orderId: 'o-1' }, query: {}, body })).toEqual({ orderId: 'o-1', ...body })
  expect(() => mergeInput({ params: { field299999: 1 }, query: {}, body })).toThrow(
    expect.objectContaining({ code: 'INPUT_AMBIGUOUS', issues: [expect.objectContaining({ path: 'field299999' })] }),
  )
})

test('of very many mistakes the first hundred are told, and how many there are', async () => {
  const wrong = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`wrong${index}`, 1]))
  const { status, json } = await sendJson(address, order, { lines: [{ name: 'tea', price: 1 }], ...wrong })
  expect(status).toBe(400)
  expect(json).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('(and 4999 more)') })
  expect((json as { readonly issues: readonly object[] }).issues).toHaveLength(100)
})
