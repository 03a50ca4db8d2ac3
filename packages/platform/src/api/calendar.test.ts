import { expect, test } from 'vitest'
import { openTestPlatform } from '../app/platform.testing.ts'

test('the calendar has what comes and what was, and shows the policy of missed slots', async () => {
  await using opened = await openTestPlatform()
  const { platform, send, sendJson } = opened
  const { address = '' } = await platform.start()
  await platform.engine.schedules.tick()
  const { runId } = (await sendJson(address, '/api/v1/schedules/shop.pack/run', {})).json as { runId: number }
  await platform.engine.runs.wait(runId)
  const from = new Date(Date.now() - 86_400_000).toISOString()
  const { json } = await send(address, `/api/v1/schedules/calendar?from=${from}&days=7`)
  const { items: lanes } = json as { items: readonly { readonly name: string; readonly slots: readonly string[] }[] }
  const pack = lanes.find(({ name }) => name === 'shop.pack')
  expect(pack).toMatchObject({
    dense: false,
    paused: false,
    past: [{ outcome: 'manual', runId, run: { state: 'succeeded' } }],
  })
  expect(pack?.slots).toHaveLength(6)
  expect(pack?.slots.every((slot) => slot.endsWith('T04:00:00.000Z'))).toBe(true)
  expect((await send(address, `/api/v1/schedules/calendar?days=43`)).status).toBe(400)
  const listed = (await send(address, '/api/v1/schedules')).json as { items: readonly { readonly name: string }[] }
  expect(listed.items.find(({ name }) => name === 'shop.pack')).toMatchObject({
    catchUp: { withinMs: 3_600_000, max: 1 },
    plain: { en: 'every day at 04:00', fr: 'tous les jours à 4 h' },
    lastSlot: { runId, run: { state: 'succeeded', durationMs: expect.any(Number) } },
  })
  // Who fired it, and how the run ended.
  expect((await send(address, '/api/v1/schedules/shop.pack/history')).json).toMatchObject({
    items: [{ outcome: 'manual', runId, run: { state: 'succeeded' }, by: { kind: expect.any(String) } }],
  })
})

test('backups say how old the newest is, and how long it took to read it', async () => {
  await using opened = await openTestPlatform()
  const { platform, send, sendJson } = opened
  const { address = '' } = await platform.start()
  const status = async () => (await send(address, '/api/v1/backups/status')).json
  expect(await status()).toEqual({ rpoTargetMs: 108_000_000 })
  const run = async (path: string, body: object) => {
    const { runId } = (await sendJson(address, path, body)).json as { runId: number }
    expect(await platform.engine.runs.wait(runId)).toMatchObject({ state: 'succeeded' })
    return runId
  }
  await run('/api/v1/backups', {})
  expect(await status()).toMatchObject({
    newest: { id: expect.stringContaining('manual/') },
    rpoMs: expect.any(Number),
  })
  expect(await status()).not.toHaveProperty('rtoMs')
  const { newest } = (await status()) as { newest: { id: string } }
  const unknown = await opened.sendJson(address, '/api/v1/backups/verify', { id: 'daily/none' })
  expect([unknown.status, unknown.json]).toMatchObject([404, { code: 'BACKUP_UNKNOWN' }])
  await run('/api/v1/backups/verify', { id: newest.id })
  expect(await status()).toMatchObject({ rtoMs: expect.any(Number), verifiedAt: expect.any(String) })
  const runId = await run('/api/v1/backups/verify', { id: newest.id })
  expect((await send(address, '/api/v1/backups')).json).toMatchObject({
    items: [{ verified: { runId, problems: [] } }],
  })
}, 30_000)
