import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { createPlatform } from '../app/create-platform.ts'
import { openTestPlatform, pack, STORES, shop } from '../app/platform.testing.ts'
import { operatorOf } from '../auth/acting.ts'

describe.each(STORES)('groups of errors on %s', (store) => {
  test('one that is muted raises no alert, and comes back when it happens again after it was resolved', async () => {
    await using opened = await openTestPlatform({ store })
    const { engine, faults, alerts } = opened.platform
    const { address = '' } = await opened.platform.start()
    const fail = async () => {
      const { id } = await engine.enqueue(pack, { orderId: 'a', fail: true })
      expect(await engine.runs.wait(id)).toMatchObject({ state: 'failed' })
    }
    const open = async () => (await alerts.list({ open: true })).alerts.map(({ key, count }) => ({ key, count }))
    const key = 'job:shop.pack'
    await fail()
    await expect.poll(open).toEqual([{ key, count: 1 }])
    const [group] = await faults.list({ org: 'main' })
    const path = `/api/v1/errors/${group?.fingerprint}`
    const muted = await opened.sendJson(address, `${path}/mute`, {})
    expect(muted.json).toMatchObject({ state: 'muted', count: 1 })
    // Nobody wants to hear of it any more: what they heard is over.
    expect(await open()).toEqual([])
    await fail()
    await fail()
    expect(await faults.hear('main', group?.fingerprint ?? '')).toBe(false)
    expect(await open()).toEqual([])
    expect((await opened.sendJson(address, `${path}/resolve`, {})).json).toMatchObject({ state: 'resolved' })
    await fail()
    await expect.poll(open).toHaveLength(1)
    // The alert and the group say the same number.
    await opened.platform.causes.settle()
    expect(await open()).toEqual([{ key, count: 4 }])
    const { json } = await opened.send(address, '/api/v1/errors?filter=job:shop.*')
    expect(json).toMatchObject({ items: [{ state: 'returned', count: 4 }] })
    expect((await opened.send(address, '/api/v1/errors?filter=job:other.*')).json).toEqual({ items: [] })
    // Its oldest run is retried, and is no longer among those that failed then.
    const seen = () =>
      faults.list({ org: 'main' }).then(([{ firstAt, lastAt } = { firstAt: 0, lastAt: 0 }]) => ({ firstAt, lastAt }))
    const before = await seen()
    const { runs } = await engine.runs.search({ state: ['failed'] })
    const { id: oldest = 0 } = runs.at(-1) ?? {}
    await engine.runs.retry(oldest)
    await engine.runs.wait(oldest)
    const after = await seen()
    expect(after.firstAt).toBe(before.firstAt)
    expect(after.lastAt).toBeGreaterThan(before.lastAt)
    expect((await opened.send(address, '/api/v1/errors?filter=colour:red')).status).toBe(400)
    // Repaired and run again, all of them: the cause is gone, and so is the alert.
    for (const { id } of runs) await engine.runs.retry(id, { input: { orderId: 'a' } })
    for (const { id } of runs) expect(await engine.runs.wait(id)).toMatchObject({ state: 'succeeded' })
    await opened.platform.causes.settle()
    expect(await open()).toEqual([])
  }, 20_000)

  test('runs that wait for their next try are among what fails, and are tried at once with another input', async () => {
    const flaky = builders('shop').job({
      name: 'flaky',
      input: z.object({ works: z.boolean() }),
      retry: { attempts: 3, base: '1h', jitter: 'none' },
      run: (_ctx, { works }) => {
        if (!works) throw new Error('not yet')
      },
    })
    await using opened = await openTestPlatform({ store, apps: [{ ...shop, jobs: [...shop.jobs, flaky] }] })
    const { address = '' } = await opened.platform.start()
    const { id } = await opened.platform.engine.enqueue(flaky, { works: false })
    const errors = async () => (await opened.send(address, '/api/v1/errors')).json
    await expect.poll(errors).toMatchObject({ items: [{ count: 0, retrying: 1, error: { message: 'not yet' } }] })
    expect((await opened.send(address, '/api/v1/runs?filter=state:failed,retrying')).json).toMatchObject({
      items: [{ id, state: 'scheduled', attempt: 2, maxAttempts: 3, error: { message: 'not yet' } }],
    })
    // What is tried again is not over.
    const { alerts, causes } = opened.platform
    await alerts.raise({ key: 'job:shop.flaky', severity: 'critical', title: 'It failed before', detail: '' })
    await causes.settle()
    expect((await alerts.list({ open: true })).alerts).toMatchObject([{ key: 'job:shop.flaky', count: 1 }])
    expect((await opened.sendJson(address, `/api/v1/runs/${id}/retry`, { input: { works: true } })).status).toBe(202)
    expect(await opened.platform.engine.runs.wait(id)).toMatchObject({ state: 'succeeded' })
    expect(await errors()).toEqual({ items: [] })
  }, 20_000)

  test('it is muted until an instant, and somebody of the organisation looks after it', async () => {
    await using opened = await openTestPlatform({ store })
    const { engine, faults, identity } = opened.platform
    const { address = '' } = await opened.platform.start()
    const user = await identity.users.create(operatorOf('main'), {
      email: 'ada@example.org',
      name: 'Ada',
      password: 'a long enough pass phrase 42',
      roles: ['operator'],
    })
    await engine.runs.wait((await engine.enqueue(pack, { orderId: 'a', fail: true })).id)
    const [group] = await faults.list({ org: 'main' })
    const path = `/api/v1/errors/${group?.fingerprint}`
    const until = new Date(Date.now() + 60_000).toISOString()
    expect((await opened.sendJson(address, `${path}/mute`, { until })).json).toMatchObject({
      state: 'muted',
      mutedUntil: until,
    })
    expect((await opened.sendJson(address, `${path}/mute`, { until: '2020-01-01T00:00:00Z' })).status).toBe(422)
    expect((await opened.sendJson(address, `${path}/unmute`, {})).json).toMatchObject({ state: 'open' })
    const assigned = await opened.sendJson(address, `${path}/assign`, { to: 'ada@example.org' })
    expect(assigned.json).toMatchObject({ assignee: { id: user.id, name: 'Ada' } })
    expect((await opened.sendJson(address, `${path}/assign`, { to: 'eve@example.org' })).status).toBe(404)
    expect((await opened.send(address, '/api/v1/errors/assignees')).json).toMatchObject({ items: [{ name: 'Ada' }] })
    expect((await opened.sendJson(address, `${path}/assign`, { to: null })).json).not.toHaveProperty('assignee')
    const unknown = '/api/v1/errors/0000000000000000/mute'
    // That it is unknown comes before what else is wrong.
    expect((await opened.sendJson(address, unknown, { until: '2020-01-01T00:00:00Z' })).status).toBe(404)
    expect((await opened.send(address, '/api/v1/errors?filter=colour:red')).json).toMatchObject({
      code: 'INPUT_INVALID',
      errors: { filter: [expect.any(String)] },
      issues: [{ code: 'unknown-key' }],
    })
    expect((await opened.send(address, '/api/v1/errors?filter=')).status).toBe(200)
    expect((await opened.sendJson(address, '/api/v1/errors/0000000000000000/mute', {})).json).toMatchObject({
      code: 'ERROR_UNKNOWN',
    })
  }, 20_000)

  test('a run that fails while the process stops raises its alert', async () => {
    const [entered, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = builders('shop').job({
      name: 'slow',
      input: z.object({}),
      retry: { attempts: 1 },
      async run() {
        entered.resolve()
        await gate.promise
        throw new Error('too late')
      },
    })
    await using opened = await openTestPlatform({ store, apps: [{ ...shop, jobs: [...shop.jobs, slow] }] })
    const { platform } = opened
    await platform.start()
    await platform.engine.enqueue(slow, {})
    await entered.promise
    const stopped = platform.stop()
    gate.resolve()
    await stopped
    const { config, apps } = platform
    await using again = await createPlatform({ config, apps })
    expect((await again.alerts.list()).alerts).toMatchObject([{ key: expect.stringContaining('shop.slow') }])
  }, 20_000)
})
