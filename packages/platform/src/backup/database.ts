import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseSource, openDatabase, type PostgresSource, type SqliteSource } from '@regie/engine'
import { type Content, compress, readFileStream, storeStream } from './files.ts'
import type { Manifest } from './manifest.ts'
import { failed } from './refusals.ts'
import { dumpPostgres } from './store/postgres-dump.ts'
import { runSqliteTask } from './store/sqlite-task.ts'

/** A database as the manifest describes it, and the file it was written to. */
export type DumpedDatabase = Manifest['database'] & { readonly content: Content }

interface DumpOptions<Source extends DatabaseSource> {
  readonly source: Source
  /** Where the file goes. */
  readonly folder: string
  readonly signal: AbortSignal | undefined
  readonly onShare: (share: number, message: string) => void
}

/** Writes one consistent moment of the database into a compressed file. */
export async function dumpDatabase(options: DumpOptions<DatabaseSource>): Promise<DumpedDatabase> {
  const { source } = options
  return source.kind === 'sqlite'
    ? dumpSqliteFile({ ...options, source })
    : dumpPostgresDatabase({ ...options, source })
}

async function dumpSqliteFile({ source, folder, signal, onShare }: DumpOptions<SqliteSource>): Promise<DumpedDatabase> {
  const file = 'database.sqlite.zst'
  const path = join(folder, 'database.sqlite')
  const checked = await runSqliteTask(
    { kind: 'copy', source: source.path, path },
    { signal, onShare: (share) => onShare(share * 0.6, 'copying the database') },
  )
  if (checked.faults.length > 0) {
    throw failed(
      `the database ${source.path} is damaged: restore the last good backup. SQLite says: ${checked.faults.join('; ')}`,
    )
  }
  onShare(0.7, 'compressing the database')
  const { size: rawBytes } = await stat(path)
  const content = await storeStream(join(folder, file), readFileStream(path), { through: compress(), signal })
  await rm(path)
  onShare(1, 'compressed the database')
  return { dialect: 'sqlite', file, rawBytes, content, ...checked.facts }
}

async function dumpPostgresDatabase({
  source,
  folder,
  signal,
  onShare,
}: DumpOptions<PostgresSource>): Promise<DumpedDatabase> {
  const file = 'database.ndjson.zst'
  await using database = await openDatabase({ ...source, poolSize: 1 })
  const dumped = await dumpPostgres(
    database,
    (lines) => storeStream(join(folder, file), lines, { through: compress(), signal }),
    (share) => onShare(share, 'writing out the database'),
  )
  return { dialect: 'postgres', file, ...dumped }
}
