import { existsSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { openDatabase, type SqliteSource } from '@regie/engine'
import type { Move } from './plan.ts'
import { corrupt, refused } from './refusals.ts'
import { type DatabaseRestore, moveOf, removeStaged } from './staging.ts'
import { holdSqlite, type SqliteHold } from './store/sqlite-hold.ts'
import { runSqliteTask } from './store/sqlite-task.ts'
import { unpackSqlite } from './verify.ts'

const COMPANIONS = ['-wal', '-shm', '-journal']

/** Holds the old file from its check until the new one has its name, so that nobody comes between. */
export async function restoreSqlite(
  options: DatabaseRestore<SqliteSource>,
  carryOut: (database: Move & { readonly stale: string[] }) => Promise<readonly string[]>,
): Promise<{ readonly keptAside: readonly string[]; readonly notRestored: readonly string[] }> {
  const { target, manifest, file, migrate, signal, onShare } = options
  const path = resolve(target.path)
  const move = moveOf(path, options.id, options.time)
  await mkdir(dirname(path), { recursive: true })
  using hold = holdSqlite(path)
  if (!options.force) refuseRows(path, hold)
  await removeStaged(path)
  try {
    onShare(0.1, 'unpacking the database')
    const faults = await unpackSqlite(file, manifest, move.staged, signal)
    if (faults.length > 0) throw corrupt(`${file} was not restored, it is damaged: ${faults.join('; ')}`)
    onShare(0.7, 'bringing the tables up to date')
    await bringUpToDate(move.staged, target, migrate)
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
  return { keptAside: await carryOut({ ...move, stale }), notRestored: [] }
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

async function bringUpToDate(
  path: string,
  target: SqliteSource,
  migrate: DatabaseRestore<SqliteSource>['migrate'],
): Promise<void> {
  const database = await openDatabase({ ...target, path })
  try {
    await migrate(database)
  } finally {
    await database[Symbol.asyncDispose]()
  }
  // It leaves WAL mode again: one file can be renamed at once, two cannot.
  const { faults } = await runSqliteTask({ kind: 'check', path })
  if (faults.length > 0) throw refused(`the migrations damaged the restored database: ${faults.join('; ')}`)
  await using handle = await open(path, 'r+')
  await handle.sync()
}
