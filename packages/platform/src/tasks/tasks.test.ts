import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock } from '@regie/engine'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestPlatform, pack, shop, type TestPlatform } from '../app/platform.testing.ts'
import { tamper } from '../audit/audit.testing.ts'
import { saveFault } from '../fault/store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let world: TestPlatform
beforeEach(async () => {
  world = await openTestPlatform()
  await world.platform.start()
})
afterEach(() => world[Symbol.asyncDispose]())

async function place(path: string, ageMs: number, content = '12345'): Promise<string> {
  const file = join(world.folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  await age(path, ageMs)
  return file
}

async function age(path: string, ageMs: number): Promise<void> {
  const at = new Date(Date.now() - ageMs)
  await utimes(join(world.folder, path), at, at)
}

test('temporary files older than a day go, from tmp and from the tmp of each app; younger and other files stay', async () => {
  await place('tmp/old.pdf', 2 * DAY)
  await place('tmp/deep/er/old.pdf', 2 * DAY)
  for (const folder of ['tmp/deep/er', 'tmp/deep']) await age(folder, 2 * DAY)
  await place('tmp/young.pdf', HOUR)
  await place('apps/shop/tmp/old.csv', 2 * DAY)
  await place('apps/shop/uploads/old.csv', 2 * DAY)
  const run = await world.runNow('cleanup.temporary-files')
  expect(run).toMatchObject({
    state: 'succeeded',
    result: { files: 3, bytes: 15, failed: [], swept: ['tmp', join('apps', 'shop', 'tmp')] },
  })
  expect(await readdir(join(world.folder, 'tmp'))).not.toContain('old.pdf')
  expect(await readdir(join(world.folder, 'tmp'))).toContain('young.pdf')
  expect(await readdir(join(world.folder, 'apps/shop/uploads'))).toEqual(['old.csv'])
  for (const folder of ['tmp/deep/er', 'tmp/deep']) await age(folder, 2 * DAY).catch(() => {})
  expect(await world.runNow('cleanup.temporary-files')).toMatchObject({
    result: { files: 0, folders: expect.any(Number) },
  })
})

test('a symbolic link is never followed', async () => {
  await place('outside/precious.txt', 9 * DAY)
  await mkdir(join(world.folder, 'tmp'))
  await symlink(join(world.folder, 'outside'), join(world.folder, 'tmp/link'))
  await mkdir(join(world.folder, 'apps'), { recursive: true })
  await mkdir(join(world.folder, 'apps/shop'))
  await symlink(join(world.folder, 'outside'), join(world.folder, 'apps/shop/tmp'))
  await world.runNow('cleanup.temporary-files')
  expect(await readdir(join(world.folder, 'outside'))).toEqual(['precious.txt'])
})

test('stuck operations of the apps are released, and half-written backups removed', async () => {
  const { database } = world.platform
  const now = Date.now()
  const insert = (id: string, ageMs: number) =>
    database
      .kysely<{ shop_order: { id: string; org_id: string; buyer: string; placed_at: number } }>()
      .insertInto('shop_order')
      .values({ id, org_id: 'main', buyer: 'nobody', placed_at: now - ageMs })
      .execute()
  await insert('stuck', 2 * HOUR)
  await insert('busy', HOUR / 2)
  const dead = 'backups/daily/2026-01-01T02-30-00Z-aaaaaa.partial'
  const alive = 'backups/daily/2026-01-02T02-30-00Z-bbbbbb.partial'
  const good = 'backups/daily/2026-01-03T02-30-00Z-cccccc'
  for (const folder of [dead, good]) await place(`${folder}/database.gz`, DAY)
  await place(`${alive}/database.gz`, HOUR)
  for (const folder of [dead, alive, good]) await age(folder, DAY)
  const run = await world.runNow('cleanup.stuck-operations')
  expect(run).toMatchObject({
    state: 'succeeded',
    result: { released: { 'shop.order': 1 }, backups: ['daily/2026-01-01T02-30-00Z-aaaaaa.partial'] },
  })
  expect(await readdir(join(world.folder, 'backups/daily'))).toHaveLength(2)
  expect(await world.runNow('cleanup.stuck-operations')).toMatchObject({
    result: { released: { 'shop.order': 0 }, backups: [] },
  })
})

test('log files are removed by the day in their name, other files stay', async () => {
  await place('logs/regie-2020-02-01.log', 0, 'old')
  await place('logs/regie-2100-01-01.log', 0)
  await place('logs/notes.txt', 900 * DAY)
  const run = await world.runNow('cleanup.logs')
  expect(run).toMatchObject({ state: 'succeeded', result: { files: ['regie-2020-02-01.log'], bytes: 3, alerts: 0 } })
  expect(run.result).toMatchObject({ audit: { faults: 0, guarded: true } })
  expect(await readdir(join(world.folder, 'logs'))).toEqual(
    expect.arrayContaining(['notes.txt', 'regie-2100-01-01.log']),
  )
})

test('alerts and silences over for long, and what was decided about errors that are gone, are removed with the logs', async () => {
  let later = 0
  const clock = { now: () => Date.now() + later, setTimer: systemClock.setTimer }
  // A failed run is kept longer, 90 days.
  await using other = await openTestPlatform({ clock, env: { REGIE_KEEP_ALERTS: '60d' } })
  await other.platform.start()
  const { alerts, engine, faults, database } = other.platform
  await alerts.raise({ key: 'old', severity: 'info', title: 'Old', detail: '' })
  await alerts.resolve((await alerts.list()).alerts[0]?.id ?? '')
  await alerts.raise({ key: 'open', severity: 'info', title: 'Open', detail: '' })
  const line = other.platform.runLogs.logger(other.platform.log, { id: 7, org: 'main', attempt: 1 })
  line.warn({}, 'old')
  await other.platform.runLogs.flush()
  const silence = (key: string, days: number) =>
    alerts.silences.add({ org: 'main', key, reason: 'why', until: clock.now() + days * DAY })
  await silence('over', 1)
  await alerts.silences.end('main', (await silence('ended', 300)).id)
  await silence('lasting', 300)
  await engine.runs.wait((await engine.enqueue(pack, { orderId: 'a', fail: true })).id)
  await expect.poll(async () => (await alerts.list()).alerts.map(({ key }) => key)).toContain('job:shop.pack')
  const [group] = await faults.list({ org: 'main' })
  await faults.mute('main', group?.fingerprint ?? '', undefined)
  for (const fingerprint of ['gone', 'of another'])
    await saveFault(
      database,
      { org: fingerprint === 'gone' ? 'main' : 'o', fingerprint, now: clock.now() },
      { muted_at: 1 },
    )
  later = 59 * DAY
  expect(await other.runNow('cleanup.logs')).toMatchObject({ result: { alerts: 0, silences: 0, errors: 0, lines: 1 } })
  later = 62 * DAY
  line.warn({}, 'new')
  await other.platform.runLogs.flush()
  expect(await other.runNow('cleanup.logs')).toMatchObject({ result: { alerts: 2, silences: 2, errors: 2, lines: 0 } })
  expect((await alerts.list()).alerts.map(({ key }) => key)).toEqual(['open'])
  expect(await alerts.silences.list('main', { all: true })).toMatchObject([{ key: 'lasting' }])
  expect(await faults.list({ org: 'main' })).toMatchObject([{ state: 'muted' }])
  const { lines, cut } = await other.platform.runLogs.read({ org: 'main', run: 7 }, { limit: 10 })
  expect([cut, lines.map(({ message }) => message)]).toEqual([1, ['new']])
})

test('an action on many runs whose browser was closed is ended a day later', async () => {
  let later = 0
  const clock = { now: () => Date.now() + later, setTimer: systemClock.setTimer }
  await using other = await openTestPlatform({ clock })
  const { address = '' } = await other.platform.start()
  await other.sendJson(address, '/api/v1/runs/bulk', { act: 'cancel', filter: 'job:shop.pack' })
  later = 2 * DAY
  expect(await other.runNow('cleanup.logs')).toMatchObject({ result: { bulks: 1 } })
  const { entries } = await other.platform.audit.search({ org: 'main', action: 'runs.bulk.*' })
  expect(entries.map(({ action }) => action)).toEqual(['runs.bulk.left', 'runs.bulk.cancel'])
})

test('the audit log is verified by night, and somebody is told when it is open to changes', async () => {
  await tamper(world.platform)
  expect(await world.runNow('cleanup.logs')).toMatchObject({
    state: 'succeeded',
    result: { audit: { faults: 0, guarded: false } },
  })
  const { alerts } = await world.platform.alerts.list({ open: true })
  expect(alerts).toContainEqual(expect.objectContaining({ key: 'audit:tampered', severity: 'critical' }))
})

test('personal data kept long enough is purged, with the rows in the result and an audit line', async () => {
  const db = world.platform.database.kysely<{
    shop_order: { id: string; org_id: string; buyer: string | null; placed_at: number }
  }>()
  const placed = (id: string, days: number) => ({
    id,
    org_id: 'main',
    buyer: 'Jeanne',
    placed_at: Date.now() - days * DAY,
  })
  await db
    .insertInto('shop_order')
    .values([placed('old', 31), placed('older', 60), placed('young', 29)])
    .execute()
  expect(await world.runNow('privacy.purge')).toMatchObject({
    state: 'succeeded',
    result: { rows: { 'shop.buyer': 2 }, total: 2 },
  })
  expect(await db.selectFrom('shop_order').select('id').where('buyer', 'is not', null).execute()).toEqual([
    { id: 'young' },
  ])
  const audit = world.lines.map((line) => JSON.parse(line)).find((line) => line.audit === true)
  expect(audit).toMatchObject({ kind: 'shop.buyer', table: 'shop_order', purpose: 'to deliver', rows: 2 })
  expect(await world.runNow('privacy.purge')).toMatchObject({ result: { total: 0 } })
})

test('one rule that fails does not keep the others from their work, and fails the run', async () => {
  const [rule] = shop.personalData
  const [stuck] = shop.stuckOperations ?? []
  if (rule === undefined || stuck === undefined) throw new TypeError('the shop has both')
  const tried: string[] = []
  const broken = {
    ...shop,
    personalData: [
      { ...rule, kind: 'broken', purge: () => Promise.reject(new Error('locked')) },
      { ...rule, purge: async () => tried.push('purge') },
    ],
    stuckOperations: [
      { ...stuck, kind: 'broken', release: () => Promise.reject(new Error('locked')) },
      { ...stuck, release: async () => tried.push('release') },
    ],
  }
  await using other = await openTestPlatform({ apps: [broken] })
  await other.platform.start()
  const { engine } = other.platform
  for (const [name, code] of [
    ['privacy.purge', 'PURGE_FAILED'],
    ['cleanup.stuck-operations', 'STUCK_FAILED'],
  ] as const) {
    const id = await engine.schedules.runNow(name)
    await expect.poll(async () => (await engine.runs.get(id)).attempts).toMatchObject([{ error: { code } }])
    await engine.runs.cancel(id)
  }
  expect(tried).toEqual(['purge', 'release'])
})
