import { cp, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { engineMigrations, openDatabase } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { createBackup } from './create.ts'
import { listBackups } from './list.ts'
import { rebuildIndex } from './rebuild-index.ts'
import { readIndex } from './store/backup-index.ts'
import { fillShop, makePlace, STORES } from './store/shop.testing.ts'

const at = (now: number) => ({ now: () => now, setTimer: () => () => {} })

describe.each(STORES)('the index of backups on %s', (store) => {
  test('follows the files: new, copied in, damaged, deleted', async () => {
    await using place = await makePlace(store)
    await fillShop(place.source, 4)
    await using database = await openDatabase(place.source)
    const backupDir = place.backupDir
    const first = await createBackup({ ...place, kind: 'daily', clock: at(86_400_000) })
    // The engine's, the platform's own and the shop's.
    const migrations = Object.keys(engineMigrations(store).migrations).length + 2
    const second = await createBackup({ ...place, kind: 'weekly', clock: at(2 * 86_400_000) })
    expect(await rebuildIndex({ database, backupDir })).toEqual({
      added: [second.id, first.id],
      changed: [],
      removed: [],
      unchanged: 0,
    })
    expect(await readIndex(database)).toMatchObject([
      { id: second.id, kind: 'weekly', created_at: 2 * 86_400_000, bytes: second.bytes, problem: null },
      { id: first.id, dialect: store, files: 0, duration_ms: 0, table_rows: 4 + 4 + 3 + migrations },
    ])
    expect(await rebuildIndex({ database, backupDir })).toEqual({ added: [], changed: [], removed: [], unchanged: 2 })

    const copied = 'manual/1970-01-09T00-00-00Z-abcdef'
    await cp(first.path, join(backupDir, copied), { recursive: true })
    await truncate(join(second.path, 'manifest.json'), 5)
    await rm(first.path, { recursive: true })
    expect(await rebuildIndex({ database, backupDir })).toEqual({
      added: [copied],
      changed: [second.id],
      removed: [first.id],
      unchanged: 0,
    })
    expect(await readIndex(database)).toMatchObject([
      { id: copied, kind: 'manual', problem: null },
      { id: second.id, problem: expect.stringContaining('checksum'), dialect: null },
    ])
  })

  test('is empty where there are no backups', async () => {
    await using place = await makePlace(store)
    await fillShop(place.source, 1)
    await using database = await openDatabase(place.source)
    expect(await rebuildIndex({ database, backupDir: join(place.dir, 'nowhere') })).toEqual({
      added: [],
      changed: [],
      removed: [],
      unchanged: 0,
    })
    expect(await readIndex(database)).toEqual([])
  })
})

describe('the list of backups', () => {
  test('is newest first, and says what is damaged without reading it all', async () => {
    await using place = await makePlace('sqlite')
    await fillShop(place.source, 2)
    const old = await createBackup({ ...place, kind: 'monthly', clock: at(1) })
    const recent = await createBackup({ ...place, kind: 'daily', clock: at(86_400_000) })
    await truncate(join(old.path, 'database.sqlite.zst'), 10)
    expect(await listBackups(place.backupDir)).toMatchObject([
      { id: recent.id, state: 'good', path: recent.path, bytes: recent.bytes },
      { id: old.id, state: 'damaged', problem: expect.stringContaining('database.sqlite.zst') },
    ])
  })
})
