import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createEngine } from '@regie/engine'
import { worldEvents } from './events.ts'
import { QUEUES, worldJobs } from './jobs.ts'
import { Ledger } from './ledger.ts'
import { World } from './world.ts'

const TABLES = 'CREATE TABLE effect (number INTEGER NOT NULL, kind TEXT NOT NULL)'

/** Migrated databases to begin with: made once, copied for each world. */
export interface Template extends Disposable {
  /** A fresh database. */
  copy(): string
}

/** Makes one, in memory where the system has a folder for that. */
export async function makeTemplate(): Promise<Template> {
  const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(root, 'regie-simulation-'))
  const path = join(folder, 'template.sqlite')
  const world = new World(0)
  const ledger = new Ledger(world)
  const { jobs, all } = worldJobs(world, ledger)
  const { types, projections, personKeys } = worldEvents(ledger, jobs.follower)
  const source = { kind: 'sqlite', path, durability: 'fast' } as const
  const engine = await createEngine({
    database: source,
    jobs: all,
    queues: QUEUES,
    events: types,
    projections,
    personKeys,
  })
  await engine.start({ roles: ['api'] })
  await engine.stop()
  const database = new DatabaseSync(path)
  database.exec(TABLES)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  let copies = 0
  return {
    copy() {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `${copies}.sqlite${suffix}`), { force: true })
      const fresh = join(folder, `${++copies}.sqlite`)
      copyFileSync(path, fresh)
      return fresh
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
