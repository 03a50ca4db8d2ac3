import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createEngine, type Engine, openDatabase, systemClock, systemRandom } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { createAlerts } from '../alert/book.ts'
import { createServices } from '../app/create-services.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { parseConfig } from '../config/parse.ts'
import { createMailer } from '../mail/create.ts'
import { createLog } from '../observe/log.ts'
import { createRealtime } from '../realtime/realtime.ts'
import { listBackups } from './list.ts'
import { restoreBackup } from './restore.ts'
import { readIndex } from './store/backup-index.ts'
import { fillShop, makePlace, migrateWith, type Place, STORES, shopMigrations } from './store/shop.testing.ts'
import { type BackupResult, createBackupTasks } from './tasks.ts'

/** An engine at work with the backup tasks and the platform's services. */
async function working(place: Place, laterMs = 0) {
  const config = parseConfig({ REGIE_DATA_DIR: place.dataDir })
  const [clock, random] = [systemClock, systemRandom]
  const log = createLog({ config, clock, screen: new PassThrough().resume() })
  const database = await openDatabase(place.source)
  const alerts = createAlerts({ database, clock, log, org: config.org.id, channels: [] })
  const mail = createMailer(config, clock)
  const audit = { detail: async () => {}, record: async () => '', forgetIn: async () => 0 }
  const identity = openIdentity(config.org.id)
  const realtime = createRealtime({ database, clock, log, identity, topics: [], version: 'test' })
  const inbox = { notify: async () => {} }
  const services = createServices({
    ...{ config, random, log, mail, alerts, audit, realtime, inbox, database },
    runLogs: { forgetPersons: async () => {} },
    engine: (): Engine => engine,
  })
  const tasks = createBackupTasks({ backupDir: place.backupDir, keep: { daily: 2 }, versions: { regie: '0.1.0' } })
  const later = { ...systemClock, now: () => systemClock.now() + laterMs }
  const engine: Engine = await createEngine({
    ...{ database, jobs: tasks.jobs, schedules: tasks.schedules, services },
    ...(laterMs > 0 && { clock: later }),
  })
  await engine.start()
  const run = async (name: string): Promise<unknown> =>
    (await engine.runs.wait(await engine.schedules.runNow(name))).result
  return {
    tasks,
    engine,
    database,
    run,
    async [Symbol.asyncDispose]() {
      await engine.stop()
      await alerts[Symbol.asyncDispose]?.()
      await database[Symbol.asyncDispose]()
      log.close()
    },
  }
}

async function makeShop(store: (typeof STORES)[number]): Promise<Place> {
  const place = await makePlace(store)
  await mkdir(join(place.dataDir, 'apps'), { recursive: true })
  await writeFile(join(place.dataDir, 'apps/quote.pdf'), 'a quote')
  await fillShop(place.source, 10)
  return place
}

describe.each(STORES)('the backup tasks on %s', (store) => {
  test('make a backup, keep as many as they should, and list them', async () => {
    await using place = await makeShop(store)
    await using platform = await working(place)
    const made: unknown[] = []
    for (const _ of [1, 2, 3]) made.push(await platform.run('backup.daily'))
    const results = made as BackupResult[]
    expect(results[0]).toMatchObject({ files: 1, removed: [], path: join(place.backupDir, results[0]?.id ?? '') })
    expect(results[0]?.bytes).toBeGreaterThan(0)
    expect(results[2]?.removed).toHaveLength(1)
    const ids = results.map(({ id }) => id).filter((id) => id !== results[2]?.removed[0])
    expect((await readIndex(platform.database)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })

  test('run one at a time, whatever their kind', async () => {
    await using place = await makeShop(store)
    await using platform = await working(place)
    const { engine, tasks } = platform
    const daily = await engine.schedules.runNow('backup.daily')
    const manual = await engine.enqueue(tasks.manual, {})
    const again = await engine.enqueue(tasks.manual, {})
    expect(again.id).toBe(manual.id)
    const ended = await Promise.all([daily, manual.id].map((id) => engine.runs.wait(id)))
    expect(ended.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
    const [first, second] = ended.map(({ result }) => (result as BackupResult).id)
    expect(first).toMatch(/^daily\//)
    expect(second).toMatch(/^manual\//)
  })

  test('make no second backup in a database that was restored from the first', async () => {
    await using place = await makeShop(store)
    const before = await working(place)
    const { id } = await before.engine.enqueue(before.tasks.manual, {})
    const { result } = await before.engine.runs.wait(id)
    await before[Symbol.asyncDispose]()
    const { id: backup, path: folder } = result as BackupResult
    const migrate = migrateWith(shopMigrations(place.source.kind))
    await restoreBackup({ folder, target: place.source, dataDir: place.dataDir, migrate, force: true })
    await using after = await working(place, 60_000)
    expect(await after.engine.runs.wait(id)).toMatchObject({ attempt: 2, result: { id: backup, path: folder } })
    expect(await listBackups(place.backupDir)).toHaveLength(1)
  })

  test('make the list equal to the files', async () => {
    await using place = await makeShop(store)
    await using platform = await working(place)
    const { id, path } = (await platform.run('backup.weekly')) as BackupResult
    await rm(path, { recursive: true })
    expect(await platform.run('backup.rebuild-index')).toEqual({ added: [], changed: [], removed: [id], unchanged: 0 })
  })
})

test('the backup schedules are at night in Paris, and catch up what was missed', () => {
  const { schedules } = createBackupTasks()
  expect(schedules.map(({ name, definition: { cron, timeZone } }) => [name, cron, timeZone])).toEqual([
    ['backup.daily', '30 2 * * *', 'Europe/Paris'],
    ['backup.weekly', '15 3 * * 0', 'Europe/Paris'],
    ['backup.monthly', '0 4 1 * *', 'Europe/Paris'],
    ['backup.rebuild-index', '0 5 * * *', 'Europe/Paris'],
  ])
  expect(schedules.every(({ definition }) => definition.catchUp?.max === 1)).toBe(true)
})

test('a backup job outside a platform says what is missing', async () => {
  await using place = await makePlace('sqlite')
  const { jobs, manual } = createBackupTasks()
  await using engine = await createEngine({ database: place.source, jobs })
  await engine.start()
  const { id } = await engine.enqueue(manual, {})
  await expect
    .poll(async () => (await engine.runs.get(id)).attempts.map(({ error }) => error.message).toString())
    .toContain('createPlatform()')
})
