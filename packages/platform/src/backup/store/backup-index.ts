import type { Database } from '@regie/engine'
import type { BackupEntry } from '../list.ts'
import type { BackupKind } from '../manifest.ts'

interface BackupTables {
  platform_backup: {
    /** `<kind>/<folder>`: where it lies below the folder of backups. */
    id: string
    kind: BackupKind
    created_at: number
    bytes: number
    dialect: 'sqlite' | 'postgres' | null
    table_rows: number | null
    files: number | null
    duration_ms: number | null
    /** Of the manifest: another one is another backup. */
    sha256: string | null
    /** Why it is of no use; null for a good one. */
    problem: string | null
  }
}

/** A row of the index. `dialect` to `sha256` are null for a backup whose manifest cannot be read. */
export type IndexedBackup = Readonly<BackupTables['platform_backup']>

/** How the table differed from the files. */
export interface RebuiltIndex {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly unchanged: number
}

// Ten columns each: far below SQLite's 32,766 parameters.
const ROWS_AT_ONCE = 1_000

/** Makes the table equal to the backups, in one commit. */
export async function replaceIndex(database: Database, backups: readonly BackupEntry[]): Promise<RebuiltIndex> {
  const rows = backups.map(rowOf)
  return database.transaction<RebuiltIndex, BackupTables>(async (tx) => {
    const before = new Map((await tx.selectFrom('platform_backup').selectAll().execute()).map((row) => [row.id, row]))
    const ids = new Set(rows.map(({ id }) => id))
    const added = rows.filter(({ id }) => !before.has(id))
    const changed = rows.filter((row) => !isEqual(row, before.get(row.id)) && before.has(row.id))
    const removed = [...before.keys()].filter((id) => !ids.has(id))
    const stale = [...removed, ...changed.map(({ id }) => id)]
    const fresh = [...added, ...changed]
    for (const slice of slices(stale)) await tx.deleteFrom('platform_backup').where('id', 'in', slice).execute()
    for (const slice of slices(fresh))
      await tx
        .insertInto('platform_backup')
        .values([...slice])
        .execute()
    return {
      added: added.map(({ id }) => id),
      changed: changed.map(({ id }) => id),
      removed,
      unchanged: rows.length - fresh.length,
    }
  })
}

/** The newest backups of the index. */
export async function readIndex(database: Database, limit = 200): Promise<readonly IndexedBackup[]> {
  const db = database.kysely<BackupTables>()
  return db
    .selectFrom('platform_backup')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The newest backup that is of use; undefined when there is none. */
export async function readNewestGood(database: Database): Promise<IndexedBackup | undefined> {
  const db = database.kysely<BackupTables>()
  return db
    .selectFrom('platform_backup')
    .selectAll()
    .where('problem', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function rowOf(entry: BackupEntry): IndexedBackup {
  const { id, kind, createdAt, bytes } = entry
  const place = { id, kind, created_at: createdAt, bytes }
  if (entry.state === 'damaged') {
    return {
      ...place,
      dialect: null,
      table_rows: null,
      files: null,
      duration_ms: null,
      sha256: null,
      problem: entry.problem,
    }
  }
  const { database, files, durationsMs } = entry.manifest
  return {
    ...place,
    dialect: database.dialect,
    table_rows: database.tables.reduce((sum, { rows }) => sum + rows, 0),
    files: files.length - 1,
    duration_ms: durationsMs.total,
    sha256: entry.sha256,
    problem: null,
  }
}

function isEqual(a: IndexedBackup, b: IndexedBackup | undefined): boolean {
  return a.sha256 === b?.sha256 && a.problem === b?.problem && a.bytes === b?.bytes
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += ROWS_AT_ONCE) yield items.slice(start, start + ROWS_AT_ONCE)
}
