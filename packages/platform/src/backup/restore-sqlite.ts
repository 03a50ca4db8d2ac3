import { existsSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { openDatabase, type SqliteSource } from '@regie/engine'
import type { ErasureList } from './erasures.ts'
import type { Move } from './plan.ts'
import type { ReappliedErasures } from './reapply-erasures.ts'
import { corrupt, refused } from './refusals.ts'
import { type DatabaseRestore, moveOf, removeStaged } from './staging.ts'
import { holdSqlite, type SqliteHold } from './store/sqlite-hold.ts'
import { dropProjections } from './store/sqlite-projections.ts'
import { runSqliteTask } from './store/sqlite-task.ts'
import { unpackSqlite } from './verify.ts'

const COMPANIONS = ['-wal', '-shm', '-journal']

type Restored = ReappliedErasures & { readonly keptAside: readonly string[]; readonly notRestored: readonly string[] }

/** Holds the old file from its check until the new one has its name, so that nobody comes between. */
export async function restoreSqlite(
  options: DatabaseRestore<SqliteSource>,
  carryOut: (database: Move & { readonly stale: string[] }) => Promise<readonly string[]>,
): Promise<Restored> {
  const { target, manifest, file, signal, onShare } = options
  const path = resolve(target.path)
  const move = moveOf(path, options.id, options.time)
  await mkdir(dirname(path), { recursive: true })
  using hold = holdSqlite(path)
  if (!options.force) refuseRows(path, hold)
  await removeStaged(path)
  let reapplied: ReappliedErasures
  try {
    onShare(0.1, 'unpacking the database')
    const faults = await unpackSqlite(file, manifest, move.staged, signal)
    if (faults.length > 0) throw corrupt(`${file} was not restored, it is damaged: ${faults.join('; ')}`)
    onShare(0.7, 'bringing the tables up to date')
    reapplied = await bringUpToDate(move.staged, options, presentErasures(path, hold))
    onShare(0.9, 'made the new database')
    signal?.throwIfAborted()
    // What does not exist cannot be held.
    if (hold.state === 'absent' && existsSync(path))
      throw refused(`${path} was made by a process meanwhile: stop Regie first`)
  } catch (error) {
    await Promise.all(['', ...COMPANIONS].map((suffix) => rm(`${move.staged}${suffix}`, { force: true })))
    throw error
  }
  // Held, it has no companions any more but our own lock; unreadable, they would be applied to the new database.
  const stale = hold.state === 'held' ? [] : COMPANIONS.filter((suffix) => existsSync(`${path}${suffix}`))
  return { ...reapplied, keptAside: await carryOut({ ...move, stale }), notRestored: [] }
}

function refuseRows(path: string, hold: SqliteHold): void {
  if (hold.state === 'absent') return
  if (hold.state === 'damaged') {
    throw refused(
      `${path} is not empty and SQLite cannot read it (${hold.fault}): restore with --force, it will be kept`,
    )
  }
  const filled = hold.facts.tables.filter(({ name, rows }) => rows > 0 && name !== 'regie_migration')
  if (filled.length === 0) return
  const names = filled.map(({ name }) => name).join(', ')
  throw refused(`${path} is not empty (${names}): restore with --force to replace it, it will be kept`)
}

function presentErasures(path: string, hold: SqliteHold): ErasureList {
  if (hold.state === 'held') return { erasures: hold.erasures(), unreadable: [] }
  return { erasures: [], unreadable: hold.state === 'damaged' ? [path] : [] }
}

async function bringUpToDate(
  path: string,
  { target, migrate, reapply }: DatabaseRestore<SqliteSource>,
  present: ErasureList,
): Promise<ReappliedErasures> {
  const database = await openDatabase({ ...target, path })
  let reapplied: ReappliedErasures
  try {
    await migrate(database)
    reapplied = await reapply(database, present)
  } finally {
    await database[Symbol.asyncDispose]()
  }
  // What was made from events still tells of whom they have forgotten. It is made anew at the next start.
  if (reapplied.erased > 0) dropProjections(path)
  // It leaves WAL mode again: one file can be renamed at once, two cannot.
  const { faults } = await runSqliteTask({ kind: 'check', path })
  if (faults.length > 0) throw refused(`the migrations damaged the restored database: ${faults.join('; ')}`)
  await using handle = await open(path, 'r+')
  await handle.sync()
  return reapplied
}
