import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { builders } from '../app/builders.ts'
import { STORES } from '../app/platform.testing.ts'
import { board, listen, openBoard } from '../realtime/realtime.testing.ts'

type Board = Awaited<ReturnType<typeof openBoard>>
const wait = { interval: 10 }
const gates = new Map<string, PromiseWithResolvers<void>>()

function gate(name: string): PromiseWithResolvers<void> {
  const known = gates.get(name) ?? Promise.withResolvers<void>()
  gates.set(name, known)
  return known
}

const { job } = builders<{ db: object; config: object; permission: never }>('board')
const paint = job({
  name: 'paint',
  input: z.object({ gate: z.string() }),
  async run(ctx, input) {
    await ctx.progress(40, 'first coat')
    await gate(input.gate).promise
  },
})
const app: AnyApp = { ...board, jobs: [paint] }

describe.each(STORES)("the platform's own topics on %s", (store) => {
  let test_: Board
  beforeEach(async () => {
    test_ = await openBoard({ store, apps: [app] })
  })
  afterEach(async () => {
    for (const { resolve } of gates.values()) resolve()
    gates.clear()
    await test_[Symbol.asyncDispose]()
  })

  test('one run is told as it is, its progress, and its end; without its input', async () => {
    const { id } = await test_.context().enqueue(paint, { gate: 'a' })
    const { heard } = await listen(test_.connect(), `run:${id}`)
    const last = () => heard.at(-1)?.data
    await expect
      .poll(last, wait)
      .toMatchObject({ id, state: 'running', progress: { percent: 40, message: 'first coat' } })
    expect(last()).not.toHaveProperty('input')
    gate('a').resolve()
    await expect.poll(last, wait).toMatchObject({ id, state: 'succeeded' })
    const second = await listen(test_.connect(), `run:${id}`)
    await expect.poll(() => second.heard.map(({ data }) => data), wait).toMatchObject([{ state: 'succeeded' }])
  }, 20_000)

  test('of the newest runs only those that changed are told', async () => {
    const { heard } = await listen(test_.connect(), 'runs')
    await expect.poll(() => heard.map(({ data }) => data), wait).toEqual([{ changed: [], more: true }])
    const queues = await listen(test_.connect(), 'queues')
    await expect.poll(() => queues.heard.length, wait).toBeGreaterThan(0)
    const { id } = await test_.context().enqueue(paint, { gate: 'b' })
    const changed = () => heard.flatMap(({ data }) => (data as { changed: { id: number; state: string }[] }).changed)
    await expect.poll(() => changed().at(-1), wait).toMatchObject({ id, state: 'running' })
    gate('b').resolve()
    await expect.poll(() => changed().at(-1), wait).toMatchObject({ id, state: 'succeeded' })
    expect(changed().every((run) => run.id === id)).toBe(true)
  }, 20_000)

  test('alerts are told when they are raised and when they are resolved, to their organisation', async () => {
    const { heard } = await listen(test_.connect(), 'alerts')
    const alert = { key: 'disk', severity: 'warning', title: 'Disk', detail: 'full' } as const
    await test_.platform.alerts.raise({ ...alert, org: 'other' })
    await test_.platform.alerts.raise(alert)
    await expect.poll(() => heard.map(({ data }) => data), wait).toMatchObject([{ key: 'disk', org: 'main', count: 1 }])
    const [open] = (await test_.platform.alerts.list({ org: 'main' })).alerts
    await test_.platform.alerts.resolve(open?.id ?? '')
    await expect.poll(() => heard.at(-1)?.data, wait).toMatchObject({ resolvedAt: expect.any(String) })
  })

  test('the log is followed from a level on, and a flood tells how much it left out', async () => {
    const { heard } = await listen(test_.connect(), 'logs:warn')
    test_.platform.log.info({}, 'a whisper')
    test_.platform.log.warn({ who: 'me' }, 'a shout')
    const lines = () => heard.flatMap(({ data }) => (data as { lines: { msg: string }[] }).lines)
    await expect.poll(() => lines().map(({ msg }) => msg), wait).toEqual(['a shout'])
    expect(heard[0]?.data).toMatchObject({ process: expect.stringMatching(new RegExp(`:${process.pid}$`)) })
    for (let count = 0; count < 250; count += 1) test_.platform.log.error({ count }, 'flood')
    await expect.poll(() => heard.at(-1)?.data, wait).toMatchObject({ dropped: 50 })
    expect(lines()).toHaveLength(201)
  })

  test('what was logged is found again, page by page, and what a console looks at only when it is asked for', async () => {
    const { send, address, platform } = test_
    const read = async (query: string) =>
      (await send(address, `/api/v1/logs?${query}`)).json as { items: unknown[]; next?: string; since?: string }
    for (let count = 0; count < 3; count += 1) platform.log.warn({ run: 7, count }, 'a knock')
    const first = await read('text=knock&run=7&level=warn&limit=2')
    expect(first.items).toMatchObject([{ count: 2, msg: 'a knock' }, { count: 1 }])
    expect((await read(`text=knock&run=7&limit=2&cursor=${first.next}`)).items).toMatchObject([{ count: 0 }])
    expect(first.since).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    await send(address, '/api/v1/queues', { headers: { 'x-regie-client': 'console' } })
    await send(address, '/api/v1/none', { headers: { 'x-regie-client': 'console' } })
    const requests = async (more: string) => {
      const { items } = await read(`part=http&${more}`)
      return (items as { endpoint?: string; status?: number }[]).map(({ endpoint, status }) => `${status} ${endpoint}`)
    }
    // A request is logged once it is answered.
    await expect.poll(() => requests('console=true'), wait).toContain('200 /api/v1/queues')
    await expect.poll(() => requests(''), wait).toContain('404 unmatched')
    const usual = await requests('')
    expect(usual).not.toContain('200 /api/v1/queues')
    expect((await send(address, '/api/v1/logs?cursor=abc')).json).toMatchObject({ code: 'CURSOR_INVALID' })
  })
})
