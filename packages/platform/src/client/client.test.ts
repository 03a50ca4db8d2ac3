import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ApiError, createClient, isApiError, pages } from '../client.ts'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let server: Server
let baseUrl = ''
let seen: Seen[] = []
let answer = (_: ServerResponse, __: Seen): void => {}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const one = { method, url, headers, body: await text(request) }
    seen.push(one)
    answer(response, one)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  baseUrl = typeof place === 'object' ? `http://127.0.0.1:${place?.port}` : ''
})
afterAll(() => void server.close())
beforeEach(() => {
  seen = []
  answer = (response) => response.end('{"ok":true}')
})

function refuse(status: number, problem: object, headers: Readonly<Record<string, string>> = {}): void {
  answer = (response) => response.writeHead(status, headers).end(JSON.stringify(problem))
}

const runs = { method: 'GET', path: '/api/v1/runs' } as const
const send = { method: 'POST', path: '/api/v1/quotes/:quoteId/send' } as const

test('parameters go into the address, the rest into the query of GET and the body of POST', async () => {
  const client = createClient({ baseUrl, headers: { authorization: 'Bearer rgk_x' } })
  expect(await client.call(runs, { state: ['failed', 'expired'], limit: 2, queue: undefined })).toEqual({ ok: true })
  await client.call(send, { quoteId: 'a/b', to: null }, { idempotencyKey: 'k1' })
  await client.call(send, { quoteId: 'c' })
  expect(seen).toMatchObject([
    {
      method: 'GET',
      url: '/api/v1/runs?state=failed&state=expired&limit=2',
      body: '',
      headers: { authorization: 'Bearer rgk_x' },
    },
    {
      method: 'POST',
      url: '/api/v1/quotes/a%2Fb/send',
      body: '{"to":null}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
    },
    { url: '/api/v1/quotes/c/send', body: '' },
  ])
  await expect(client.call(send, {})).rejects.toThrow(/needs quoteId/)
})

test('a refusal is an error with its code, its messages by field and what to do next', async () => {
  const client = createClient({ baseUrl })
  refuse(400, { code: 'INPUT_INVALID', message: 'title: too long', errors: { title: ['too long'] } })
  const error = await client.call(runs).catch((caught: unknown) => caught)
  expect(isApiError(error, 'INPUT_INVALID')).toBe(true)
  expect(error).toMatchObject({
    status: 400,
    message: 'title: too long',
    next: { do: 'correct', errors: { title: ['too long'] } },
  })
})

test('an answer that is cut off counts as a server that is not reached, one that is no JSON as unreadable', async () => {
  const client = createClient({ baseUrl })
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"ok":', () => response.destroy())
  }
  await expect(client.call(runs)).rejects.toMatchObject({ status: 0, code: 'OFFLINE', next: { do: 'retry' } })
  answer = (response) => response.end('<html>Sign in to the hotel network</html>')
  await expect(client.call(runs)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE', next: { do: 'report' } })
})

test.each([
  [401, { do: 'sign-in' }],
  [403, { do: 'ask-administrator' }],
  [404, { do: 'reload' }],
  [409, { do: 'reload' }],
  [422, { do: 'correct', errors: {} }],
  [429, { do: 'retry', afterSeconds: 7 }],
  [503, { do: 'retry', afterSeconds: 7 }],
  [500, { do: 'report', requestId: 'r1' }],
])('after %i the next step is known', async (status, next) => {
  refuse(status, { code: 'X', message: 'm' }, { 'retry-after': '7', 'x-request-id': 'r1' })
  await expect(createClient({ baseUrl }).call(runs)).rejects.toMatchObject({ status, next })
})

test('whoever wants to know hears that nobody is signed in any more', async () => {
  const heard: ApiError[] = []
  refuse(401, { code: 'UNAUTHENTICATED', message: 'Sign in.' })
  const client = createClient({ baseUrl, onUnauthenticated: (error) => heard.push(error) })
  await expect(client.call(runs)).rejects.toBeInstanceOf(ApiError)
  expect(heard.at(-1)?.code).toBe('UNAUTHENTICATED')
})

test('the page of a proxy is an error too, and so is a server that is not there', async () => {
  answer = (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
  await expect(createClient({ baseUrl }).call(runs)).rejects.toMatchObject({ status: 502, code: 'UNKNOWN' })
  const nowhere = createClient({ baseUrl: 'http://127.0.0.1:1' })
  await expect(nowhere.call(runs)).rejects.toMatchObject({ status: 0, code: 'OFFLINE', next: { do: 'retry' } })
})

test('a call is ended by its signal', async () => {
  answer = () => {}
  const reason = new Error('left the page')
  const controller = new AbortController()
  const call = createClient({ baseUrl }).call(runs, {}, { signal: controller.signal })
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
})

test('it goes nowhere else: a redirection is refused', async () => {
  answer = (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
  await expect(createClient({ baseUrl }).call(runs)).rejects.toMatchObject({ code: 'OFFLINE' })
})

test('an answer without a body is undefined', async () => {
  answer = (response) => response.writeHead(204).end()
  expect(await createClient({ baseUrl }).call(send, { quoteId: 'a' })).toBeUndefined()
})

test('a list is read page by page to its end', async () => {
  const client = createClient({ baseUrl })
  answer = (response, { url }) =>
    response.end(JSON.stringify(url?.includes('cursor=c2') ? { items: [3] } : { items: [1, 2], next: 'c2' }))
  const found: number[] = []
  const read = (cursor: string | undefined) =>
    client.call<{ readonly items: readonly number[]; readonly next?: string }>(runs, { cursor })
  for await (const page of pages(read)) found.push(...page.items)
  expect(found).toEqual([1, 2, 3])
})
