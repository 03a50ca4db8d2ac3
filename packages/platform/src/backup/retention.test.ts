import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBackup } from './create.ts'
import { BACKUP_KINDS } from './manifest.ts'
import { applyRetention, planRetention, type Retained } from './retention.ts'
import { fillShop, makePlace } from './store/shop.testing.ts'

const backups = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom(...BACKUP_KINDS),
    createdAt: fc.integer({ min: 0, max: 60 }),
    state: fc.constantFrom('good', 'good', 'damaged'),
  }),
  { selector: ({ kind, createdAt }) => `${kind}/${createdAt}`, maxLength: 60 },
)
const named = backups.map((list) =>
  list.map((backup): Retained => ({ ...backup, id: `${backup.kind}/${backup.createdAt}` })),
)
const rules = fc.record({
  daily: fc.integer({ min: 0, max: 9 }),
  weekly: fc.integer({ min: 1, max: 9 }),
  monthly: fc.integer({ min: 1, max: 9 }),
})

describe('retention', () => {
  test('keeps exactly the newest good ones of each kind, and never none', () => {
    fc.assert(
      fc.property(named, rules, (all, keep) => {
        const removed = new Set(planRetention(all, keep))
        for (const kind of ['daily', 'weekly', 'monthly'] as const) {
          const good = all
            .filter((backup) => backup.kind === kind && backup.state === 'good')
            .toSorted((a, b) => b.createdAt - a.createdAt)
          const kept = good.filter(({ id }) => !removed.has(id))
          expect(kept).toEqual(good.slice(0, Math.max(1, keep[kind])))
        }
      }),
    )
  })

  test('removes only what is older than everything good it keeps of that kind', () => {
    fc.assert(
      fc.property(named, rules, (all, keep) => {
        const removed = new Set(planRetention(all, keep))
        for (const gone of all.filter(({ id }) => removed.has(id))) {
          const kept = all.filter(({ id, kind, state }) => kind === gone.kind && state === 'good' && !removed.has(id))
          expect(kept.length).toBeGreaterThan(0)
          expect(kept.every(({ createdAt }) => createdAt > gone.createdAt)).toBe(true)
        }
      }),
    )
  })

  test('has nothing left to do after it was done', () => {
    fc.assert(
      fc.property(named, rules, (all, keep) => {
        const removed = new Set(planRetention(all, keep))
        expect(
          planRetention(
            all.filter(({ id }) => !removed.has(id)),
            keep,
          ),
        ).toEqual([])
      }),
    )
  })

  test('never touches what a person made, unless told to', () => {
    fc.assert(
      fc.property(named, rules, (all, keep) => planRetention(all, keep).every((id) => !id.startsWith('manual/'))),
    )
    const two: readonly Retained[] = [1, 2].map((createdAt) => ({
      kind: 'manual',
      state: 'good',
      createdAt,
      id: `manual/${createdAt}`,
    }))
    expect(planRetention(two, { manual: 1 })).toEqual(['manual/1'])
  })

  test('removes folders, and unfinished ones only after a day', async () => {
    await using place = await makePlace('sqlite')
    await fillShop(place.source, 1)
    const day = 86_400_000
    const at = (now: number) => ({ now: () => now, setTimer: () => () => {} })
    for (const now of [1, 2, 3]) await createBackup({ ...place, kind: 'daily', clock: at(now * day) })
    const shelf = join(place.backupDir, 'daily')
    await mkdir(join(shelf, '1970-01-03T00-00-00Z-000000.partial'))
    await mkdir(join(shelf, '1970-01-01T00-00-00Z-000000.partial'))
    await writeFile(join(shelf, '.verify-000000.partial'), '')
    await utimes(join(shelf, '.verify-000000.partial'), 0, 0)
    await writeFile(join(shelf, 'notes.txt'), 'not ours')
    const applied = await applyRetention({ backupDir: place.backupDir, rules: { daily: 2 }, clock: at(3 * day) })
    expect(applied.removed).toEqual([expect.stringMatching(/^daily\/1970-01-02T00-00-00Z-/)])
    expect(applied.unfinished.toSorted()).toEqual([
      'daily/.verify-000000.partial',
      'daily/1970-01-01T00-00-00Z-000000.partial',
    ])
    const left = await readdir(shelf)
    expect(left.map((name) => name.slice(0, 10)).toSorted()).toEqual([
      '1970-01-03',
      '1970-01-03',
      '1970-01-04',
      'notes.txt',
    ])
  })

  test('keeps the good one when all newer ones are damaged', async () => {
    await using place = await makePlace('sqlite')
    await fillShop(place.source, 1)
    const good = await createBackup({ ...place, kind: 'monthly', clock: { now: () => 0, setTimer: () => () => {} } })
    for (const name of ['2026-01-01T00-00-00Z-aaaaaa', '2026-02-01T00-00-00Z-aaaaaa'])
      await mkdir(join(place.backupDir, 'monthly', name))
    expect((await applyRetention({ backupDir: place.backupDir, rules: { monthly: 1 } })).removed).toEqual([])
    expect(await readdir(join(place.backupDir, 'monthly'))).toContain(good.id.split('/')[1])
  })
})
