import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, silentLogger } from '@regie/engine'
import { fakeClock } from '@regie/engine/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { openAnchors } from './anchors.ts'
import { rowsOf } from './audit.testing.ts'
import { loadAuditKeys } from './keys.ts'
import { createAuditLog } from './log.ts'

const entry = { org: 'main', actor: { kind: 'user', id: 'u', name: 'U' }, action: 'a.b' } as const

describe.each(STORES)('the sealer of the audit log on %s', (store) => {
  let world: TestPlatform
  beforeEach(async () => {
    world = await openTestPlatform({ identity: openIdentity('main'), store })
    await world.platform.migrate()
  })
  afterEach(() => world[Symbol.asyncDispose]())

  const places = async () => (await rowsOf(world.platform)).map(({ seq }) => seq)

  test('several at once, in several processes, make one chain', async () => {
    const { platform, folder } = world
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(platform.config.database)))
    const logs = await Promise.all(
      databases.map(async (database) =>
        createAuditLog({
          database,
          keys: await loadAuditKeys(platform.config),
          anchors: openAnchors(join(folder, 'audit')),
          clock: fakeClock(),
          log: silentLogger,
          scrub: (text) => text,
        }),
      ),
    )
    for (let round = 0; round < 5; round++) {
      await Promise.all(logs.flatMap((log) => [log.record(undefined, entry), log.record(undefined, entry), log.seal()]))
    }
    for (const log of logs) await log.seal()
    expect(await places()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    expect(await platform.audit.verify()).toMatchObject({ ok: true, entries: 30, unsealed: 0 })
    for (const database of databases) await database[Symbol.asyncDispose]()
  })

  test('more than a batch of entries is sealed in one go', async () => {
    const { audit } = world.platform
    await Promise.all(Array.from({ length: 1_201 }, () => audit.record(undefined, entry)))
    expect(await audit.seal()).toBe(1_201)
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 1_201 })
  })

  test.runIf(store === 'PostgreSQL')('an entry that commits late, with an earlier id, is not skipped', async () => {
    const { audit, database } = world.platform
    const { promise: sealed, resolve: release } = Promise.withResolvers<void>()
    const { promise: written, resolve: write } = Promise.withResolvers<void>()
    const late = database.transaction(async (tx) => {
      await audit.record(tx, { ...entry, action: 'late.one' })
      write()
      await sealed
    })
    await written
    await audit.record(undefined, { ...entry, action: 'early.two' })
    expect(await audit.seal()).toBe(1)
    release()
    await late
    expect(await audit.seal()).toBe(1)
    expect((await rowsOf(world.platform)).map(({ action }) => action)).toEqual(['early.two', 'late.one'])
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  test('a platform that stops has sealed and anchored what was entered', async () => {
    const { audit } = world.platform
    audit.start()
    await audit.record(undefined, entry)
    await audit.stop()
    const anchors = (await readFile(join(world.folder, 'audit', 'anchors.jsonl'), 'utf8')).trim().split('\n')
    expect(anchors.map((line) => JSON.parse(line))).toMatchObject([{ kind: 'anchor', seq: 1 }])
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 1, unsealed: 0, anchors: 2 })
  })
})

/** A log that goes by a clock of its own, beside that of the platform. */
async function clockedLog({ platform, folder }: TestPlatform) {
  await platform.migrate()
  const clock = fakeClock()
  const audit = createAuditLog({
    database: platform.database,
    keys: await loadAuditKeys(platform.config),
    anchors: openAnchors(join(folder, 'audit')),
    clock,
    log: silentLogger,
    scrub: (text) => text,
  })
  return { platform, folder, clock, audit }
}

test('entries that never pause are sealed all the same', async () => {
  await using world = await openTestPlatform({ identity: openIdentity('main') })
  const { platform, clock, audit } = await clockedLog(world)
  audit.start()
  for (let ms = 0; ms < 1_000; ms += 10) {
    await audit.record(undefined, entry)
    await clock.leap(10)
  }
  await expect.poll(async () => (await platform.audit.verify()).unsealed).toBeLessThan(100)
  await audit.stop()
})

test('anchors come every thousand entries and every hour, by the clock it is given', async () => {
  await using world = await openTestPlatform({ identity: openIdentity('main') })
  const { platform, folder, clock, audit } = await clockedLog(world)
  const anchored = async () => {
    const text = await readFile(join(folder, 'audit', 'anchors.jsonl'), 'utf8').catch(() => '')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).seq]))
  }
  audit.start()
  await audit.record(undefined, entry)
  await clock.leap(1_000)
  await expect.poll(async () => (await platform.audit.verify()).unsealed).toBe(0)
  expect(await anchored()).toEqual([])
  await clock.leap(3_600_000)
  // A look that was under way asks for its next one from then on.
  const later = async () => {
    await clock.leap(1_000)
    return anchored()
  }
  await expect.poll(later).toEqual([1])
  await Promise.all(Array.from({ length: 1_000 }, () => audit.record(undefined, entry)))
  await expect.poll(later).toEqual([1, 1_001])
  await audit.stop()
  expect(await anchored()).toEqual([1, 1_001])
})

test('the key is made once, for its owner only, and two that start at once agree on it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'regie-audit-'))
  const config = { dataDir, audit: { formerKeys: [] } }
  const keys = await Promise.all([1, 2, 3].map(() => loadAuditKeys(config)))
  expect(new Set(keys.map(({ active }) => active.id)).size).toBe(1)
  expect((await stat(join(dataDir, 'audit', 'key'))).mode & 0o777).toBe(0o600)
  await rm(join(dataDir, 'audit', 'key'))
  await writeFile(join(dataDir, 'audit', 'key'), 'short')
  await expect(loadAuditKeys(config)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await rm(dataDir, { recursive: true })
})
