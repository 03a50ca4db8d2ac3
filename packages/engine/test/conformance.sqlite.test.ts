import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '@regie/engine'
import { type ConformanceStore, engineConformance } from '@regie/engine/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'

const own = await mkdtemp(join(tmpdir(), 'regie-conformance-'))
const template = join(own, 'template.sqlite')

// Making the tables takes longer than most tests: they are copied instead.
beforeAll(async () => {
  const engine = await createEngine({ database: { kind: 'sqlite', path: template }, jobs: [] })
  await engine.migrate()
  await engine.stop()
})
afterAll(() => rm(own, { recursive: true }))

function sqliteStore(durability: 'full' | 'fast'): ConformanceStore {
  return {
    name: `SQLite (${durability})`,
    async openSource() {
      const folder = await mkdtemp(join(own, 'test-'))
      const path = join(folder, 'engine.sqlite')
      await copyFile(template, path)
      return { source: { kind: 'sqlite', path, durability }, close: () => rm(folder, { recursive: true }) }
    },
  }
}

engineConformance(sqliteStore('full'), { describe, it })
// Without a sync before each acknowledgement only the writing differs, and what depends on its order.
engineConformance(sqliteStore('fast'), { describe, it }, [
  'enqueueing',
  'completing',
  'taking over',
  'stopping',
  'transactions',
  'what accompanies a change',
  'faults found once: transactions',
  'faults found once: work',
  'everything at once',
  'appending events',
  'inline projections',
  'workflow steps',
  'undoing workflows',
  'workflows in several processes',
  'workflows and everything at once',
])
