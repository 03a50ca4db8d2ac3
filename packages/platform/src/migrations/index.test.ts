import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineMigrations, migrate, migrateDown, openDatabase } from '@regie/engine'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { ownDatabase } from '../app/own-database.testing.ts'
import { STORES } from '../app/platform.testing.ts'
import { platformMigrations } from './index.ts'

/** What databases of the first version have, by the sums of what was done to them: it never changes. */
const FIRST = {
  '0001-alert': ['121f076c4d161efdee3317439fa686c2'],
  '0010-identity': ['8264ae31fc1026104e8b3c689a0847bd'],
  '0015-second-factor': ['fb27e00815d5a68a30298871f450120a'],
  '0016-single-sign-on': ['c78f230a9f0da60cdcdaa217a6eebcad'],
  '0020-audit': ['09e372b6e35eac6f315a9a85ec1f51d5', '2bc822c1e89902d3833008dccb8fa29f'],
  '0030-rate': ['3c76e248e39fcf6d27f430715b018884'],
  '0031-idempotency': ['8cca12f099f7f8ae2c6ca142e414a4e8'],
  '0040-realtime': ['2df03d2b69880c13b61af4ee5d526917', 'db098dfdaae6158399bf07511a2177df'],
  '0041-inbox': ['6e13a88a58b5a47136b648ee220ca1e5'],
  'backup-0001-index': ['45c82ec95c30f193bdb7c4a11fc1955d'],
} as const

test.each(STORES)('a database of the first version is brought up to date, and back, on %s', async (store) => {
  const folder = await mkdtemp(join(tmpdir(), 'regie-migrations-'))
  const own = store === 'PostgreSQL' ? await ownDatabase({ blank: true }) : undefined
  try {
    await using database = await openDatabase(
      own === undefined ? { kind: 'sqlite', path: join(folder, 'first.db') } : { kind: 'postgres', url: own.url },
    )
    const { migrations } = platformMigrations
    const first = Object.fromEntries(Object.entries(migrations).filter(([name]) => name in FIRST))
    await migrate(database, [engineMigrations(database.dialect), { ...platformMigrations, migrations: first }])
    const { rows } = await sql<{ name: keyof typeof FIRST; checksum: string }>`
      select name, checksum from regie_migration where owner = 'platform'`.execute(database.kysely())
    for (const { name, checksum } of rows)
      expect([name, FIRST[name].at(store === 'SQLite' ? 0 : -1)]).toEqual([name, checksum])
    expect(rows).toHaveLength(Object.keys(FIRST).length)
    const added = Object.keys(migrations).length - rows.length
    expect(await migrate(database, [platformMigrations])).toHaveLength(added)
    const entry = sql`insert into platform_audit (id, org_id, at, actor_kind, actor_id, name_digest, action, key_id, mac)
      values ('1', 'main', 1, 'system', 'system', '', 'a.b', '', '')`
    await entry.execute(database.kysely())
    const remove = () => sql`delete from platform_audit`.execute(database.kysely())
    await expect(remove()).rejects.toThrow('append-only')
    await migrateDown(database, platformMigrations, added)
    await expect(remove()).rejects.toThrow('append-only')
  } finally {
    await own?.remove()
    await rm(folder, { recursive: true, force: true })
  }
})
