import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'

/** Another process on the database of a world, over the same data folder. */
async function another({ platform, folder }: TestPlatform, env: Readonly<Record<string, string>> = {}) {
  const { database } = platform.config
  const url = database.kind === 'postgres' ? { DATABASE_URL: database.url } : {}
  const opened = await openTestPlatform({ store: 'SQLite', env: { REGIE_DATA_DIR: folder, ...url, ...env } })
  return opened.platform
}

const newKey = () => randomBytes(32).toString('base64')

describe.each(STORES)('keys that all processes share, on %s', (store) => {
  test('a process with others refuses to start, until it has them or they are adopted', async () => {
    await using world = await openTestPlatform({ store })
    await world.platform.migrate()
    const [secret, auditKey] = await Promise.all(
      ['secret', 'audit/key'].map(async (file) => (await readFile(join(world.folder, file), 'utf8')).trim()),
    )
    const mine = await another(world, { REGIE_SECRET: secret ?? '', REGIE_AUDIT_KEY: auditKey ?? '' })
    await mine.migrate()
    await mine.stop()

    await writeFile(join(world.folder, 'secret'), 'made up by a person')
    const stranger = await another(world, { REGIE_AUDIT_KEY: newKey() })
    const refused = stranger.migrate()
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(refused).rejects.toThrow(
      `REGIE_SECRET: this database is used with another one than what ${world.folder}`,
    )
    await expect(refused).rejects.toThrow(
      'REGIE_AUDIT_KEY: this database is used with another one than REGIE_AUDIT_KEY',
    )
    expect(await stranger.sharedKeys.adopt()).toEqual(['secret', 'audit'])
    await stranger.migrate()
    await stranger.stop()
    expect(await world.platform.sharedKeys.wrong()).toHaveLength(1)
  })

  test('the key of the audit log is replaced where the one before is named; who still has that is refused', async () => {
    await using world = await openTestPlatform({ store })
    await world.platform.migrate()
    const former = (await readFile(join(world.folder, 'audit/key'), 'utf8')).trim()
    const rotated = await another(world, { REGIE_AUDIT_KEY: newKey(), REGIE_FORMER_AUDIT_KEYS: former })
    await rotated.migrate()
    expect(await rotated.sharedKeys.wrong()).toEqual([])
    await rotated.stop()
    await expect(world.platform.migrate()).rejects.toThrow('REGIE_AUDIT_KEY')
  })
})
