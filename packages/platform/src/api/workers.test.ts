import { expect, test } from 'vitest'
import { openTestPlatform, pack, STORES } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import type { Identity } from '../auth/identity.ts'

const patience = { interval: 20 }

/** Somebody who may look and, when the request says so, act. */
const cautious: Identity = {
  async authenticate(credentials) {
    const principal = await openIdentity('main').authenticate(credentials)
    const may = String(credentials.headers['x-may'] ?? '')
    return principal && { ...principal, permissions: new Set(['queues.read', 'audit.read', ...may.split(',')]) }
  },
}

test.each(STORES)(
  'a process is drained by whoever may, says so, is audited, and takes runs again, on %s',
  async (store) => {
    await using opened = await openTestPlatform({ store, identity: cautious })
    const { address = '' } = await opened.platform.start()
    const { engine } = opened.platform
    const ask = async (method: string, path: string, may = '') => {
      const response = await fetch(`${address}/api/v1${path}`, { method, headers: { 'x-may': may } })
      // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
      const body: any = await response.json()
      return { status: response.status, body }
    }
    const [worker] = (await ask('GET', '/workers')).body.items
    expect(worker).toMatchObject({ alive: true, running: 0, runIds: [] })
    expect(await ask('POST', `/workers/${worker.epoch}/drain`)).toMatchObject({ status: 403 })
    const drained = await ask('POST', `/workers/${worker.epoch}/drain`, 'queues.manage')
    expect(drained).toMatchObject({ status: 200, body: { worker: { drainingAt: expect.any(String) } } })
    await expect.poll(async () => (await engine.healthy()).draining, patience).toBe(true)
    const { id } = await engine.enqueue(pack, { orderId: 'A-1' })
    expect((await engine.runs.get(id)).state).toBe('queued')
    expect((await ask('GET', '/queues')).body.items[0]).toMatchObject({ slots: 0 })
    expect((await ask('GET', '/audit')).body.items[0]).toMatchObject({
      object: { type: 'worker', id: String(worker.epoch) },
    })
    const back = await ask('POST', `/workers/${worker.epoch}/resume`, 'queues.manage')
    expect(back.body.worker).not.toHaveProperty('drainingAt')
    await expect.poll(async () => (await engine.runs.get(id)).state, patience).toBe('succeeded')
    expect(await ask('POST', '/workers/999999/drain', 'queues.manage')).toMatchObject({
      status: 404,
      body: { code: 'WORKER_UNKNOWN' },
    })
  },
)
