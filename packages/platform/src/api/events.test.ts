import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { builders } from '../app/builders.ts'
import { openTestPlatform, STORES, shop } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'

const { event } = builders<{ db: object; config: object; permission: never }>('shop')
const moved = event({ name: 'moved', data: z.object({ to: z.string() }) })
const app: AnyApp = { ...shop, events: [moved] } as never

test.each(STORES)(
  'streams and their events are shown to their organisation, newest first and by page, on %s',
  async (store) => {
    await using opened = await openTestPlatform({ store, apps: [app], identity: openIdentity('main') })
    const { engine } = opened.platform
    const { address = '' } = await opened.platform.start()
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    const ask = async (path: string): Promise<any> => (await fetch(address + path)).json()
    for (const to of ['Lyon', 'Paris', 'Lille'])
      await engine.append('order-1', 'any', moved.with({ to }), { org: 'main' })
    await engine.append('order-2', 'any', moved.with({ to: 'Brest' }), { org: 'away' })
    const { items: streams } = await ask('/api/v1/events/streams?prefix=order-')
    expect(streams).toMatchObject([{ name: 'order-1', version: 3, state: 'open' }])
    expect(await ask('/api/v1/events/streams/order-1')).toMatchObject({ version: 3 })
    const first = await ask('/api/v1/events/streams/order-1/events?limit=2')
    expect(first.items).toMatchObject([
      { version: 3, type: 'shop.moved', data: { to: 'Lille' } },
      { version: 2, data: { to: 'Paris' } },
    ])
    const rest = await ask(`/api/v1/events/streams/order-1/events?limit=2&cursor=${first.next}`)
    expect(rest.items).toMatchObject([{ version: 1, data: { to: 'Lyon' } }])
    expect(rest).not.toHaveProperty('next')
    expect(await ask('/api/v1/events/streams/order-2')).toMatchObject({ code: 'STREAM_UNKNOWN' })
    expect(await ask('/api/v1/events/streams/order-2/events')).toMatchObject({ code: 'STREAM_UNKNOWN' })
  },
  30_000,
)

test.each(STORES)(
  'workers are listed with their last sign of life, on %s',
  async (store) => {
    await using opened = await openTestPlatform({ store, identity: openIdentity('main') })
    const { address = '' } = await opened.platform.start()
    const list = async () => {
      const answer = (await (await fetch(`${address}/api/v1/workers`)).json()) as {
        readonly items: readonly unknown[]
      }
      return answer.items
    }
    await expect.poll(list).toMatchObject([{ alive: true, queues: expect.arrayContaining(['packing']) }])
  },
  30_000,
)
