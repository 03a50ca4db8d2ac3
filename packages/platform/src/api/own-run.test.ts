import { Centrifuge } from 'centrifuge'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { openTestPlatform, pack, STORES, shop, type TestPlatform, wait } from '../app/platform.testing.ts'
import type { Principal } from '../auth/principal.ts'
import { accepted, acceptedRun } from '../http/accepted.ts'
import { send } from '../http/request.testing.ts'
import { people, person } from '../realtime/realtime.testing.ts'

const { job, route, workflow, signal } = builders<{
  readonly db: object
  readonly config: unknown
  readonly permission: string
}>('shop')
const packOnce = job({ name: 'pack-once', input: z.object({}), unique: { period: '1h' }, run: () => 'packed' })
const sent: string[] = []
const ship = job({
  name: 'ship',
  permission: 'order.write',
  input: z.object({ to: z.string() }),
  run: (_, { to }) => void sent.push(to),
})
const paid = signal({ name: 'paid', payload: z.object({ by: z.string() }) })
const sell = workflow({
  name: 'sell',
  permission: 'order.write',
  input: z.object({ to: z.string() }),
  signals: [paid],
  async run(wf, { to }) {
    await wf.step('offer', () => to)
    return wf.wait(paid, { key: to, name: 'payment' })
  },
})
const begin = route({
  method: 'POST',
  path: '/begin',
  summary: 'Begin some work',
  permission: 'order.write',
  input: z.object({ work: z.enum(['once', 'fails', 'waits']) }),
  output: acceptedRun,
  status: 202,
  async handle(ctx, { work }) {
    if (work === 'once') return accepted(await ctx.enqueue(packOnce, {}))
    if (work === 'waits') return accepted(await ctx.transaction((tx) => tx.enqueue(wait, {})))
    return accepted(await ctx.enqueue(pack, { orderId: 'a', fail: true }))
  },
})
const app = {
  ...shop,
  jobs: [...shop.jobs, packOnce, ship],
  workflows: [...shop.workflows, sell],
  routes: [...shop.routes, begin],
} as unknown as typeof shop

const may = ['shop.order.write']
const key = (id: string): Principal => ({ ...person(id, may), kind: 'key', owner: 'ada' })
const known = {
  ada: person('ada', may),
  bob: person('bob', may),
  cleo: person('cleo', may),
  manager: person('manager', ['runs.manage']),
  dismissed: person('manager', []),
  operator: person('operator', ['runs.read', 'runs.manage']),
  clerk: person('clerk', ['runs.read', 'runs.manage', ...may]),
  elsewhere: person('ada', may, 'other'),
  one: key('one'),
  other: key('other'),
}
type Name = keyof typeof known

const oneId = z.object({ id: z.int() })
const problemShape = z.object({
  code: z.string(),
  about: z.object({ permission: z.string(), why: z.string() }).partial().optional(),
})

/** What a client hears of a channel, once it is subscribed; rejects with why it may not. */
async function follow(client: Centrifuge | undefined, channel: string): Promise<readonly unknown[]> {
  const heard: unknown[] = []
  const subscription = client?.newSubscription(channel)
  subscription?.on('publication', ({ data }) => heard.push(data))
  subscription?.subscribe()
  client?.connect()
  await subscription?.ready()
  return heard
}

describe.each(STORES)('runs of one’s own, on %s', (store) => {
  let world: TestPlatform
  let address = ''
  beforeEach(async () => {
    world = await openTestPlatform({ store, apps: [app], identity: people(known) })
    address = (await world.platform.start()).address ?? ''
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const ask = (who: Name, method: string, path: string, body?: object) =>
    send(address, path, {
      method,
      headers: { authorization: `Bearer ${who}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const start = async (who: Name, work: string) =>
    acceptedRun.parse((await ask(who, 'POST', '/api/v1/shop/begin', { work })).json).runId
  const statuses = (path: string, ...names: readonly Name[]) =>
    Promise.all(names.map(async (who) => (await ask(who, 'GET', path)).status))

  test('whoever was answered 202 follows that run to its end, and no other', async () => {
    const run = await start('ada', 'waits')
    const [own, none] = [`/api/v1/runs/${run}`, '/api/v1/runs/999999']
    const topics = `/api/v1/stream/poll?wait=0&topics=run:${run},run-log:${run}`
    const state = async () => (await ask('ada', 'GET', own)).json
    await expect.poll(state).toMatchObject({ state: 'running', job: 'shop.wait' })
    expect((await ask('ada', 'GET', `${own}/logs`)).status).toBe(200)
    expect((await ask('ada', 'GET', `${own}/result`)).status).toBe(202)
    expect((await ask('ada', 'GET', topics)).status).toBe(200)
    const url = `${address.replace('http', 'ws')}/connection/websocket`
    const [mine, others] = ['ada', 'bob'].map((token) => new Centrifuge(url, { websocket: WebSocket, token }))
    onTestFinished(() => {
      mine?.disconnect()
      others?.disconnect()
    })
    const heard = await follow(mine, `run:${run}`)
    // Told once or twice: it may have been looked at just before and just after.
    await expect.poll(() => heard.at(-1)).toMatchObject({ id: run, state: 'running' })
    await expect(follow(others, `run:${run}`)).rejects.toMatchObject({ message: 'unsubscribed' })

    for (const below of ['', '/result', '/logs']) {
      const others = await ask('bob', 'GET', own + below)
      expect(others).toMatchObject({ status: 404, json: { code: 'RUN_UNKNOWN' } })
      expect((await ask('bob', 'GET', none + below)).body).toBe(others.body.replaceAll(`run ${run}:`, 'run 999999:'))
    }
    expect((await ask('bob', 'DELETE', own)).json).toMatchObject({ status: 404, code: 'RUN_UNKNOWN' })
    expect((await ask('bob', 'GET', topics)).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const lists = ['/api/v1/runs', '/api/v1/runs/count', `${own}/history`, '/api/v1/errors', '/api/v1/workflows']
    for (const path of [...lists, '/api/v1/stream/poll?wait=0&topics=runs'])
      expect(await statuses(path, 'ada'), path).toEqual([403])
    expect((await ask('ada', 'POST', `${own}/retry`, {})).status).toBe(403)

    expect((await ask('ada', 'GET', own)).json).toMatchObject({ own: true })
    expect((await ask('operator', 'GET', own)).json).not.toHaveProperty('own')
    expect((await ask('ada', 'DELETE', own)).json).toEqual({ outcome: 'requested' })
    await world.platform.engine.runs.wait(run)
    expect((await ask('ada', 'GET', `${own}/result`)).json).toMatchObject({ status: 409, code: 'RUN_NOT_SUCCEEDED' })
    const ofKey = await start('one', 'waits')
    expect((await ask('one', 'DELETE', `/api/v1/runs/${ofKey}`)).status).toBeLessThan(300)
    await world.platform.engine.runs.wait(ofKey)
    expect((await ask('one', 'GET', `/api/v1/runs/${ofKey}`)).body).toContain('cancelled by the API key')
  })

  test('runs.manage is no way round the permission a job asks for, nor into the platform’s own', async () => {
    const { engine } = world.platform
    const code = async (who: Name, path: string, body: object) => {
      const { status, json } = await ask(who, 'POST', path, body)
      if (status < 300) return status
      const { code: refusal, about } = problemShape.parse(json)
      return `${refusal} ${about?.permission ?? about?.why}`
    }
    const order = (input: object, job = 'shop.ship') => ({ job, input })
    const needs = 'FORBIDDEN shop.order.write'
    const to = (name: string) => ({ to: name })
    expect(await code('operator', '/api/v1/runs', order(to('eve')))).toBe(needs)
    const begun = async (ordered: object) => oneId.parse((await ask('clerk', 'POST', '/api/v1/runs', ordered)).json).id
    const run = await begun(order(to('ada')))
    await engine.runs.wait(run)
    const retry = `/api/v1/runs/${run}/retry`
    expect(await code('operator', retry, { input: to('eve') })).toBe(needs)
    expect(await code('operator', retry, {})).toBe(202)
    await engine.runs.wait(run)
    expect(await code('clerk', retry, { input: to('bob') })).toBe(202)
    await engine.runs.wait(run)
    expect(sent.splice(0)).toEqual(['ada', 'ada', 'bob'])

    expect(await code('operator', '/api/v1/runs', order(to('eve'), 'shop.sell'))).toBe(needs)
    const id = await begun(order(to('ada'), 'shop.sell'))
    await expect.poll(async () => (await engine.workflows.get(id)).waitingFor).toHaveLength(1)
    const flow = `/api/v1/workflows/${id}`
    const payment = { signal: 'shop.paid', payload: { by: 'eve' } }
    expect(await code('operator', `${flow}/signal`, payment)).toBe(needs)
    expect(await code('operator', `${flow}/fork`, { from: 'offer', input: to('eve') })).toBe(needs)
    expect(await code('clerk', `${flow}/fork`, { from: 'offer', input: to('bob') })).toBe(201)
    await engine.workflows.cancel(id)
    await engine.runs.wait(id)
    expect(await code('operator', `${flow}/retry`, { input: to('eve') })).toBe(needs)
    expect(await code('clerk', `${flow}/retry`, { input: to('ada') })).toBe(202)

    const push = { org: 'other', subscription: 'x', content: 'x', collapse: 'x' }
    expect(await code('operator', '/api/v1/runs', order(push, 'notify.push'))).toBe('FORBIDDEN internal')
    const own = ['privacy.purge', 'cleanup.logs', 'backup.manual'].map((name) =>
      code('operator', '/api/v1/runs', order({}, name)),
    )
    const schedules = 'FORBIDDEN schedules.manage'
    expect(await Promise.all(own)).toEqual([schedules, schedules, 'FORBIDDEN backups.manage'])
    expect(await code('operator', '/api/v1/runs', order({}, 'shop.pack-once'))).toBe(201)
    expect((await ask('operator', 'GET', '/api/v1/console')).json).toMatchObject({
      jobs: expect.arrayContaining([
        { name: 'shop.ship', permission: 'shop.order.write' },
        { name: 'shop.pack-once' },
        { name: 'notify.push', permission: 'nobody' },
      ]),
    })
  })

  test('one that was there already is followed by everybody who was answered it; a key’s by its owner too', async () => {
    const once = await start('ada', 'once')
    await world.platform.engine.runs.wait(once)
    expect(await start('bob', 'once')).toBe(once)
    const result = `/api/v1/runs/${once}/result`
    expect(await statuses(result, 'ada', 'bob', 'operator')).toEqual([200, 200, 200])
    expect(await statuses(result, 'cleo', 'one', 'elsewhere')).toEqual([404, 404, 404])
    expect((await ask('bob', 'GET', result)).json).toEqual({ state: 'succeeded', result: 'packed' })

    const failed = await start('one', 'fails')
    await world.platform.engine.runs.wait(failed)
    const run = `/api/v1/runs/${failed}`
    expect(await statuses(run, 'one', 'ada', 'other', 'bob')).toEqual([200, 200, 404, 404])
    // Where in the code it happened is for those who see all runs.
    const own = await ask('ada', 'GET', run)
    expect(own.json).toMatchObject({ state: 'failed', error: { message: 'the carton is too small' } })
    expect(own.body).not.toContain('"stack"')
    expect((await ask('operator', 'GET', run)).body).toContain('"stack"')
    // Whoever replays a run is answered 202 too, and follows it as long as they may replay runs.
    expect(await statuses(run, 'manager')).toEqual([404])
    expect((await ask('manager', 'POST', `${run}/retry`, {})).status).toBe(202)
    expect(await statuses(run, 'manager', 'dismissed')).toEqual([200, 404])
  })
})
