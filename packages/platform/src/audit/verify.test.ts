import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPlatform } from '../app/create-platform.ts'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { createLog } from '../observe/log.ts'
import { readAnchorCopy } from './anchors.ts'
import { addEntries, addUser, rowsOf, tamper } from './audit.testing.ts'

describe.each(STORES)('tampering with the audit log on %s', (store) => {
  let world: TestPlatform
  const faults = async () => (await world.platform.audit.verify()).problems.map(({ fault }) => fault)

  beforeEach(async () => {
    world = await openTestPlatform({ identity: openIdentity('main'), store })
    await world.platform.migrate()
    await addEntries(world.platform, 5)
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('nothing is wrong with a log that nobody touched', async () => {
    expect(await world.platform.audit.verify()).toEqual({
      ok: true,
      entries: 5,
      unsealed: 0,
      anchors: 1,
      problems: [],
      faults: 0,
      guarded: true,
      notes: [],
    })
  })

  test('triggers refuse to change or remove a row', async () => {
    const db = world.platform.database.kysely()
    const statements = [
      sql`update platform_audit set action = 'test.other'`,
      sql`update platform_audit set seal = 'x' where seq = 2`,
      sql`update platform_audit set seq = null, seal = null, prev_seal = null`,
      sql`update platform_audit set detail = null where seq = 2`,
      sql`delete from platform_audit where seq = 2`,
      ...(store === 'PostgreSQL' ? [sql`truncate platform_audit`] : []),
    ]
    for (const statement of statements) await expect(statement.execute(db)).rejects.toThrow(/append-only/)
    expect(await faults()).toEqual([])
  })

  test('a modified entry', async () => {
    await tamper(world.platform, sql`update platform_audit set actor_id = 'u2' where seq = 2`)
    expect((await world.platform.audit.verify()).problems).toMatchObject([
      { fault: 'modified', sequence: 2, org: 'main', message: 'the entry 2 was changed after it was written' },
    ])
  })

  test('a modified detail, name, or one that was taken out', async () => {
    await tamper(
      world.platform,
      sql`update platform_audit set detail = replace(detail, '2', '7') where seq = 2`,
      sql`update platform_audit set actor_name = 'x:Marie' where seq = 3`,
      sql`update platform_audit set detail = null, detail_erased_by = 'nobody' where seq = 4`,
    )
    expect(await faults()).toEqual(['modified', 'modified', 'modified'])
  })

  test('a modified seal', async () => {
    await tamper(world.platform, sql`update platform_audit set seal = 'f' || substr(seal, 2) || '0' where seq = 2`)
    expect(await faults()).toEqual(expect.arrayContaining(['resealed']))
  })

  test('an entry removed from the middle', async () => {
    await tamper(world.platform, sql`delete from platform_audit where seq in (2, 3)`)
    expect((await world.platform.audit.verify()).problems).toMatchObject([
      { fault: 'removed', sequence: 2, message: 'the entries 2 to 3 are gone' },
    ])
  })

  test('entries removed and the later ones moved up', async () => {
    await tamper(
      world.platform,
      sql`delete from platform_audit where seq = 2`,
      sql`update platform_audit set seq = seq - 1 where seq = 3`,
      sql`update platform_audit set seq = seq - 1 where seq = 4`,
      sql`update platform_audit set seq = seq - 1 where seq = 5`,
    )
    expect(await faults()).toEqual(expect.arrayContaining(['truncated', 'resealed']))
  })

  test('an entry inserted, which is not sealed either, and is told', async () => {
    const [row] = await rowsOf(world.platform)
    await sql`insert into platform_audit (id, org_id, at, actor_kind, actor_id, name_digest, action, key_id, mac)
      select '00000000-0000-7000-8000-000000000000', org_id, at, actor_kind, 'u9', name_digest, action, key_id, mac
      from platform_audit where id = ${row?.id}`.execute(world.platform.database.kysely())
    expect(await world.platform.audit.seal()).toBe(0)
    expect(await faults()).toEqual(['inserted'])
    await expect.poll(async () => (await world.platform.alerts.list()).alerts).toMatchObject([{ key: 'audit:forged' }])
    await world.platform.audit.record(undefined, {
      org: 'main',
      actor: { kind: 'user', id: 'u', name: 'U' },
      action: 'a.b',
    })
    expect(await world.platform.audit.seal()).toBe(1)
  })

  test('an entry inserted with a place and a seal', async () => {
    await tamper(
      world.platform,
      sql`insert into platform_audit (id, org_id, at, actor_kind, actor_id, name_digest, action, key_id, mac, seq, prev_seal, seal)
        select '00000000-0000-7000-8000-000000000000', org_id, at, actor_kind, 'u9', name_digest, action, key_id, mac, 6, seal, seal
        from platform_audit where seq = 5`,
    )
    expect(await faults()).toEqual(['inserted'])
  })

  test('entries that changed places', async () => {
    await tamper(
      world.platform,
      sql`update platform_audit set seq = 99 where seq = 2`,
      sql`update platform_audit set seq = 2 where seq = 3`,
      sql`update platform_audit set seq = 3 where seq = 99`,
    )
    expect(await faults()).toEqual(expect.arrayContaining(['reordered', 'reordered']))
  })

  test('entries gone from the end, although the end of the chain was moved along', async () => {
    await tamper(
      world.platform,
      sql`delete from platform_audit where seq > 3`,
      sql`update platform_audit_chain set seq = 3, seal = (select seal from platform_audit where seq = 3)`,
    )
    expect((await world.platform.audit.verify()).problems).toMatchObject([
      { fault: 'truncated', sequence: 4, message: expect.stringContaining('the entries 4 to 5 are gone from the end') },
    ])
  })

  test('an old seal taken off, so that the entry would be sealed anew', async () => {
    await tamper(
      world.platform,
      sql`update platform_audit set at = at, seq = null, seal = null, prev_seal = null where seq = 2`,
    )
    expect(await faults()).toEqual(['removed'])
    expect(await world.platform.audit.seal()).toBe(1)
    expect(await faults()).toEqual(['removed'])
  })

  test('the whole chain replaced by one of the same key', async () => {
    await tamper(
      world.platform,
      sql`delete from platform_audit`,
      sql`update platform_audit_chain set seq = 0, seal = ''`,
    )
    const head = await readFile(join(world.folder, 'audit', 'head.json'), 'utf8')
    await addEntries(world.platform, 6)
    await writeFile(join(world.folder, 'audit', 'head.json'), head)
    expect(await faults()).toEqual(['replaced'])
  })

  test('anchors that were forged, or made unreadable', async () => {
    const path = join(world.folder, 'audit', 'head.json')
    const head = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...head, seq: 4 }))
    expect(await faults()).toEqual(['anchor-forged'])
    await writeFile(path, '{')
    expect(await faults()).toEqual(['anchor-forged'])
    await rm(path)
    expect(await world.platform.audit.verify()).toMatchObject({
      ok: true,
      notes: [expect.stringContaining('no anchors')],
    })
  })

  test('a log that was emptied together with the files beside it', async () => {
    const copy = await readAnchorCopy(join(world.folder, 'audit', 'head.json'))
    await tamper(
      world.platform,
      sql`delete from platform_audit`,
      sql`update platform_audit_chain set seq = 0, seal = ''`,
    )
    await rm(join(world.folder, 'audit', 'head.json'))
    expect(await faults()).toEqual([])
    const { problems } = await world.platform.audit.verify({ copy })
    expect(problems).toMatchObject([
      { fault: 'truncated', message: expect.stringContaining('entries 1 to 5 are gone') },
    ])
    await addUser(world.platform)
    expect(await faults()).toEqual(['truncated'])
  })

  test('nothing is wrong when a copy of the anchors is compared as well, from before and after', async () => {
    const copy = await readAnchorCopy(join(world.folder, 'audit', 'head.json'))
    await addEntries(world.platform, 2)
    expect(await world.platform.audit.verify({ copy })).toMatchObject({ ok: true, entries: 7, anchors: 2 })
  })

  test('another key: everything is unknown, until the former one is named', async () => {
    const former = (await readFile(join(world.folder, 'audit', 'key'), 'utf8')).trim()
    const { config, apps } = world.platform
    const log = createLog({ config, clock: { now: () => 0, setTimer: () => () => {} }, screen: null })
    const key = Buffer.alloc(32, 7).toString('base64')
    const other = await createPlatform({ apps, log, config: { ...config, audit: { key, formerKeys: [] } } })
    expect((await other.audit.verify()).problems.map(({ fault }) => fault)).toEqual(['wrong-key', 'wrong-key'])
    await other.stop()
    const both = await createPlatform({ apps, log, config: { ...config, audit: { key, formerKeys: [former] } } })
    await addEntries(both, 1)
    expect(await both.audit.verify()).toMatchObject({ ok: true, entries: 6 })
    await both.stop()
  })
})
