import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@regie/engine'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPlatform } from '../app/create-platform.ts'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { createLog } from '../observe/log.ts'
import { addEntries, rowsOf, tamper } from './audit.testing.ts'

const DAY_MS = 86_400_000

describe.each(STORES)('a log that keeps entries for 400 days on %s', { timeout: 60_000 }, (store) => {
  let world: TestPlatform
  let later = 0
  const verify = () => world.platform.audit.verify()
  const faults = async () => (await verify()).problems.map(({ fault }) => fault)
  const prune = () => world.platform.audit.prune(systemClock.now() + later - 400 * DAY_MS, 'main')

  beforeEach(async () => {
    later = 0
    const clock = { now: () => systemClock.now() + later, setTimer: systemClock.setTimer }
    world = await openTestPlatform({ identity: openIdentity('main'), store, clock, env: { REGIE_KEEP_AUDIT: '400d' } })
    await world.platform.migrate()
    await addEntries(world.platform, 4)
    later = 401 * DAY_MS
    await addEntries(world.platform, 3)
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('removes the oldest in a nightly task, says so in an entry, and what is left is whole', async () => {
    await world.platform.start()
    expect(await world.runNow('cleanup.audit')).toMatchObject({
      state: 'succeeded',
      result: { entries: 4, through: 4 },
    })
    // The server seals too, and only one of them at a time.
    const rows = async () => {
      await world.platform.audit.seal()
      return (await rowsOf(world.platform)).map(({ seq, action }) => [seq, action]).slice(0, 4)
    }
    await expect
      .poll(rows)
      .toEqual([
        ...[5, 6, 7].map((seq) => [seq, 'test.change']),
        [8, expect.stringMatching(/^(audit\.prune|schedules\..*)$/)],
      ])
    const { entries } = await world.platform.audit.search({ org: 'main', action: 'audit.prune' })
    expect(entries).toMatchObject([{ actor: { kind: 'system' }, object: { id: '4' }, after: { from: 1, through: 4 } }])
    expect(await verify()).toMatchObject({
      ok: true,
      notes: [expect.stringContaining('entries up to the place 4 were removed on')],
    })
    expect(await readFile(join(world.folder, 'audit', 'anchors.jsonl'), 'utf8')).toContain('"seq":4,')
    expect(await world.runNow('cleanup.audit')).toMatchObject({ result: { entries: 0, through: 4 } })
  })

  test('all kinds of tampering are still found in what is left', async () => {
    await prune()
    await world.platform.audit.seal()
    expect(await faults()).toEqual([])
    const db = world.platform.database.kysely()
    await expect(sql`delete from platform_audit where seq = 5`.execute(db)).rejects.toThrow(/append-only/)
    const kinds = [
      ['modified', sql`update platform_audit set actor_id = 'u2' where seq = 6`],
      ['removed', sql`delete from platform_audit where seq = 5`],
      ['resealed', sql`update platform_audit set seal = 'f' || substr(seal, 2) || '0' where seq = 7`],
      ['truncated', sql`delete from platform_audit where seq = 8`],
    ] as const
    const found: string[] = []
    for (const [fault, statement] of kinds) {
      await tamper(world.platform, statement)
      expect(await faults(), fault).toContain(fault)
      found.push(fault)
    }
    await tamper(
      world.platform,
      sql`insert into platform_audit (id, org_id, at, actor_kind, actor_id, name_digest, action, key_id, mac, seq, prev_seal, seal)
        select '00000000-0000-7000-8000-000000000000', org_id, at, actor_kind, 'u9', name_digest, action, key_id, mac, 9, seal, seal
        from platform_audit where seq = 6`,
    )
    expect(await faults()).toContain('inserted')
  })

  test('entries that changed places after the cut are found', async () => {
    await prune()
    await tamper(
      world.platform,
      sql`update platform_audit set seq = 99 where seq = 5`,
      sql`update platform_audit set seq = 5 where seq = 6`,
      sql`update platform_audit set seq = 6 where seq = 99`,
    )
    expect(await faults()).toEqual(expect.arrayContaining(['reordered', 'reordered']))
  })

  test('who has only the database can neither cut off more nor hide that the cut was taken away', async () => {
    await prune()
    await world.platform.audit.seal()
    const db = world.platform.database.kysely()
    const forged = sql`insert into platform_audit_cut (seq, seal, at, kept_from, key_id, signature)
      select 6, a.seal, c.at, c.kept_from, c.key_id, c.signature from platform_audit_cut c, platform_audit a where a.seq = 6`
    await forged.execute(db)
    await sql`delete from platform_audit where seq in (5, 6)`.execute(db)
    expect(await faults()).toEqual(['anchor-forged', 'removed'])
    await sql`delete from platform_audit_cut`.execute(db)
    expect((await verify()).problems).toMatchObject([{ fault: 'removed', message: 'the entries 1 to 6 are gone' }])
  })

  test('a process that dies while it removes leaves a log that holds, and the next run removes the rest', async () => {
    // As it was before the second page: the last entry before the cut is still there.
    const { 3: fourth } = await rowsOf(world.platform)
    if (fourth === undefined) throw new Error('there was no fourth entry')
    await prune()
    const db = world.platform.database.kysely<{ platform_audit: typeof fourth }>()
    await db.insertInto('platform_audit').values(fourth).execute()
    expect(await verify()).toMatchObject({ ok: true, entries: 4 })
    expect(await prune()).toEqual({ entries: 1, through: 4 })
    expect(await verify()).toMatchObject({ ok: true, entries: 3 })
  })

  test('an entry that tells of an erasure stays as long as what was erased', async () => {
    const { config, apps } = world.platform
    const ahead = { now: () => systemClock.now() + later + 3_600_000, setTimer: systemClock.setTimer }
    const log = createLog({ config, clock: ahead, screen: null })
    const other = await createPlatform({ apps, log, config, clock: ahead })
    await other.audit.record(undefined, { org: 'main', actor: { kind: 'user', id: 'u1', name: 'J' }, action: 'a.b' })
    await world.platform.audit.forget('main', 'u1')
    await world.platform.audit.seal()
    await other.stop()
    const chained = (await rowsOf(world.platform)).slice(-2)
    expect(chained.map(({ seq, action }) => [seq, action])).toEqual([
      [8, 'audit.forget'],
      [9, 'a.b'],
    ])
    later = 801 * DAY_MS + 1_800_000
    expect(await prune()).toEqual({ entries: 7, through: 7 })
    expect(await verify()).toMatchObject({ ok: true })
  })
})
