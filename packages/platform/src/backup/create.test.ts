import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { engineMigrations, openDatabase } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { createBackup } from './create.ts'
import { restoreBackup } from './restore.ts'
import {
  execute,
  fillShop,
  makePlace,
  migrateWith,
  type Place,
  placeOrder,
  readShop,
  STORES,
  shopMigrations,
} from './store/shop.testing.ts'
import { verifyBackup } from './verify.ts'

const clock = { now: () => Date.UTC(2026, 2, 1, 1, 30), setTimer: () => () => {} }

describe.each(STORES)('a backup of %s', (store) => {
  test('made while others write is one consistent moment, and restores to it', async () => {
    await using place = await makePlace(store)
    await using target = await makePlace(store)
    await fillShop(place.source, 400)
    await using database = await openDatabase(place.source)
    const writing = new AbortController()
    const writer = (async () => {
      for (let order = 0; !writing.signal.aborted; order++) await placeOrder(database, `late ${order}`)
    })()
    const backup = await createBackup({ source: place.source, backupDir: place.backupDir, kind: 'daily' })
    writing.abort()
    await writer
    const restored = await restoreBackup({
      folder: backup.path,
      target: target.source,
      dataDir: target.dataDir,
      migrate: migrateWith(shopMigrations(store)),
    })
    const [now, then] = [await readShop(place.source), await readShop(target.source)]
    expect(then.orders.length).toBe(then.payments.length)
    expect(then.orders).toEqual(now.orders.slice(0, then.orders.length))
    expect(then.payments).toEqual(now.payments.slice(0, then.payments.length))
    expect({ values: then.values, migrations: then.migrations }).toEqual({
      values: now.values,
      migrations: now.migrations,
    })
    const { tables } = backup.manifest.database
    expect(tables.find(({ name }) => name === 'shop_order')?.rows).toBe(then.orders.length)
    expect(restored.rows).toBe(tables.reduce((sum, { rows }) => sum + rows, 0))
  })

  test('goes on counting where the original did', async () => {
    await using place = await makePlace(store)
    await using target = await makePlace(store)
    await fillShop(place.source, 3)
    const { path } = await createBackup({ source: place.source, backupDir: place.backupDir, kind: 'manual' })
    await restoreBackup({
      folder: path,
      target: target.source,
      dataDir: target.dataDir,
      migrate: migrateWith(shopMigrations(store)),
    })
    await using database = await openDatabase(target.source)
    await placeOrder(database, 'the next')
    expect((await readShop(target.source)).orders.map(({ id }) => id)).toEqual([1, 2, 3, 4])
  })

  test('has a folder named after its moment, with a manifest that names every file', async () => {
    await using place = await makePlace(store)
    await fillShop(place.source, 2)
    await mkdir(join(place.dataDir, 'apps/quotes/empty'), { recursive: true })
    await writeFile(join(place.dataDir, 'apps/quotes/devis – é.pdf'), 'a quote')
    await symlink('/etc/hostname', join(place.dataDir, 'apps/link'))
    const backup = await createBackup({
      ...place,
      kind: 'weekly',
      include: ['apps', 'absent'],
      clock,
      versions: { regie: '0.1.0' },
    })
    expect(backup.id).toMatch(/^weekly\/2026-03-01T01-30-00Z-[0-9a-f]{6}$/)
    expect(await readdir(backup.path)).toEqual(
      ['database.sqlite.zst', 'files', 'manifest.json', 'manifest.json.sha256'].map(named(store)),
    )
    expect(backup.manifest.files.map(({ path }) => path)).toEqual([
      named(store)('database.sqlite.zst'),
      'files/apps/quotes/devis – é.pdf',
    ])
    expect(backup.manifest).toMatchObject({
      createdAt: '2026-03-01T01:30:00.000Z',
      versions: { regie: '0.1.0' },
      skipped: ['apps/link'],
    })
    expect(backup.manifest.database.migrations.map(({ owner, name }) => `${owner}/${name}`)).toEqual([
      ...Object.keys(engineMigrations(store).migrations).map((name) => `engine/${name}`),
      'platform/backup-0001-index',
      'shop/0001',
    ])
    const written = await Promise.all(backup.manifest.files.map(({ path }) => readFile(join(backup.path, path))))
    expect(written.map(({ length }) => length)).toEqual(backup.manifest.files.map(({ bytes }) => bytes))
    expect(await verifyBackup({ folder: backup.path })).toEqual([])
  })

  test('that is stopped leaves nothing behind', async () => {
    await using place = await makePlace(store)
    await fillShop(place.source, 300)
    const stop = new AbortController()
    const backup = createBackup({
      ...place,
      kind: 'daily',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(backup).rejects.toThrow('enough')
    expect(await readdir(join(place.backupDir, 'daily'))).toEqual([])
  })

  test('reports how far it is, up to 100', async () => {
    await using place = await makePlace(store)
    await fillShop(place.source, 5)
    const seen: number[] = []
    await createBackup({ ...place, kind: 'daily', onProgress: (percent) => seen.push(percent) })
    expect(seen.at(-1)).toBe(100)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })
})

describe('a backup', () => {
  test('of a damaged SQLite file fails with its faults and leaves nothing', async () => {
    await using place = await makePlace('sqlite')
    await fillShop(place.source, 400)
    if (place.source.kind !== 'sqlite') return
    await overwrite(place.source.path, 4_096 * 3)
    await expect(createBackup({ ...place, kind: 'daily' })).rejects.toMatchObject({ code: 'BACKUP_FAILED' })
    expect(await readdir(join(place.backupDir, 'daily'))).toEqual([])
  })

  test('of a database that is not there fails with its path', async () => {
    await using place = await makePlace('sqlite')
    await expect(createBackup({ ...place, kind: 'daily' })).rejects.toThrow('regie.db')
  })

  test('of a database nobody has open needs no other process', async () => {
    await using place = await makePlace('sqlite')
    await fillShop(place.source, 1)
    if (place.source.kind !== 'sqlite') return
    await rm(`${place.source.path}-wal`, { force: true })
    const { path } = await createBackup({ ...place, kind: 'manual' })
    expect(await verifyBackup({ folder: path })).toEqual([])
  })

  test.each([['../other'], ['/etc'], ['']])('refuses the folder "%s"', async (folder) => {
    await using place = await makePlace('sqlite')
    await expect(createBackup({ ...place, kind: 'daily', include: [folder] })).rejects.toMatchObject({
      code: 'BACKUP_FAILED',
    })
  })

  test.each([[['apps', 'apps/quotes']], [['apps', 'apps']]])('refuses folders that overlap: %s', async (include) => {
    await using place = await makePlace('sqlite')
    await expect(createBackup({ ...place, kind: 'daily', include })).rejects.toMatchObject({ code: 'BACKUP_FAILED' })
  })

  // The shell's limit on file sizes (512-byte blocks) stands in for a disk that is full after 1 MiB.
  test.skipIf(process.platform === 'win32').each([
    { what: 'the database', orders: 30_000, fileBytes: 1, says: 'left nothing behind' },
    { what: 'a file', orders: 1, fileBytes: 2_000_000, says: 'the disk is full' },
  ])(
    'for which the disk is too small because of $what says so, and leaves nothing',
    async ({ orders, fileBytes, says }) => {
      await using place = await makePlace('sqlite')
      await fillShop(place.source, 1)
      await execute(
        place.source,
        `WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < ${orders})
      INSERT INTO shop_value SELECT i, hex(randomblob(40)), 0, NULL FROM n`,
      )
      await mkdir(join(place.dataDir, 'apps'), { recursive: true })
      await writeFile(join(place.dataDir, 'apps', 'big'), randomBytes(fileBytes))
      await writeFile(join(place.dir, 'run.mts'), backupScript(place))
      const command = `ulimit -f 2048; exec "${process.execPath}" -C source "${join(place.dir, 'run.mts')}"`
      const { stdout } = await promisify(execFile)('sh', ['-c', command])
      expect(JSON.parse(stdout)).toEqual({ code: 'BACKUP_FAILED', message: expect.stringContaining(says) })
      expect(await readdir(join(place.backupDir, 'daily'))).toEqual([])
    },
  )
})

function named(store: string): (name: string) => string {
  return (name) => (store === 'postgres' && name === 'database.sqlite.zst' ? 'database.ndjson.zst' : name)
}

async function overwrite(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  await writeFile(path, bytes.fill(0xa5, at, at + 4_096))
}

function backupScript({ source, backupDir, dataDir }: Place): string {
  const module = new URL('./create.ts', import.meta.url)
  return `import { createBackup } from ${JSON.stringify(module.href)}
    await createBackup(${JSON.stringify({ source, backupDir, dataDir, kind: 'daily', include: ['apps'] })})
      .catch(({ code, message }) => console.log(JSON.stringify({ code, message })))`
}
