import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { builders } from '../app/builders.ts'
import { openTestPlatform, STORES, shop } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'

const { signal, workflow } = builders<{ db: object; config: object; permission: never }>('shop')
const approved = signal({ name: 'approved', payload: z.object({ by: z.string() }) })
const order = workflow({
  name: 'order',
  input: z.object({ number: z.string() }),
  signals: [approved],
  async run(wf, { number }) {
    wf.log.info({ number }, 'an order came in')
    await wf.step('reserve', (ctx) => {
      ctx.log.info({ run: 'another', number }, 'a place is kept')
      return { reserved: number }
    })
    const answer = await wf.wait(approved, { key: number, name: 'approval' })
    return wf.step('pay', () => `${number} by ${answer?.by}`)
  },
})
const app: AnyApp = { ...shop, workflows: [order] } as never
const patience = { interval: 20 }

/** A started platform on which one order waits for its approval, and how to ask it. */
async function open(store: (typeof STORES)[number], permissions?: readonly string[]) {
  const opened = await openTestPlatform({ store, apps: [app], identity: openIdentity('main', permissions) })
  const { address = '' } = await opened.platform.start()
  const { engine } = opened.platform
  const begin = async (org: string): Promise<number> => {
    const { id } = await engine.enqueue(order, { number: 'Q-1' }, { org })
    await expect.poll(async () => (await engine.workflows.get(id)).waitingFor.length, patience).toBe(1)
    return id
  }
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(address + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    const answer: any = await response.json()
    return { status: response.status, body: answer }
  }
  return { opened, engine, begin, ask }
}

test.each(STORES)(
  'a workflow is paused, resumed, signalled and forked, and its steps come by page, on %s',
  async (store) => {
    const { opened, engine, begin, ask } = await open(store)
    await using _ = opened
    const id = await begin('main')
    const path = `/api/v1/workflows/${id}`
    expect((await ask('GET', '/api/v1/workflows')).body.items).toMatchObject([{ id, job: 'shop.order' }])
    expect((await ask('GET', path)).body).toMatchObject({
      waitingFor: [
        {
          step: 'approval',
          signal: 'shop.approved',
          payload: { type: 'object', properties: { by: { type: 'string' } }, required: ['by'] },
        },
      ],
    })
    expect((await ask('GET', '/api/v1/workflows?filter=kind:job')).body.items).toEqual([])
    const paused = await ask('POST', `${path}/pause`, { reason: 'prices are wrong' })
    expect(paused.body).toMatchObject({ pausedAt: expect.any(String), pauseReason: 'prices are wrong' })
    expect((await ask('POST', `${path}/resume`, {})).body).not.toHaveProperty('pausedAt')
    expect(await ask('POST', `${path}/signal`, { signal: 'shop.approved', payload: { by: 7 } })).toMatchObject({
      status: 400,
      body: { code: 'PAYLOAD_INVALID', errors: { 'payload.by': [expect.any(String)] } },
    })
    const signals = async (query = '') => (await ask('GET', `/api/v1/signals${query}`)).body.items
    await engine.workflows.signalNamed('shop.approved', { by: 'Bob' }, { key: 'Q-9' }, { org: 'main' })
    await engine.workflows.signalNamed('shop.approved', { by: 'Eve' }, { key: 'Q-9' }, { org: 'away' })
    const [kept] = await signals()
    expect(await signals('?name=shop.approved')).toMatchObject([{ key: 'Q-9', payload: { by: 'Bob' } }])
    expect(await signals(`?run=${id}`)).toEqual([])
    expect((await ask('DELETE', `/api/v1/signals/${kept.id}`)).body).toEqual(kept)
    expect(await ask('DELETE', `/api/v1/signals/${kept.id}`)).toMatchObject({ body: { code: 'SIGNAL_UNKNOWN' } })
    const sent = await ask('POST', `${path}/signal`, { signal: 'shop.approved', payload: { by: 'Ada' } })
    expect(sent.body).toEqual({ outcome: 'delivered', runId: id })
    expect(await engine.runs.wait(id)).toMatchObject({ state: 'succeeded', result: 'Q-1 by Ada' })
    const first = await ask('GET', `${path}/steps?limit=2`)
    expect(first.body.items).toMatchObject([{ name: 'reserve', state: 'done' }, { name: 'approval' }])
    expect(first.body.items[0]).not.toHaveProperty('result')
    const rest = await ask('GET', `${path}/steps?limit=2&cursor=${first.body.next}`)
    expect(rest.body).toMatchObject({ items: [{ name: 'pay' }] })
    expect(rest.body).not.toHaveProperty('next')
    expect((await ask('GET', `${path}/steps?name=reserve`)).body.items).toMatchObject([{ result: { reserved: 'Q-1' } }])
    expect((await ask('GET', `${path}/fork?from=pay`)).body).toEqual({
      kept: { count: 2, names: ['reserve', 'approval'] },
      again: { count: 1, names: ['pay'] },
    })
    expect((await ask('GET', `${path}/fork?from=mail`)).body).toMatchObject({ code: 'STEP_UNKNOWN' })
    const fork = await ask('POST', `${path}/fork`, { from: 'pay', input: { number: 'Q-2' } })
    expect(fork.status).toBe(201)
    expect(await engine.runs.wait(fork.body.id)).toMatchObject({ result: 'Q-2 by Ada' })
    expect((await ask('POST', `${path}/retry`, {})).body).toMatchObject({ code: 'RUN_STATE' })
    expect((await ask('POST', `${path}/cancel`, {})).body).toEqual({ outcome: 'already-ended' })
  },
  30_000,
)

test('what a workflow and its steps write into the log carries the number of their run', async () => {
  const { opened, begin } = await open('SQLite')
  await using _ = opened
  const id = await begin('main')
  const lines = opened.lines.map((line) => JSON.parse(line)).filter(({ number }) => number === 'Q-1')
  expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(['an order came in', 'a place is kept']))
  expect(new Set(lines.map(({ run }) => run))).toEqual(new Set([id]))
})

test.each(STORES)(
  'a workflow of another organisation is as unknown as none, whatever is asked of it, on %s',
  async (store) => {
    const { opened, engine, begin, ask } = await open(store, ['runs.read', 'runs.manage'])
    await using _ = opened
    const id = await begin('away')
    const path = `/api/v1/workflows/${id}`
    const asked = await Promise.all([
      ask('GET', path),
      ask('GET', `${path}/steps`),
      ask('POST', `${path}/signal`, { signal: 'shop.approved', payload: { by: 'Eve' } }),
      ask('POST', `${path}/cancel`, {}),
      ask('POST', `${path}/pause`, {}),
      ask('POST', `${path}/resume`, {}),
      ask('POST', `${path}/retry`, {}),
      ask('POST', `${path}/fork`, { from: 'approval' }),
    ])
    expect(asked.map(({ status, body }) => `${status} ${body.code}`)).toEqual(asked.map(() => '404 RUN_UNKNOWN'))
    expect((await ask('GET', '/api/v1/workflows')).body).toEqual({ items: [] })
    expect(await engine.workflows.get(id)).toMatchObject({ waitingFor: [{ step: 'approval' }] })
  },
  30_000,
)
