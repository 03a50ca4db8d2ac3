import { describe, expect, test } from 'vitest'
import { createAlerts } from '../alert/book.ts'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'

describe.each(STORES)('silences of alerts on %s', (store) => {
  test('tell the channels nothing until they end, and the list all of it', async () => {
    await using opened = await openTestPlatform({ store })
    const { platform, sendJson, send } = opened
    const { address = '' } = await platform.start()
    const heard: string[] = []
    const channel = { name: 'ear', send: async ({ key }: { readonly key: string }) => void heard.push(key) }
    await using book = createAlerts({
      database: platform.database,
      clock: platform.engine.clock,
      log: platform.log,
      org: 'main',
      channels: [channel],
    })
    const raise = (key: string, org = 'main') =>
      book.raise({ key, org, severity: 'warning', title: 'The job failed', detail: 'disk full' })
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const path = '/api/v1/alerts/silences'
    const made = await sendJson(address, path, { key: 'job:shop.*', reason: 'the shop moves', until })
    expect(made).toMatchObject({ status: 201 })
    expect((await sendJson(address, path, { key: 'x', reason: 'y', until: '2020-01-01T00:00:00Z' })).status).toBe(422)
    expect((await sendJson(address, path, { key: 'x', until })).status).toBe(400)
    await raise('job:shop.pack')
    await raise('job:shopper')
    await raise('job:shop.pack', 'other')
    expect(heard).toEqual(['job:shopper', 'job:shop.pack'])
    expect((await book.list({ org: 'main' })).alerts).toHaveLength(2)
    const { items: silences } = (await send(address, path)).json as { items: [{ id: string }] }
    expect(silences).toMatchObject([{ key: 'job:shop.*', reason: 'the shop moves', until }])
    expect((await sendJson(address, `${path}/${silences[0].id}/end`, {})).status).toBe(200)
    expect((await sendJson(address, `${path}/${silences[0].id}/end`, {})).json).toMatchObject({
      code: 'SILENCE_UNKNOWN',
    })
    await raise('job:shop.pack')
    expect(heard).toEqual(['job:shopper', 'job:shop.pack', 'job:shop.pack'])
    expect((await send(address, path)).json).toEqual({ items: [] })
    expect((await send(address, `${path}?all=true`)).json).toMatchObject({ items: [{ key: 'job:shop.*' }] })
  })
})
