import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConformanceStore, engineConformance } from '@regie/engine/testing'
import { describe, it } from 'vitest'

function sqliteStore(durability: 'full' | 'fast'): ConformanceStore {
  return {
    name: `SQLite (${durability})`,
    async openSource() {
      const folder = await mkdtemp(join(tmpdir(), 'regie-conformance-'))
      return {
        source: { kind: 'sqlite', path: join(folder, 'engine.sqlite'), durability },
        close: () => rm(folder, { recursive: true }),
      }
    },
  }
}

engineConformance(sqliteStore('full'), { describe, it })
engineConformance(sqliteStore('fast'), { describe, it })
