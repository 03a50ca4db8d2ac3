import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type GraphOptions, graph, graphCall } from '@regie/engine'
import { until } from '../until.ts'
import { drawn, finish, type Node, runGraph } from './graph-lab.ts'
import { ended, reached, type Section } from './lab.ts'

interface Server extends AsyncDisposable {
  readonly url: string
  readonly host: string
  /** What came in: the request's line, its headers, its body. */
  readonly seen: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string }[]
}

/** A server on loopback that notes what comes in. */
async function serve(answer: (response: ServerResponse, count: number) => void): Promise<Server> {
  const seen: Server['seen'] = []
  const server = createServer(async (request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) })
    answer(response, seen.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  return {
    url: `http://${host}`,
    host,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const http = (fields: Partial<Extract<Node, { type: 'http' }>>): Node => ({
  id: 'ask',
  type: 'http',
  url: '{{ input }}',
  ...fields,
})
const asked = (fields: Partial<Extract<Node, { type: 'http' }>>, result: string) =>
  drawn('start -> ask, ask -> done, ask -error-> failed', [
    http(fields),
    finish(result),
    finish('{{ error.code }}: {{ error.message }}', 'failed'),
  ])

/** Nodes that ask a server. */
export const graphHttp: Section = {
  title: 'http nodes of declarative workflows',
  tests: {
    'send what is filled in, and answer the status, the headers and the body': async ({ start }) => {
      await using server = await serve((response) => {
        response
          .writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'id=1', etag: 'x' })
          .end('{"ok":[1]}')
      })
      await using engine = await start({ jobs: [], graph: { allowHosts: [server.host] } })
      const json = asked(
        {
          method: 'POST',
          url: '{{ input }}/a',
          headers: { 'X-Total': '{{ 12 }}' },
          body: { run: '{{ run.org }}', list: [1] },
        },
        '{{ nodes.ask }}',
      )
      const run = await runGraph(engine, json, server.url)
      const { status, headers, body } = run.result as { status: number; headers: Record<string, string>; body: unknown }
      assert.deepEqual([status, headers.etag, headers['set-cookie'], body], [201, 'x', undefined, { ok: [1] }])
      const [seen] = server.seen
      assert.deepEqual(
        [seen?.line, seen?.body, seen?.headers['x-total']],
        ['POST /a', '{"run":"main","list":[1]}', '12'],
      )
      assert.deepEqual(
        [seen?.headers['content-type'], seen?.headers['idempotency-key']],
        ['application/json', `run-${run.id}-ask`],
      )
    },

    'try again what may pass, after the time that the server asks for, and give up what will not': async ({
      start,
      clock,
    }) => {
      await using server = await serve((response, count) => {
        if (count === 1) response.writeHead(503, { 'retry-after': '30' }).end()
        else response.writeHead(count === 2 ? 200 : 404).end('text')
      })
      await using engine = await start({ jobs: [], graph: { allowHosts: [server.host] } })
      const json = asked({}, '{{ nodes.ask.body }}')
      const { id } = await engine.enqueue(graphCall(graph(json), server.url))
      await reached(engine, id, 'waiting')
      await clock.leap(29_999)
      assert.equal(server.seen.length, 1)
      await clock.advance(1)
      assert.equal((await ended(engine, id)).result, 'text')
      assert.equal(
        (await runGraph(engine, json, server.url)).result,
        'HTTP_STATUS: GET of the node ask was answered 404: text',
      )
      assert.equal(server.seen.length, 3)
      assert.equal((await runGraph(engine, asked({ expect: [404] }, '{{ nodes.ask.status }}'), server.url)).result, 404)
    },

    'refuse private and loopback addresses, by number and by name, without connecting': async ({ start }) => {
      await using server = await serve((response) => void response.end('inside'))
      const port = server.host.split(':')[1]
      await using engine = await start({ jobs: [] })
      const json = asked({ retry: { attempts: 5 } }, 'reached')
      for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433'])
        assert.match(
          String((await runGraph(engine, json, `http://${host}:${port}/`)).result),
          /^HTTP_REFUSED: .*`graph\.allowHosts`/,
          host,
        )
      for (const url of ['ftp://x.test', 'file:///etc/passwd', 'http://u:p@x.test', 'nonsense'])
        assert.match(String((await runGraph(engine, json, url)).result), /^HTTP_REFUSED: .*no plain http/, url)
      assert.equal(server.seen.length, 0)
    },

    'follow no redirect to where they may not go': async ({ start }) => {
      await using inside = await serve((response) => void response.end('inside'))
      await using server = await serve((response) => void response.writeHead(302, { location: inside.url }).end())
      await using engine = await start({ jobs: [], graph: { allowHosts: [server.host] } })
      const { result } = await runGraph(
        engine,
        asked({ expect: [302] }, '{{ nodes.ask.headers.location }}'),
        server.url,
      )
      assert.deepEqual([result, inside.seen.length], [inside.url, 0])
    },

    'never store a secret, not even when the server sends it back or fails with it': async ({ start }) => {
      await using server = await serve((response, count) => {
        const said = server.seen.at(-1)?.headers.authorization ?? ''
        response.writeHead(count === 1 ? 200 : 400, { 'x-echo': said, 'content-type': 'application/json' })
        response.end(JSON.stringify({ said, code: Buffer.from('hunter-2/é').toString('base64') }))
      })
      const secret: GraphOptions['secret'] = (name, { org }) => (name === 'TOKEN' && org === 'acme' ? 'hunter-2/é' : '')
      await using engine = await start({ jobs: [], org: 'acme', graph: { allowHosts: [server.host], secret } })
      const json = asked(
        { url: '{{ input }}/?k={{ secret.TOKEN }}', headers: { Authorization: 'Bearer {{ secret.TOKEN }}' } },
        '{{ nodes.ask }}',
      )
      const good = await runGraph(engine, json, server.url)
      const bad = await runGraph(engine, json, server.url)
      assert.match(server.seen[0]?.line ?? '', /hunter-2/)
      const kept = JSON.stringify([good, bad, await engine.runs.search()])
      assert.match(kept, /Bearer •••/)
      assert.match(kept, /HTTP_STATUS/)
      for (const form of ['hunter', 'aHVudGVy']) assert.equal(kept.includes(form), false, form)
      const missing = asked({ headers: { Authorization: '{{ secret.OTHER }}' } }, 'sent')
      assert.equal(
        (await runGraph(engine, missing, server.url)).result,
        'HTTP_REFUSED: there is no secret OTHER: see `graph.secret`',
      )
    },

    'give up an answer that is too long to be a result, and one that does not come': async ({ start, clock }) => {
      await using server = await serve((response, count) => {
        if (count === 1) response.end('x'.repeat(1_000_000))
      })
      await using engine = await start({ jobs: [], graph: { allowHosts: [server.host] } })
      const json = asked({ timeout: '10s', retry: { attempts: 1 } }, 'answered')
      assert.match(String((await runGraph(engine, json, server.url)).result), /^RESULT_TOO_LARGE/)
      const { id } = await engine.enqueue(graphCall(graph(json), server.url))
      await until('the request is there', () => server.seen.length === 2)
      await clock.leap(10_000)
      await until('it ends', async () => {
        await clock.leap(1_000)
        return (await engine.runs.get(id)).endedAt !== undefined
      })
      assert.match(String((await engine.runs.get(id)).result), /^TIMEOUT/)
    },

    'go through another port when the engine is given one, such as the fetch of the web': async ({ start }) => {
      await using engine = await start({ jobs: [], graph: { fetch: globalThis.fetch } })
      // Closed first: the fetch of the web keeps its connection.
      await using server = await serve((response) => void response.end('through'))
      assert.equal((await runGraph(engine, asked({}, '{{ nodes.ask.body }}'), server.url)).result, 'through')
    },
  },
}
