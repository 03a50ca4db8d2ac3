import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine, type DatabaseSource, openDatabase } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { createBackup } from './create.ts'
import { type RestoreBackupOptions, restoreBackup } from './restore.ts'
import {
  execute,
  fillShop,
  laterShop,
  makePlace,
  migrateWith,
  type Place,
  placeOrder,
  readShop,
  STORES,
  schemasOf,
  shopMigrations,
} from './store/shop.testing.ts'

const FIRST = Date.UTC(2026, 2, 1)

/** A place whose backup has three orders and whose database has gone on to four. */
async function placeWithBackup(store: (typeof STORES)[number]) {
  const place = await makePlace(store)
  await fillShop(place.source, 3)
  await mkdir(join(place.dataDir, 'apps/quotes'), { recursive: true })
  await writeFile(join(place.dataDir, 'apps/quotes/one.pdf'), 'first')
  const { path } = await createBackup({ ...place, kind: 'daily', include: ['apps'] })
  await writeFile(join(place.dataDir, 'apps/quotes/one.pdf'), 'changed')
  await writeFile(join(place.dataDir, 'apps/quotes/two.pdf'), 'later')
  await using database = await openDatabase(place.source)
  await placeOrder(database, 'the fourth')
  return { place, folder: path }
}

function restoring(place: Place, folder: string, more: Partial<RestoreBackupOptions> = {}) {
  const clock = { now: () => FIRST, setTimer: () => () => {} }
  const migrate = migrateWith(shopMigrations(place.source.kind))
  return restoreBackup({ folder, target: place.source, dataDir: place.dataDir, migrate, clock, ...more })
}

async function ordersOf(source: DatabaseSource): Promise<number> {
  return (await readShop(source)).orders.length
}

describe.each(STORES)('restoring on %s', (store) => {
  test('refuses a database with rows, and replaces it when forced, keeping it', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    await expect(restoring(place, folder)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('shop_order'),
    })
    expect(await ordersOf(place.source)).toBe(4)
    const restored = await restoring(place, folder, { force: true })
    expect(await ordersOf(place.source)).toBe(3)
    expect(restored.keptAside).toHaveLength(2)
    expect(await ordersOf(asideOf(place.source, restored.keptAside[0] ?? ''))).toBe(4)
  })

  test('puts the folders back as they were, and keeps the present ones', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    const restored = await restoring(place, folder, { force: true })
    const apps = join(place.dataDir, 'apps')
    expect(await readdir(join(apps, 'quotes'))).toEqual(['one.pdf'])
    expect(await readFile(join(apps, 'quotes/one.pdf'), 'utf8')).toBe('first')
    const aside = `${apps}.before-restore-2026-03-01T00-00-00Z`
    expect(restored).toMatchObject({ files: 1, keptAside: expect.arrayContaining([aside]) })
    expect(await readdir(join(aside, 'quotes'))).toEqual(['one.pdf', 'two.pdf'])
    expect((await readdir(place.dataDir)).toSorted()).toEqual(['apps', 'apps.before-restore-2026-03-01T00-00-00Z'])
  })

  test('refuses while a process works on the database, forced or not', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    const engine = await createEngine({ database: place.source, jobs: [] })
    await engine.start()
    await expect(restoring(place, folder, { force: true })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
    await engine.stop()
    expect(await ordersOf(place.source)).toBe(4)
    await restoring(place, folder, { force: true })
    expect(await ordersOf(place.source)).toBe(3)
  })

  test('refuses a damaged backup with each of its faults, before it writes', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    await truncate(join(folder, 'files/apps/quotes/one.pdf'), 2)
    await writeFile(join(folder, 'extra'), '')
    const issues = [
      expect.objectContaining({ code: 'unknown', path: 'extra' }),
      expect.objectContaining({ code: 'truncated' }),
    ]
    await expect(restoring(place, folder, { force: true })).rejects.toMatchObject({ code: 'BACKUP_CORRUPT', issues })
    expect(await ordersOf(place.source)).toBe(4)
    expect(await readdir(place.dataDir)).toEqual(['apps'])
  })

  test('refuses a backup of another kind of database', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    await using other = await makePlace(store === 'sqlite' ? 'postgres' : 'sqlite')
    await expect(restoring(other, folder)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
  })

  test('applies what a later version has added, to the rows of the backup', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    await restoring(place, folder, { force: true, migrate: migrateWith(laterShop(store)) })
    expect((await readShop(place.source)).orders[0]).toMatchObject({ client: 'client 1', label: 'for client 1' })
  })

  test('that is stopped, or fails, leaves everything as it was', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    const before = await readShop(place.source)
    const stop = new AbortController()
    const onProgress = (percent: number): void => (percent > 40 ? stop.abort(new Error('enough')) : undefined)
    await expect(restoring(place, folder, { force: true, signal: stop.signal, onProgress })).rejects.toThrow('enough')
    const migrate = (): Promise<void> => Promise.reject(new Error('no such migration'))
    await expect(restoring(place, folder, { force: true, migrate })).rejects.toThrow('no such migration')
    expect(await readShop(place.source)).toEqual(before)
    expect(await readdir(place.dataDir)).toEqual(['apps'])
    if (place.source.kind === 'postgres') expect(await schemasOf(place.source)).toEqual([place.source.schema])
    if (place.source.kind === 'sqlite')
      expect((await readdir(place.dir)).toSorted()).toEqual(['backups', 'data', 'regie.db'])
  })

  test('can be done twice', async () => {
    const { place, folder } = await placeWithBackup(store)
    await using _ = place
    await restoring(place, folder, { force: true })
    const again = await restoring(place, folder, {
      force: true,
      clock: { now: () => FIRST + 1_000, setTimer: () => () => {} },
    })
    expect(again.keptAside).toHaveLength(2)
    expect(await ordersOf(place.source)).toBe(3)
  })
})

describe('restoring on SQLite', () => {
  test('needs force where SQLite cannot read the old file, and keeps it with its write-ahead log', async () => {
    const { place, folder } = await placeWithBackup('sqlite')
    await using _ = place
    const path = place.source.kind === 'sqlite' ? place.source.path : ''
    await writeFile(path, 'this is no database, and longer than a header of one hundred bytes'.repeat(9))
    await writeFile(`${path}-wal`, 'neither is this')
    await expect(restoring(place, folder)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('--force'),
    })
    await restoring(place, folder, { force: true })
    expect(await ordersOf(place.source)).toBe(3)
    expect(await readFile(`${path}.before-restore-2026-03-01T00-00-00Z-wal`, 'utf8')).toBe('neither is this')
  })

  test('takes a migrated database without rows for empty, and an absent one', async () => {
    const { place, folder } = await placeWithBackup('sqlite')
    await using _ = place
    await using empty = await makePlace('sqlite')
    await using database = await openDatabase(empty.source)
    await migrateWith(shopMigrations('sqlite'))(database)
    await database[Symbol.asyncDispose]()
    await restoring(empty, folder)
    expect(await ordersOf(empty.source)).toBe(3)
  })

  test('refuses when somebody makes the database while it is restored', async () => {
    const { place, folder } = await placeWithBackup('sqlite')
    await using _ = place
    await using target = await makePlace('sqlite')
    const migrate = async (): Promise<void> => fillShop(target.source, 1)
    await expect(restoring(target, folder, { migrate })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
    expect(await ordersOf(target.source)).toBe(1)
  })

  test('leaves the restored file as one, without a write-ahead log', async () => {
    const { place, folder } = await placeWithBackup('sqlite')
    await using _ = place
    await using target = await makePlace('sqlite')
    await restoring(target, folder)
    expect((await readdir(target.dir)).toSorted()).toEqual(['data', 'regie.db'])
    expect((await stat(join(target.dir, 'regie.db'))).size).toBeGreaterThan(0)
  })
})

describe('restoring on PostgreSQL', () => {
  test('refuses a backup made by a newer version', async () => {
    await using place = await makePlace('postgres')
    await fillShop(place.source, 2)
    await using database = await openDatabase(place.source)
    await migrateWith(laterShop('postgres'))(database)
    const { path } = await createBackup({ ...place, kind: 'daily' })
    await expect(restoring(place, path, { force: true })).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('shop/0002'),
    })
  })

  test('leaves alone the tables of others in the same schema', async () => {
    await using place = await makePlace('postgres')
    await fillShop(place.source, 2)
    await execute(place.source, 'create table guestbook (line text)')
    await execute(place.source, `insert into guestbook values ('hello')`)
    const { path } = await createBackup({ ...place, kind: 'daily' })
    expect(await restoring(place, path, { force: true })).toMatchObject({ notRestored: ['guestbook'] })
    expect(await execute(place.source, 'select * from guestbook')).toEqual([{ line: 'hello' }])
  })

  test('brings back keys, and refuses a backup whose tables this version does not make', async () => {
    const { place, folder } = await placeWithBackup('postgres')
    await using _ = place
    await restoring(place, folder, { force: true })
    await expect(execute(place.source, 'insert into shop_payment (order_id, cents) values (99, 1)')).rejects.toThrow(
      'foreign key',
    )
    await execute(place.source, 'create table shop_forgotten (id bigint)')
    const { path } = await createBackup({ ...place, kind: 'manual' })
    await expect(restoring(place, path, { force: true })).rejects.toMatchObject({
      message: expect.stringContaining('shop_forgotten'),
    })
  })

  test('refuses while another restore of the same database runs', async () => {
    const { place, folder } = await placeWithBackup('postgres')
    await using _ = place
    let second: Promise<unknown> = Promise.resolve()
    const migrate = migrateWith(shopMigrations('postgres'))
    await restoring(place, folder, {
      force: true,
      async migrate(database, wanted) {
        if (wanted !== undefined) second = restoring(place, folder, { force: true }).catch((error: unknown) => error)
        await second
        await migrate(database, wanted)
      },
    })
    expect(await second).toMatchObject({ code: 'RESTORE_REFUSED', message: expect.stringContaining('another restore') })
  })

  test('into a database without tables needs no force', async () => {
    const { place, folder } = await placeWithBackup('postgres')
    await using _ = place
    await using target = await makePlace('postgres')
    expect(await restoring(target, folder)).toMatchObject({ keptAside: [], tables: expect.any(Number) })
    expect(await ordersOf(target.source)).toBe(3)
  })
})

function asideOf(source: DatabaseSource, kept: string): DatabaseSource {
  return source.kind === 'sqlite' ? { ...source, path: kept } : { ...source, schema: kept.replace('schema ', '') }
}
