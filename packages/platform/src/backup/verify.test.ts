import { copyFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CreatedBackup, createBackup } from './create.ts'
import { compress, contentOf, storeBytes, storeStream } from './files.ts'
import { type Manifest, writeManifest } from './manifest.ts'
import { fillShop, makePlace, type Place, STORES } from './store/shop.testing.ts'
import { verifyBackup } from './verify.ts'

describe.each(STORES)('verifying a backup of %s', (store) => {
  let place: Place
  let good: CreatedBackup
  const names = {
    database: store === 'sqlite' ? 'database.sqlite.zst' : 'database.ndjson.zst',
    file: 'files/apps/quote.pdf',
  }
  beforeAll(async () => {
    place = await makePlace(store)
    await fillShop(place.source, 20)
    await mkdir(join(place.dataDir, 'apps'), { recursive: true })
    await writeFile(join(place.dataDir, 'apps/quote.pdf'), 'a quote')
    good = await createBackup({ ...place, kind: 'daily', include: ['apps'] })
  })
  afterAll(() => place[Symbol.asyncDispose]())

  /** A copy of the good backup, after something happened to it. */
  async function damaged(damage: (folder: string) => Promise<unknown>): Promise<string> {
    const folder = join(place.dir, `damaged-${Math.random()}`)
    await cp(good.path, folder, { recursive: true })
    await damage(folder)
    return folder
  }

  async function problemsAfter(damage: (folder: string) => Promise<unknown>) {
    const problems = await verifyBackup({ folder: await damaged(damage) })
    return problems.map(({ fault, path }) => ({ fault, path }))
  }

  test('finds nothing wrong with a good one, and leaves nothing', async () => {
    expect(await verifyBackup({ folder: good.path })).toEqual([])
    expect(await readdir(join(place.backupDir, 'daily'))).toHaveLength(1)
  })

  test.each(['database', 'file'] as const)('finds a missing %s', async (what) => {
    expect(await problemsAfter((folder) => rm(join(folder, names[what])))).toEqual([
      { fault: 'missing', path: names[what] },
    ])
  })

  test.each(['database', 'file'] as const)('finds a truncated %s', async (what) => {
    const problems = await problemsAfter((folder) => truncate(join(folder, names[what]), 3))
    expect(problems).toEqual([{ fault: 'truncated', path: names[what] }])
  })

  test.each(['database', 'file'] as const)('finds one altered byte of the %s', async (what) => {
    const problems = await problemsAfter((folder) => flipByte(join(folder, names[what])))
    expect(problems).toEqual([{ fault: 'altered', path: names[what] }])
  })

  test('finds a file that has grown', async () => {
    const problems = await problemsAfter((folder) => writeFile(join(folder, names.file), 'a quote, and more'))
    expect(problems).toEqual([{ fault: 'altered', path: names.file }])
  })

  test('finds a file that was put there', async () => {
    const problems = await problemsAfter((folder) =>
      copyFile(join(folder, names.file), join(folder, 'files/apps/other.pdf')),
    )
    expect(problems).toEqual([{ fault: 'unknown', path: 'files/apps/other.pdf' }])
  })

  test.each(['manifest.json', 'manifest.json.sha256'])('finds a missing %s', async (name) => {
    expect(await problemsAfter((folder) => rm(join(folder, name)))).toEqual([
      { fault: 'missing', path: 'manifest.json' },
    ])
  })

  test('finds an altered manifest', async () => {
    expect(await problemsAfter((folder) => flipByte(join(folder, 'manifest.json')))).toEqual([
      { fault: 'altered', path: 'manifest.json' },
    ])
  })

  test.each<[string, (manifest: Manifest) => object]>([
    ['of a newer version', (manifest) => ({ ...manifest, format: 2 })],
    ['that lacks a part', ({ database: _, ...rest }) => rest],
    ['whose paths climb out', (manifest) => ({ ...manifest, folders: ['../../etc'] })],
  ])('refuses a manifest %s', async (_, change) => {
    const problems = await problemsAfter((folder) => rewriteManifest(folder, change(good.manifest) as Manifest))
    expect(problems).toEqual([{ fault: 'altered', path: 'manifest.json' }])
  })

  test('finds a database whose bytes are right and whose rows are too few', async () => {
    const tables = good.manifest.database.tables.map(({ name, rows }) => ({ name, rows: rows + 1 }))
    const problems = await problemsAfter((folder) =>
      rewriteManifest(folder, { ...good.manifest, database: { ...good.manifest.database, tables } }),
    )
    expect(problems).toHaveLength(tables.length)
    expect(problems[0]).toEqual({ fault: 'unreadable', path: names.database })
  })

  test.each([
    ['is not compressed', (path: string) => storeBytes(path, Buffer.from('this is no database'))],
    ['is no database', (path: string) => storeStream(path, zstd('this is no database'), { through: compress() })],
    [
      'ends too soon',
      (path: string) =>
        storeStream(path, zstd('{"table":"shop_order","columns":["id"]}\n["1"]\n'), { through: compress() }),
    ],
  ])('finds a database with the right hash that %s', async (_, write) => {
    const problems = await problemsAfter(async (folder) => {
      await rm(join(folder, names.database))
      await write(join(folder, names.database))
      const content = await contentOf(join(folder, names.database))
      const files = good.manifest.files.map((file) => (file.path === names.database ? { ...file, ...content } : file))
      await rewriteManifest(folder, { ...good.manifest, files })
    })
    expect(problems).toEqual([{ fault: 'unreadable', path: names.database }])
  })

  test('says that there is no such backup', async () => {
    await expect(verifyBackup({ folder: join(place.dir, 'nowhere') })).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' })
  })

  test('can be stopped', async () => {
    await expect(verifyBackup({ folder: good.path, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
  })
})

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await writeFile(path, bytes)
}

async function rewriteManifest(folder: string, manifest: Manifest): Promise<void> {
  await rm(join(folder, 'manifest.json'))
  await rm(join(folder, 'manifest.json.sha256'))
  await writeManifest(folder, manifest)
}

async function* zstd(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
