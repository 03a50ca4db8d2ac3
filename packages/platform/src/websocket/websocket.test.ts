import { once } from 'node:events'
import { fakeClock } from '@regie/engine/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { STORES } from '../app/platform.testing.ts'
import { send, sendJson } from '../http/request.testing.ts'
import type { Feed } from '../realtime/feed.ts'
import { bursts, listen, notes, openBoard, people, person, ticks, upTo } from '../realtime/realtime.testing.ts'
import { renewEpoch } from '../realtime/store/messages.ts'

type Board = Awaited<ReturnType<typeof openBoard>>
const READER = person('ada', ['board.note.read'])
const WRITER = person('bob', ['board.note.read', 'board.note.write'])

const wait = { interval: 5 }

describe.each(STORES)('WebSocket on %s', (store) => {
  let board: Board
  const identity = people({})
  beforeEach(async () => {
    Object.assign(identity.known, { ada: READER, bob: WRITER, eve: person('eve', ['board.note.read'], 'other') })
    board = await openBoard({ store, identity, realtime: { limits: { connectionsEach: 3, subscriptionsEach: 2 } } })
  })
  afterEach(() => board[Symbol.asyncDispose]())

  test('what is published is heard in order, with growing offsets', async () => {
    const { heard, numbers } = await listen(board.connect({ token: 'ada' }), 'board.ticks')
    const context = board.context()
    for (const n of upTo(20)) await context.publish(ticks, {}, { n })
    await expect.poll(numbers, wait).toEqual(upTo(20))
    expect(heard.map(({ offset }) => offset)).toEqual(upTo(20).map((n) => n + 1))
  })

  test('a transaction that is rolled back says nothing, one that commits is heard at once', async () => {
    const { heard } = await listen(board.connect({ token: 'ada' }), 'board.note:b')
    const other = await listen(board.connect({ token: 'ada' }), 'board.note:a')
    const headers = { authorization: 'Bearer bob', 'content-type': 'application/json' }
    const post = (body: object) =>
      send(board.address, '/api/v1/board/notes', { method: 'POST', headers, body: JSON.stringify(body) })
    expect((await post({ id: 'b', fail: true })).status).toBe(409)
    expect((await post({ id: 'a' })).status).toBe(200)
    await expect.poll(() => other.heard.map(({ data }) => data), wait).toEqual([{ text: 'a' }])
    expect(heard).toEqual([])
    expect((await sendJson(board.address, '/api/v1/board/notes', { id: 'c' })).status).toBe(401)
  })

  test('cut off fifty times while two thousand messages are published, each is heard once, in order', async () => {
    const client = board.connect({ token: 'ada' })
    const { numbers, recoveries, subscription } = await listen(client, 'board.ticks')
    const context = board.context()
    let cuts = 0
    const cutter = setInterval(() => {
      // Every other time once it has recovered, otherwise in the middle of that.
      const isReady = cuts % 2 === 0 ? subscription.state === 'subscribed' : client.state === 'connected'
      if (!isReady || cuts >= 50) return
      cuts += 1
      cutSockets(client)
    }, 5)
    for (const n of upTo(2_000)) {
      await context.publish(ticks, {}, { n })
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, cuts < 50 ? 15 : 0))
    }
    await expect.poll(() => cuts, wait).toBe(50)
    clearInterval(cutter)
    await expect.poll(() => numbers().length, wait).toBeGreaterThanOrEqual(2_000)
    expect(numbers()).toEqual(upTo(2_000))
    expect(recoveries.length).toBeGreaterThanOrEqual(24)
    expect(recoveries.every(Boolean)).toBe(true)
  }, 60_000)

  test('more than a page that was missed is sent completely, before what comes', async () => {
    const client = board.connect({ token: 'ada' })
    const { numbers } = await listen(client, 'board.ticks')
    const context = board.context()
    await context.publish(ticks, {}, { n: 0 })
    await expect.poll(numbers, wait).toEqual([0])
    client.disconnect()
    await Promise.all(
      upTo(4).map((writer) =>
        board.platform.engine.transaction(async (tx) => {
          for (const n of upTo(400))
            await board.platform.realtime.publish(ticks, {}, { n: 1_000 * writer + n }, { org: 'main' }, tx)
        }),
      ),
    )
    client.connect()
    await client.ready()
    await context.publish(ticks, {}, { n: -1 })
    await expect.poll(() => numbers().at(-1), wait).toBe(-1)
    const missed = numbers().slice(1, -1)
    // Those of transactions that were open at the same time may be mixed; each keeps its own order.
    for (const writer of upTo(4))
      expect(missed.filter((n) => Math.floor(n / 1_000) === writer)).toEqual(upTo(400).map((n) => 1_000 * writer + n))
    expect(missed).toHaveLength(1_600)
  }, 30_000)

  test('nobody hears another organisation, nor what the permissions do not allow', async () => {
    const stranger = await listen(board.connect({ token: 'eve' }), 'board.ticks')
    const own = await listen(board.connect({ token: 'ada' }), 'board.ticks')
    await board.context().publish(ticks, {}, { n: 1 })
    await expect.poll(own.numbers, wait).toEqual([1])
    expect(stranger.numbers()).toEqual([])
    await expect(listen(board.connect({ token: 'ada' }), 'board.bursts')).rejects.toMatchObject({ code: 7 })
    expect(await refusal(board, 'ada', 'board.bursts')).toMatchObject({ code: 103 })
    expect(await refusal(board, 'ada', 'board.nothing')).toMatchObject({ code: 102 })
    expect(await refusal(board, 'ada', 'board.note')).toMatchObject({ code: 102 })
    expect(await refusal(board, 'ada', 'board.ticks:other')).toMatchObject({ code: 102 })
  })

  test('a passing topic is heard, and resumed from as long as this process remembers', async () => {
    const client = board.connect({ token: 'bob' })
    const { numbers, recoveries } = await listen(client, 'board.bursts')
    const context = board.context()
    await context.publish(bursts, {}, { n: 0 })
    await expect.poll(numbers, wait).toEqual([0])
    client.disconnect()
    for (const n of [1, 2, 3]) await context.publish(bursts, {}, { n })
    client.connect()
    await expect.poll(numbers, wait).toEqual([0, 1, 2, 3])
    client.disconnect()
    for (const n of upTo(600)) await context.publish(bursts, {}, { n })
    client.connect()
    await expect.poll(() => recoveries, wait).toEqual([true, false])
  })

  test('who is nobody, or presents a token that does not hold, is not let in', async () => {
    expect(await closing(board.url, {})).toMatchObject({ code: 3500, reason: 'unauthorized' })
    const client = board.connect({ token: 'mallory' })
    await expect.poll(() => client.state, wait).toBe('disconnected')
  })

  test('a cookie is enough', async () => {
    const socket = new WebSocket(board.url, { headers: { cookie: 'session=ada' } })
    await once(socket, 'open')
    socket.send('{"id":1,"connect":{}}')
    const [answer] = await once(socket, 'message')
    expect(JSON.parse(String(answer))).toMatchObject({ id: 1, connect: { ping: 25, pong: true } })
    socket.terminate()
  })

  test.each([
    ['https://evil.example', 403],
    ['null', 403],
  ])('a page of %j is refused', async (origin, status) => {
    expect(await upgrade(board.url, { origin })).toBe(status)
  })

  test('a foreign Host is refused, and a request that is no upgrade is told so', async () => {
    const socket = new WebSocket(board.url, { headers: { host: 'evil.example' } })
    const [, response] = await once(
      socket.on('error', () => {}),
      'unexpected-response',
    )
    expect(response.statusCode).toBe(421)
    socket.terminate()
    const answer = await send(board.address, '/connection/websocket')
    expect(answer.json).toMatchObject({ status: 426, code: 'UPGRADE_REQUIRED' })
  })

  test('each may have so many connections, and each of them so many subscriptions', async () => {
    const clients = Array.from({ length: 3 }, () => board.connect({ token: 'ada' }))
    await Promise.all(clients.map((client) => client.ready()))
    const fourth = board.connect({ token: 'ada' })
    await expect.poll(() => fourth.state, wait).toBe('disconnected')
    await board.connect({ token: 'bob' }).ready()
    const [first] = clients
    if (first === undefined) return
    await listen(first, 'board.ticks')
    await listen(first, 'board.note:1')
    first
      .newSubscription('board.note:2')
      .on('error', () => {})
      .subscribe()
    const errors = new Promise((resolve) => first.getSubscription('board.note:2')?.on('unsubscribed', resolve))
    expect(await errors).toMatchObject({ code: 106 })
  })

  test('a session that ends closes its connections, and a permission that is taken away its subscription', async () => {
    const client = board.connect({ token: 'bob' })
    const kept = await listen(client, 'board.ticks')
    const lost = await listen(client, 'board.bursts')
    identity.known.bob = person('bob', ['board.note.read'])
    await board.platform.realtime.ground.sessions.check()
    await expect.poll(() => lost.subscription.state, wait).toBe('unsubscribed')
    expect(kept.subscription.state).toBe('subscribed')
    const left = new Promise((resolve) => client.on('connecting', resolve))
    delete identity.known.bob
    await board.platform.realtime.ground.sessions.check()
    expect(await left).toMatchObject({ code: 3005 })
    await expect.poll(() => client.state, wait).toBe('disconnected')
  })

  test('a permission that is taken away while a subscription resumes, or by a new token, ends it at once', async () => {
    const { ground } = board.platform.realtime
    const client = board.connect({ token: 'ada' })
    const { subscription } = await listen(client, 'board.ticks')
    const { feedOf } = ground
    const late = (feed: Feed): Feed => ({
      ...{ epoch: feed.epoch, cursor: feed.cursor },
      catchUp: () => feed.catchUp(),
      forgotten: (set) => feed.forgotten(set),
      async read(...asked) {
        identity.known.ada = person('ada', [])
        await ground.sessions.check()
        return feed.read(...asked)
      },
    })
    Object.assign(ground, { feedOf: (topic: Parameters<typeof feedOf>[0]) => late(feedOf(topic)) })
    const ended = new Promise((resolve) => subscription.on('unsubscribed', resolve))
    cutSockets(client)
    expect(await ended).toMatchObject({ code: 103 })

    const socket = new WebSocket(board.url)
    const told: string[] = []
    socket.on('message', (frames) => told.push(...String(frames).split('\n')))
    await once(socket, 'open')
    socket.send('{"id":1,"connect":{"token":"bob"}}\n{"id":2,"subscribe":{"channel":"board.bursts"}}')
    await expect.poll(() => told.length, wait).toBe(2)
    identity.known.bob = person('bob', ['board.note.read'])
    socket.send('{"id":3,"refresh":{"token":"bob"}}')
    await expect.poll(() => told.at(-1), wait).toContain('"id":3')
    expect(told.at(-2)).toContain('unsubscribe')
    socket.terminate()
  })

  test('a client that does not read is cut off, and the others go on', async () => {
    await using tight = await openBoard({ store, identity, realtime: { limits: { behindBytes: 200_000 } } })
    const socket = new WebSocket(tight.url)
    await once(socket, 'open')
    socket.send('{"id":1,"connect":{"token":"ada"}}\n{"id":2,"subscribe":{"channel":"board.note:1"}}')
    const closed = once(socket, 'close')
    await once(socket, 'message')
    socket.pause()
    const good = await listen(tight.connect({ token: 'ada' }), 'board.note:1')
    const text = 'x'.repeat(60_000)
    await tight.platform.engine.transaction(async (tx) => {
      for (const _ of upTo(300))
        await tight.platform.realtime.publish(notes, { id: '1' }, { text }, { org: 'main' }, tx)
    })
    await expect.poll(() => good.heard.length, wait).toBe(300)
    expect(tight.lines.filter((line) => line.includes('too slow')).length).toBeGreaterThanOrEqual(1)
    socket.resume()
    expect((await closed)[0]).toBe(3008)
  }, 30_000)

  test('one that does not even read why is cut without a word after 5 s, and what waited for it is forgotten', async () => {
    const clock = fakeClock()
    await using tight = await openBoard({ store, clock, identity, realtime: { limits: { behindBytes: 200_000 } } })
    const stubborn = async () => {
      const socket = new WebSocket(tight.url)
      await once(socket, 'open')
      let heard = 0
      socket.on('message', (frame) => {
        heard += String(frame).length
      })
      socket.send('{"id":1,"connect":{"token":"bob"}}\n{"id":2,"subscribe":{"channel":"board.bursts"}}')
      await once(socket, 'message')
      const closed = once(socket, 'close')
      socket.pause()
      return { socket, closed, heard: () => heard }
    }
    const [quick, slow] = [await stubborn(), await stubborn()]
    const sent = 400 * 60_000
    for (const n of upTo(400)) await tight.context().publish(bursts, {}, { n, text: 'x'.repeat(60_000) })
    expect(tight.lines.filter((line) => line.includes('too slow'))).toHaveLength(2)
    await clock.advance(4_999)
    quick.socket.resume()
    expect((await quick.closed)[0]).toBe(3008)
    await clock.advance(1)
    slow.socket.resume()
    expect((await slow.closed)[0]).toBe(1006)
    expect(slow.heard()).toBeLessThan(sent / 2)
  }, 30_000)

  test('whoever is refused again and again is told to wait: at the address, and within a connection', async () => {
    const env = { REGIE_RATE_LIMIT: '6/1h' }
    await using counted = await openBoard({ store, identity, env })
    const stream = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      send(counted.address, path, { headers })
    expect((await stream('/api/v1/stream?topics=board.ticks')).status).toBe(401)
    expect((await stream('/api/v1/stream/poll?topics=board.bursts', { authorization: 'Bearer ada' })).status).toBe(403)
    expect(await upgrade(counted.url, { origin: 'https://evil.example' })).toBe(403)
    const socket = new WebSocket(counted.url)
    await once(socket, 'open')
    const closed = once(socket, 'close')
    const answers: unknown[] = []
    socket.on('message', (answer) => answers.push(JSON.parse(String(answer)).error.code))
    for (const id of upTo(5)) socket.send(JSON.stringify({ id: id + 1, connect: { token: `guess ${id}` } }))
    expect((await closed)[0]).toBe(3013)
    expect(answers).toEqual([109, 109, 109])
    expect((await stream('/api/v1/stream?topics=board.ticks')).json).toMatchObject({ code: 'RATE_LIMITED' })
    expect(await upgrade(counted.url, { origin: 'https://evil.example' })).toBe(429)
  })

  test('what is no command ends the connection, and unknown methods are refused', async () => {
    expect(await closing(board.url, {}, 'hello')).toMatchObject({ code: 3501 })
    expect(await closing(board.url, {}, '{"id":1,"subscribe":{"channel":"board.ticks"}}')).toMatchObject({ code: 3501 })
    expect(await closing(board.url, {}, 'x'.repeat(70_000))).toMatchObject({ code: 1009 })
    const client = board.connect({ token: 'ada' })
    await client.ready()
    await expect(client.publish('board.ticks', {})).rejects.toMatchObject({ code: 108 })
    await expect(client.rpc('x', {})).rejects.toMatchObject({ code: 104 })
  })

  test('a position from before a restore is not resumed from', async () => {
    const client = board.connect({ token: 'ada' })
    const { numbers, recoveries } = await listen(client, 'board.ticks')
    await board.context().publish(ticks, {}, { n: 1 })
    await expect.poll(numbers, wait).toEqual([1])
    client.disconnect()
    await renewEpoch(board.platform.database, 'restored')
    await board.platform.realtime[Symbol.asyncDispose]()
    await board.platform.realtime.start({ hears: true })
    client.connect()
    await expect.poll(() => recoveries, wait).toEqual([false])
  })

  test('the history of a channel is read by position', async () => {
    const client = board.connect({ token: 'ada' })
    await client.ready()
    const context = board.context()
    for (const n of upTo(3)) await context.publish(ticks, {}, { n })
    await expect.poll(async () => (await client.history('board.ticks', { limit: 0 })).offset, wait).toBe(3)
    const { publications, epoch } = await client.history('board.ticks', { limit: 10, since: undefined as never })
    expect(publications.map(({ data }) => data)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
    const later = await client.history('board.ticks', { limit: 10, since: { offset: 2, epoch } })
    expect(later.publications.map(({ data }) => data)).toEqual([{ n: 2 }])
    await expect(client.history('board.ticks', { limit: 1, since: { offset: 1, epoch: 'x' } })).rejects.toMatchObject({
      code: 112,
    })
  })
})

/** The status an upgrade is refused with. */
async function upgrade(url: string, options: { readonly origin: string }): Promise<number> {
  const socket = new WebSocket(url, options)
  const [, response] = await once(
    socket.on('error', () => {}),
    'unexpected-response',
  )
  socket.terminate()
  return response.statusCode
}

/** Cuts the connection under the client, as a network does. */
function cutSockets(client: object): void {
  const transport: unknown = Reflect.get(client, '_transport')
  const socket = transport instanceof Object ? Reflect.get(transport, '_transport') : undefined
  if (socket instanceof WebSocket) socket.terminate()
}

async function refusal(board: Board, token: string, channel: string): Promise<unknown> {
  const client = board.connect({ token })
  const subscription = client.newSubscription(channel)
  const ended = new Promise((resolve) => subscription.on('unsubscribed', resolve))
  subscription.subscribe()
  const reason = await ended
  client.disconnect()
  return reason
}

async function closing(url: string, headers: Record<string, string>, line = '{"id":1,"connect":{}}') {
  const socket = new WebSocket(url, { headers })
  await once(socket, 'open')
  socket.send(line)
  const [code, reason] = await once(
    socket.on('error', () => {}),
    'close',
  )
  return { code, reason: String(reason) }
}
