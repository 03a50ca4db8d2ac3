import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createEngine, type Database, type DatabaseSource, type MigrationSet, migrate } from '@regie/engine'
import type { Manifest } from './manifest.ts'
import type { Move } from './plan.ts'
import type { ReapplyErasures } from './reapply-erasures.ts'

/**
 * Brings a database's tables up to date, those of the engine included; with `wanted`, applies only the migrations it
 * answers true for.
 */
export type Migrate = (database: Database, wanted?: (owner: string, name: string) => boolean) => Promise<void>

/**
 * The {@link Migrate} of a product: the engine's tables, then these sets. The engine's own migrations are always applied
 * all: its rows are only ever added to, and its tables fit older ones.
 */
export function migrateSets(sets: readonly MigrationSet[]): Migrate {
  return async (database, wanted = () => true) => {
    await using engine = await createEngine({ database, jobs: [] })
    await engine.migrate()
    const parts = sets.map(({ owner, migrations }) => {
      const chosen = Object.entries(migrations).filter(([name]) => wanted(owner, name))
      return { owner, migrations: Object.fromEntries(chosen) }
    })
    await migrate(database, parts)
  }
}

/** What the way of one kind of database is given. */
export interface DatabaseRestore<Source extends DatabaseSource> {
  readonly target: Source
  readonly manifest: Manifest
  /** The backup's database file. */
  readonly file: string
  readonly force: boolean
  readonly migrate: Migrate
  readonly reapply: ReapplyErasures
  /** Tells the names this restore makes from those of another. */
  readonly id: string
  /** Part of the names of what is kept aside. */
  readonly time: string
  readonly signal: AbortSignal | undefined
  readonly onShare: (share: number, message: string) => void
}

/** Removes what a restore that was killed before its decision left beside `path`. */
export async function removeStaged(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => [])
  const staged = names.filter((name) => name.startsWith(`${basename(path)}.restoring-`))
  await Promise.all(staged.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })))
}

/** The three names of something that is replaced. */
export function moveOf(path: string, id: string, time: string): Move {
  return { staged: `${path}.restoring-${id}`, target: path, aside: `${path}.before-restore-${time}` }
}
