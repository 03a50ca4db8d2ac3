import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { addEntries, rowsOf, tamper } from '../audit/audit.testing.ts'

test.each(STORES)(
  'alerts of a forged audit log and of a process that died end once the log is whole and a process lasts, on %s',
  async (store) => {
    let now = Date.now()
    await using opened = await openTestPlatform({ store, clock: { now: () => now, setTimer: () => () => {} } })
    const { platform } = opened
    const { alerts, audit, causes, database, engine } = platform
    await platform.migrate()
    await addEntries(platform, 2)
    const [row] = await rowsOf(platform)
    const forged = '00000000-0000-7000-8000-000000000000'
    await sql`insert into platform_audit (id, org_id, at, actor_kind, actor_id, name_digest, action, key_id, mac)
      select ${forged}, org_id, at, actor_kind, 'u9', name_digest, action, key_id, mac
      from platform_audit where id = ${row?.id}`.execute(database.kysely())
    await audit.seal()
    await alerts.raise({ key: 'process:exception', severity: 'critical', title: 'x', detail: 'y' })
    const open = async () => (await alerts.list({ open: true })).alerts.map(({ key }) => key).toSorted()
    const both = ['audit:forged', 'process:exception']
    await expect.poll(open).toEqual(both)
    now += 1
    await engine.start({ roles: ['worker'] })
    await causes.settle()
    expect(await open()).toEqual(both)
    await tamper(platform, sql`delete from platform_audit where id = ${forged}`)
    // The whole log is not read every five seconds.
    await causes.settle()
    expect(await open()).toEqual(both)
    now += 600_000
    await causes.settle()
    expect(await open()).toEqual([])
  },
)
