import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { openAnchors } from './anchors.ts'
import { addEntries, tamper } from './audit.testing.ts'
import { auditFolder, loadAuditKeys } from './keys.ts'
import { verifyByNight } from './nightly.ts'

const NIGHTS = [0, 1, 2, 3, 4, 5, 6]

test.each(STORES)(
  'a night reads what is new and a seventh of the old, and within seven all that the whole verification finds is found, on %s',
  async (store) => {
    await using world = await openTestPlatform({ identity: openIdentity('main'), store })
    const { audit, config, database, engine } = world.platform
    await world.platform.migrate()
    const folder = auditFolder(config.dataDir)
    const path = join(folder, 'verified.json')
    const [keys, anchors] = [await loadAuditKeys(config), openAnchors(folder)]
    const night = () => verifyByNight({ database, keys, anchors, clock: engine.clock, block: 2 })
    const nights = async (files: readonly string[]) => {
      const found = []
      for (const file of files) {
        await writeFile(path, file)
        found.push(...(await night()).problems.map(({ fault, sequence }) => `${fault} ${sequence}`))
      }
      return [...new Set(found)].toSorted()
    }
    await addEntries(world.platform, 20)
    // Nothing is known yet: all of it.
    expect(await night()).toMatchObject({ ok: true, entries: 20 })
    const files: string[] = []
    const read: number[] = []
    for (const _ of NIGHTS) {
      files.push(await readFile(path, 'utf8'))
      const { ok, entries } = await night()
      read.push(ok ? entries : -1)
    }
    expect(read).toEqual([6, 6, 4, 4, 4, 4, 4])
    await addEntries(world.platform, 3)
    expect(await night()).toMatchObject({ ok: true, entries: 9 })
    // Whoever writes the file without the key is not believed.
    const [file = ''] = files
    await writeFile(path, JSON.stringify({ ...JSON.parse(file), seq: 22 }))
    expect(await night()).toMatchObject({ ok: true, entries: 23 })

    await tamper(
      world.platform,
      sql`update platform_audit set action = 'test.other' where seq = 3`,
      sql`delete from platform_audit where seq in (6, 7)`,
      sql`update platform_audit set seq = 99 where seq = 9`,
      sql`update platform_audit set seq = 9 where seq = 10`,
      sql`update platform_audit set seq = 10 where seq = 99`,
      sql`update platform_audit set actor_name = 'x:Marie' where seq = 13`,
      sql`update platform_audit set seal = 'f' || substr(seal, 2) || '0' where seq = 15`,
      sql`delete from platform_audit where seq = 23`,
    )
    const whole = (await audit.verify()).problems.map(({ fault, sequence }) => `${fault} ${sequence}`)
    const found = await nights(files)
    expect(found).toEqual(expect.arrayContaining(whole.filter((problem) => !problem.startsWith('removed'))))
    expect(found).toEqual(expect.arrayContaining(['modified 3', 'removed 6', 'reordered 9', 'truncated 23']))
    // The end is looked at each night; and after a fault all of it, until there is none.
    expect(await nights(files.slice(2, 3))).toContain('truncated 23')
    expect((await night()).faults).toBeGreaterThan(5)
  },
)
