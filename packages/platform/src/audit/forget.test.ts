import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { createBackup } from '../backup/create.ts'
import { restoreBackup } from '../backup/restore.ts'
import { migrateSets } from '../backup/staging.ts'
import { rowsOf, tamper } from './audit.testing.ts'

describe.each(STORES)('forgetting a person in the audit log on %s', (store) => {
  let world: TestPlatform
  const entries = async () => (await world.platform.audit.search({ org: 'main' })).entries

  beforeEach(async () => {
    world = await openTestPlatform({ identity: openIdentity('main'), store })
    await world.platform.migrate()
    const ada = { kind: 'user', id: 'ada', name: 'Ada Lovelace' } as const
    const bob = { kind: 'user', id: 'bob', name: 'Bob' } as const
    const { audit } = world.platform
    await audit.record(undefined, { org: 'main', actor: ada, action: 'a.acted', after: { of: 'others' } })
    await audit.record(undefined, {
      ...{ org: 'main', actor: bob, action: 'b.changed', object: { type: 'client', id: 'ada' } },
      after: { email: 'ada@example.com' },
    })
    await audit.record(undefined, { org: 'main', actor: bob, action: 'c.told', person: 'ada', after: { to: 'Ada' } })
    await audit.record(undefined, { org: 'other', actor: ada, action: 'd.elsewhere' })
    await audit.seal()
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('takes the name and what is said of them, leaves the rest, and the log still holds', async () => {
    expect(await world.platform.audit.forget('main', 'ada')).toBe(3)
    await world.platform.audit.seal()
    expect(await entries()).toMatchObject([
      { action: 'audit.forget', object: { type: 'person', id: 'ada' }, after: { entries: 3 } },
      { action: 'c.told', actor: { name: 'Bob' }, erasedBy: expect.any(String) },
      { action: 'b.changed', actor: { name: 'Bob' }, erasedBy: expect.any(String) },
      { action: 'a.acted', actor: { kind: 'user', id: 'ada' }, after: { of: 'others' } },
    ])
    const left = JSON.stringify(
      await rowsOf(world.platform).then((rows) => rows.filter(({ org_id }) => org_id === 'main')),
    )
    expect(left).not.toMatch(/Lovelace|ada@example/)
    expect(await world.platform.audit.verify()).toMatchObject({ ok: true, entries: 5 })
    expect(await world.platform.audit.forget('main', 'ada')).toBe(0)
  })

  test('takes very many at once, one entry for each', async () => {
    const { audit, database } = world.platform
    const ids = Array.from({ length: 1_600 }, (_, index) => `client-${index}`)
    const [sample] = await rowsOf(world.platform)
    const rows = ids.map((id) => ({
      ...sample,
      id,
      actor_id: id,
      actor_name: 'A',
      seq: null,
      seal: null,
      prev_seal: null,
    }))
    const db = database.kysely<{ platform_audit: object }>()
    for (let from = 0; from < rows.length; from += 500)
      await db
        .insertInto('platform_audit')
        .values(rows.slice(from, from + 500))
        .execute()
    const count = await world.platform.engine.transaction(({ db: own, afterCommit }) =>
      audit.forgetIn({ db: own as never, afterCommit }, 'main', ids),
    )
    expect(count).toBe(ids.length)
    const { rows: left } = await sql<{ names: number; told: number }>`
      select count(actor_name) as names, count(case when action = 'audit.forget' then 1 end) as told from platform_audit
      where actor_id like 'client-%' or action = 'audit.forget'`.execute(db)
    expect(left.map(({ names, told }) => [Number(names), Number(told)])).toEqual([[ids.length, ids.length]])
  })

  test('an erasure that no entry tells of, or that is of somebody else, is found', async () => {
    await world.platform.audit.forget('main', 'ada')
    const [erasure] = await entries()
    await tamper(
      world.platform,
      sql`update platform_audit set actor_name = null, name_erased_by = ${erasure?.id} where action = 'c.told'`,
      sql`update platform_audit set detail = null, detail_erased_by = ${erasure?.id} where action = 'a.acted'`,
    )
    expect((await world.platform.audit.verify()).problems.map(({ fault }) => fault)).toEqual(['modified', 'modified'])
  })

  test('follows when the events forget somebody, and again after a restore', async () => {
    const { platform, folder } = world
    const { config, database, migrationSets } = platform
    const backupDir = join(folder, 'backups')
    const { path } = await createBackup({ source: database.source, backupDir, kind: 'manual' })
    await platform.engine.events.forget('ada')
    expect(JSON.stringify(await entries())).not.toContain('Lovelace')
    await platform.stop()
    const migrate = migrateSets(migrationSets)
    await restoreBackup({ folder: path, target: config.database, dataDir: folder, backupDir, migrate, force: true })
    const url = config.database.kind === 'postgres' ? { DATABASE_URL: config.database.url } : {}
    await using again = await openTestPlatform({
      identity: openIdentity('main'),
      env: { REGIE_DATA_DIR: folder, ...url },
    })
    await again.platform.start()
    const found = (await again.platform.audit.search({ org: 'main' })).entries
    expect(found.map(({ action }) => action)).toContain('audit.forget')
    expect(JSON.stringify(found)).not.toContain('Lovelace')
  })
})
