import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cutPower } from './run.ts'

// Another seed by REGIE_CHAOS_SEED; the full form is `npm run chaos`.
const seed = Number(process.env.REGIE_CHAOS_SEED ?? 20_260_101)

describe('a power cut on SQLite', { timeout: 60_000 }, () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regie-power-cut-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('takes nothing that was acknowledged, started or read, and leaves no part of a transaction', async () => {
    const report = await cutPower({ directory: await mkdtemp(join(directory, 'full-')), cuts: 100, seed })
    expect(report).toMatchObject({ cuts: 100, lost: [], damaged: [], unended: 0 })
    expect(report.checkpoints).toBeGreaterThan(5)
    expect(report.restarts).toBeGreaterThan(5)
    expect(report.examined).toBeGreaterThan(1_000)
  })

  test.for(['fast', 'lying'] as const)(
    'shows when nothing is synced (%s): promises are lost, whole ones',
    async (durability) => {
      const report = await cutPower({
        directory: await mkdtemp(join(directory, durability)),
        cuts: 24,
        seed,
        durability,
      })
      expect(report.losing).toBeGreaterThan(0)
      expect(report.damaged).toEqual([])
    },
  )
})
