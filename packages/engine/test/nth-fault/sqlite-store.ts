import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@regie/engine'
import { GuardedDatabase, SqliteRefusal } from '../simulation/guarded.ts'
import type { Injector } from './injector.ts'
import type { FaultStore } from './scene.ts'
import { migrateEngine } from './scene.ts'

/** SQLite, whose statements can be refused: with an I/O error, or a full disk that rolls everything back by itself. */
export function sqliteFaults(injector: Injector): FaultStore {
  const folder = mkdtempSync(join(tmpdir(), 'regie-nth-fault-'))
  const template = join(folder, 'template.sqlite')
  let copies = 0
  return {
    name: 'SQLite',
    ways: ['refused', 'cut before'],
    async prepare() {
      await migrateEngine(await openDatabase({ kind: 'sqlite', path: template, durability: 'fast' }))
    },
    async open() {
      const path = join(folder, `${++copies}.sqlite`)
      copyFileSync(template, path)
      const source = { kind: 'sqlite', path, durability: 'fast' } as const
      const open = (file: string, options = { readOnly: false }): GuardedDatabase =>
        new GuardedDatabase(file, options, (sql, execute, connection) => {
          // A rollback cannot fail, nor can a savepoint.
          if (/^\s*(pragma|rollback|release|savepoint)/i.test(sql)) return execute()
          const way = injector.next(sql)
          if (way === undefined) return execute()
          if (way === 'refused') throw new SqliteRefusal(10)
          if (connection.isTransaction) connection.rollBack()
          throw new SqliteRefusal(13)
        })
      return { source, database: await openDatabase(source, { open }) }
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
}
