import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { createPlatform } from '../app/create-platform.ts'
import { parseConfig } from '../config/parse.ts'
import { createBackup } from './create.ts'
import { listBackups } from './list.ts'
import { finishRestore } from './plan.ts'
import { restoreBackup } from './restore.ts'
import { applyRetention } from './retention.ts'
import {
  fillShop,
  makePlace,
  migrateWith,
  type Place,
  placeOrder,
  readShop,
  shopMigrations,
} from './store/shop.testing.ts'

const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** Runs a script in a process of its own, which kills itself, as `kill -9` would, when it reports `message`. */
async function killedAt(place: Place, message: string, script: string): Promise<string | null> {
  const path = join(place.dir, 'run.mts')
  const head = `const onProgress = (_, message) => { if (message === ${JSON.stringify(message)}) process.kill(process.pid, 'SIGKILL') }\n`
  await writeFile(path, head + script)
  const child = spawn(process.execPath, ['-C', 'source', path], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [, signal] = await once(child, 'exit')
  return signal
}

function restoreScript({ source, dataDir }: Place, folder: string): string {
  return `import { restoreBackup } from ${here('./restore.ts')}
    import { migrateWith, shopMigrations } from ${here('./store/shop.testing.ts')}
    const migrate = migrateWith(shopMigrations(${JSON.stringify(source.kind)}))
    await restoreBackup({ ...${JSON.stringify({ folder, target: source, dataDir, force: true })}, migrate, onProgress })`
}

/** Four orders in the database, three in the backup; the file says which of the two it belongs to. */
async function prepare(place: Place): Promise<string> {
  await fillShop(place.source, 3)
  await mkdir(join(place.dataDir, 'apps'), { recursive: true })
  await writeFile(join(place.dataDir, 'apps/orders.txt'), '3')
  const { path } = await createBackup({ ...place, kind: 'daily', include: ['apps'] })
  await writeFile(join(place.dataDir, 'apps/orders.txt'), '4')
  await using database = await openDatabase(place.source)
  await placeOrder(database, 'the fourth')
  return path
}

async function messagesOf(place: Place, folder: string): Promise<readonly string[]> {
  const messages = new Set<string>()
  const migrate = migrateWith(shopMigrations(place.source.kind))
  const onProgress = (_: number, message: string): unknown => messages.add(message)
  await restoreBackup({ folder, target: place.source, dataDir: place.dataDir, force: true, migrate, onProgress })
  return [...messages]
}

describe('a restore on SQLite killed at any moment', { timeout: 240_000 }, () => {
  test('leaves the old or the new database, and its files with it once finished', async () => {
    await using rehearsal = await makePlace('sqlite')
    const folder = await prepare(rehearsal)
    const old = await readShop(rehearsal.source)
    const messages = await messagesOf(rehearsal, folder)
    const restored = await readShop(rehearsal.source)
    expect(messages.length).toBeGreaterThan(10)
    const seen: number[] = []
    for (const message of messages) {
      await using place = await makePlace('sqlite')
      await prepare(place)
      // The very same old database and backup each time.
      const path = place.source.kind === 'sqlite' ? place.source.path : ''
      const before = rehearsal.source.kind === 'sqlite' ? await oldDatabaseOf(rehearsal.dir) : ''
      await cp(before, path)
      expect(await killedAt(place, message, restoreScript(place, folder))).toBe('SIGKILL')

      const left = await readShop(place.source)
      expect([old, restored]).toContainEqual(left)
      await finishRestore(place.dataDir)
      const finished = await readShop(place.source)
      expect([old, restored]).toContainEqual(finished)
      expect(await readFile(join(place.dataDir, 'apps/orders.txt'), 'utf8')).toBe(String(finished.orders.length))
      seen.push(finished.orders.length)
      const again = {
        folder,
        target: place.source,
        dataDir: place.dataDir,
        force: true,
        migrate: migrateWith(shopMigrations('sqlite')),
      }
      await restoreBackup(again)
      expect(await readShop(place.source)).toEqual(restored)
      expect((await readdir(place.dir)).filter((name) => name.includes('restoring'))).toEqual([])
    }
    // Up to the plan the old one stays, from there on it is the new one.
    expect(seen).toEqual(messages.map((_, index) => (index < messages.indexOf('wrote the plan') ? 4 : 3)))
  })

  test('is finished only when nobody uses the database', async () => {
    await using place = await makePlace('sqlite')
    const folder = await prepare(place)
    await killedAt(place, 'wrote the plan', restoreScript(place, folder))
    const database = await openDatabase(place.source)
    await expect(finishRestore(place.dataDir)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
    await database[Symbol.asyncDispose]()
    expect(await finishRestore(place.dataDir)).toBe(true)
    expect(await finishRestore(place.dataDir)).toBe(false)
    expect((await readShop(place.source)).orders).toHaveLength(3)
  })

  test('is finished by whoever opens the platform next', async () => {
    await using place = await makePlace('sqlite')
    const staged = join(place.dataDir, 'staged.restoring')
    await mkdir(staged, { recursive: true })
    await writeFile(join(staged, 'orders.txt'), 'restored')
    const [target, aside] = [join(place.dataDir, 'apps'), join(place.dataDir, 'apps.aside')]
    await writeFile(join(place.dataDir, 'restore-plan.json'), JSON.stringify({ folders: [{ staged, target, aside }] }))
    const config = parseConfig({ REGIE_DATA_DIR: place.dataDir, REGIE_LOG_LEVEL: 'error' })
    await using _platform = await createPlatform({ config, apps: [] })
    expect(await readFile(join(target, 'orders.txt'), 'utf8')).toBe('restored')
    expect(await finishRestore(place.dataDir)).toBe(false)
  })

  test('whose plan cannot be read says so', async () => {
    await using place = await makePlace('sqlite')
    await mkdir(place.dataDir)
    await writeFile(join(place.dataDir, 'restore-plan.json'), '{')
    await expect(finishRestore(place.dataDir)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' })
  })
})

describe('a restore on PostgreSQL killed at any moment', { timeout: 240_000 }, () => {
  test('leaves the old or the new database, and can be done again', async () => {
    await using rehearsal = await makePlace('postgres')
    const folder = await prepare(rehearsal)
    const messages = await messagesOf(rehearsal, folder)
    const restored = await readShop(rehearsal.source)
    const seen: number[] = []
    for (const message of messages) {
      await using place = await makePlace('postgres')
      await prepare(place)
      const old = await readShop(place.source)
      expect(await killedAt(place, message, restoreScript(place, folder))).toBe('SIGKILL')
      const left = await readShop(place.source)
      expect([old, restored]).toContainEqual(left)
      seen.push(left.orders.length)
      const again = {
        folder,
        target: place.source,
        dataDir: place.dataDir,
        force: true,
        migrate: migrateWith(shopMigrations('postgres')),
      }
      await restoreBackup(again)
      expect(await readShop(place.source)).toEqual(restored)
      expect(await readFile(join(place.dataDir, 'apps/orders.txt'), 'utf8')).toBe('3')
    }
    expect(seen).toEqual(messages.map((_, index) => (index < messages.indexOf('exchanged the tables') ? 4 : 3)))
  })
})

test('a backup that is killed is never listed, and removed after a day', async () => {
  await using place = await makePlace('sqlite')
  await fillShop(place.source, 3)
  const { source, backupDir } = place
  const options = JSON.stringify({ source, backupDir, kind: 'daily' })
  const script = `import { createBackup } from ${here('./create.ts')}
    await createBackup({ ...${options}, onProgress })`
  expect(await killedAt(place, 'compressing the database', script)).toBe('SIGKILL')
  expect(await readdir(join(backupDir, 'daily'))).toEqual([expect.stringMatching(/\.partial$/)])
  expect(await listBackups(backupDir)).toEqual([])
  const later = { now: () => Date.now() + 2 * 86_400_000, setTimer: () => () => {} }
  expect((await applyRetention({ backupDir, clock: later })).unfinished).toHaveLength(1)
  expect(await readdir(join(backupDir, 'daily'))).toEqual([])
})

async function oldDatabaseOf(dir: string): Promise<string> {
  const names = await readdir(dir)
  return join(dir, names.find((name) => name.startsWith('regie.db.before-restore')) ?? '')
}
