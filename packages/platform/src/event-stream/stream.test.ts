import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORES } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'
import { bursts, notes, openBoard, people, person, ticks, upTo } from '../realtime/realtime.testing.ts'

type Board = Awaited<ReturnType<typeof openBoard>>

const wait = { interval: 5 }
const headers = { cookie: 'session=bob' }

interface StreamEvent {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** An event stream as a browser reads it. */
function openStream(address: string, topics: string, { after = '', cookie = 'session=bob' } = {}) {
  const events: StreamEvent[] = []
  let text = ''
  let comments = 0
  let ended = false
  const path = `/api/v1/stream?topics=${topics}`
  const outgoing = request(address, { path, headers: { cookie, ...(after !== '' && { 'last-event-id': after }) } })
  outgoing.on('error', () => {})
  outgoing.on('response', (incoming) => {
    incoming
      .on('error', () => {})
      .on('close', () => {
        ended = true
      })
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 2)]))
        if (block.startsWith(':')) comments += 1
        else
          events.push({
            id: fields.get('id') ?? '',
            event: fields.get('event') ?? '',
            data: JSON.parse(fields.get('data') ?? ''),
          })
      }
    })
  })
  outgoing.end()
  return {
    events,
    of: (event: string) => events.filter((each) => each.event === event).map(({ data }) => data),
    comments: () => comments,
    ended: () => ended,
    last: () => events.at(-1)?.id ?? '',
    cut: () => outgoing.destroy(),
  }
}

interface Polled {
  readonly next: string
  readonly lost: string[]
  readonly events: { readonly data: unknown }[]
}

describe.each(STORES)('event streams on %s', (store) => {
  let board: Board
  const identity = people({})
  beforeEach(async () => {
    Object.assign(identity.known, {
      ada: person('ada', ['board.note.read']),
      bob: person('bob', ['board.note.read', 'board.note.write']),
    })
    board = await openBoard({ store, identity, realtime: { pingMs: 30, limits: { connectionsEach: 2 } } })
  })
  afterEach(() => board[Symbol.asyncDispose]())

  test('several topics arrive in one order, with signs of life between', async () => {
    const stream = openStream(board.address, 'board.ticks,board.note:7,board.bursts')
    await expect.poll(() => stream.of('ready'), wait).toEqual([{ lost: [] }])
    const context = board.context()
    await context.publish(ticks, {}, { n: 1 })
    await context.publish(notes, { id: '7' }, { text: 'seven' })
    await context.publish(notes, { id: '8' }, { text: 'eight' })
    await context.publish(bursts, {}, { n: 3 })
    await context.publish(ticks, {}, { n: 2 })
    await expect.poll(() => stream.events.length, wait).toBe(5)
    const kept = stream.events.filter(({ event }) => event !== 'ready' && event !== 'board.bursts')
    expect(kept.map(({ event, data }) => [event, data])).toEqual([
      ['board.ticks', { n: 1 }],
      ['board.note:7', { text: 'seven' }],
      ['board.ticks', { n: 2 }],
    ])
    expect(stream.of('board.bursts')).toEqual([{ n: 3 }])
    await expect.poll(stream.comments, wait).toBeGreaterThan(0)
    stream.cut()
  })

  test('cut off again and again, every event arrives once, in order', async () => {
    const context = board.context()
    const seen: unknown[] = []
    let after = ''
    const publishing = (async () => {
      for (const n of upTo(300)) {
        await context.publish(ticks, {}, { n })
        await context.publish(notes, { id: '1' }, { text: String(n) })
        if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      }
    })()
    const topics = 'board.ticks,board.note:1'
    const first = openStream(board.address, topics)
    await expect.poll(first.last, wait).not.toBe('')
    first.cut()
    after = first.events[0]?.id ?? ''
    for (let round = 0; seen.length < 600 - 2 && round < 400; round += 1) {
      const stream = openStream(board.address, topics, { after })
      await expect.poll(stream.last, wait).not.toBe('')
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 8))
      stream.cut()
      expect(stream.of('ready')).toEqual([{ lost: [] }])
      seen.push(...stream.events.filter(({ event }) => event !== 'ready').map(({ data }) => data))
      after = stream.last()
    }
    await publishing
    const rest = openStream(board.address, topics, { after })
    const all = () => [...seen, ...rest.events.filter(({ event }) => event !== 'ready').map(({ data }) => data)]
    await expect.poll(() => all().at(-1), wait).toEqual({ text: '299' })
    const everything = upTo(300).flatMap((n) => [{ n }, { text: String(n) }])
    // The first stream began somewhere in the middle.
    expect(all()).toEqual(everything.slice(600 - all().length))
    expect(all().length).toBeGreaterThan(200)
    rest.cut()
  }, 60_000)

  test('whoever was away for longer than is kept is told what is lost', async () => {
    const context = board.context()
    const stream = openStream(board.address, 'board.ticks')
    await context.publish(ticks, {}, { n: 0 })
    await expect.poll(stream.last, wait).not.toBe('')
    const after = stream.events[0]?.id ?? ''
    stream.cut()
    await context.publish(ticks, {}, { n: 1 })
    await board.platform.realtime.prune(Number.MAX_SAFE_INTEGER)
    const later = openStream(board.address, 'board.ticks', { after })
    await expect.poll(() => later.of('ready'), wait).toEqual([{ lost: ['board.ticks'] }])
    later.cut()
    const strange = openStream(board.address, 'board.ticks', { after: 'what?' })
    await expect.poll(() => strange.of('ready'), wait).toEqual([{ lost: ['board.ticks'] }])
    strange.cut()
  })

  test('the same by polling: a place to begin, what has come, and nothing twice', async () => {
    const poll = async (after?: string) => {
      const path = `/api/v1/stream/poll?topics=board.ticks&wait=1${after === undefined ? '' : `&after=${after}`}`
      const { json } = await send(board.address, path, { headers })
      return json as Polled
    }
    const context = board.context()
    let { next, events } = await poll()
    expect(events).toEqual([])
    const seen: unknown[] = []
    const publishing = (async () => {
      for (const n of upTo(120)) {
        await context.publish(ticks, {}, { n })
        if (n % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    while (seen.length < 120) {
      const answer = await poll(next)
      expect(answer.lost).toEqual([])
      ;({ next, events } = answer)
      seen.push(...events.map(({ data }) => data))
    }
    await publishing
    expect(seen).toEqual(upTo(120).map((n) => ({ n })))
    expect((await poll(next)).events).toEqual([])
  }, 30_000)

  test('who may not, asks for what is not, or for too much, is refused', async () => {
    const ask = async (query: string, cookie = 'session=ada') =>
      (await send(board.address, `/api/v1/stream/poll?wait=0&${query}`, { headers: { cookie } })).json
    expect(await ask('topics=board.ticks', 'a=b')).toMatchObject({ status: 401 })
    expect(await ask('topics=board.bursts')).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect(await ask('topics=board.what')).toMatchObject({ status: 404, code: 'TOPIC_UNKNOWN' })
    expect(await ask('')).toMatchObject({ status: 400, code: 'INPUT_INVALID' })
    const open = [1, 2].map(() => openStream(board.address, 'board.ticks', { cookie: 'session=ada' }))
    for (const stream of open) await expect.poll(stream.last, wait).not.toBe('')
    expect(await ask('topics=board.ticks')).toMatchObject({ status: 429, code: 'STREAM_LIMIT' })
    for (const stream of open) stream.cut()
    await expect.poll(() => ask('topics=board.ticks'), wait).toMatchObject({ events: [] })
  })

  test('a session that ends, a permission that is taken away, and a server that stops close the stream', async () => {
    const mine = openStream(board.address, 'board.bursts')
    const other = openStream(board.address, 'board.ticks', { cookie: 'session=ada' })
    const { next } = (await send(board.address, '/api/v1/stream/poll?topics=board.bursts', { headers })).json as Polled
    const polled = send(board.address, `/api/v1/stream/poll?topics=board.bursts&after=${next}`, { headers })
    await expect.poll(() => board.platform.realtime.ground.connections.size, wait).toBe(3)
    await expect.poll(() => [mine.of('ready').length, other.of('ready').length], wait).toEqual([1, 1])
    identity.known.bob = person('bob', ['board.note.read'])
    await board.platform.realtime.ground.sessions.check()
    await board.context().publish(bursts, {}, { n: 1 })
    await expect.poll(mine.ended, wait).toBe(true)
    expect(mine.of('board.bursts')).toEqual([])
    expect((await polled).json).toMatchObject({ events: [] })
    expect(other.ended()).toBe(false)
    await board.platform.stop()
    await expect.poll(other.ended, wait).toBe(true)
  })
})
