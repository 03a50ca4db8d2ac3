import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { addEntries, rowsOf, tamper } from '../audit/audit.testing.ts'
import { createAlertCauses } from './causes.ts'

test.each(STORES)(
  'alerts of a forged audit log and of a process that died end once the log is whole and a process lasts; no look waits for the log, on %s',
  async (store) => {
    let now = Date.now()
    await using opened = await openTestPlatform({ store, clock: { now: () => now, setTimer: () => () => {} } })
    const { platform } = opened
    const { alerts, audit, database, engine } = platform
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
    // The log takes as long to read as the test says.
    let { promise: read, resolve: go } = Promise.withResolvers<void>()
    let reads = 0
    const verify: typeof audit.verify = async (given) => {
      await read
      const found = await audit.verify(given)
      reads++
      return found
    }
    const { faults, log, misfits } = platform
    const causes = createAlertCauses({
      engine: () => engine,
      faults: () => faults,
      alerts,
      audit: { verify },
      misfits,
      log,
    })
    await alerts.raise({ key: 'job:shop.gone', severity: 'critical', title: 'x', detail: 'y' })
    await causes.settle()
    // What else is over ends meanwhile.
    expect(await open()).toEqual(both)
    go()
    await expect.poll(() => reads).toBe(1)
    await tamper(platform, sql`delete from platform_audit where id = ${forged}`)
    const settled = () => causes.settle().then(open)
    expect(await settled()).toEqual(both)
    now += 600_000
    ;({ promise: read, resolve: go } = Promise.withResolvers<void>())
    expect(await settled()).toEqual(['audit:forged'])
    go()
    await expect.poll(settled).toEqual([])
    expect(reads).toBe(2)
    await causes.stop()
  },
)
