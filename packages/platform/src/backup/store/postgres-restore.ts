import { createHash } from 'node:crypto'
import { type Database, isProjectionTable, openDatabase, type PostgresSource } from '@regie/engine'
import { sql } from 'kysely'
import { readDumpFile } from '../dump-lines.ts'
import type { ReappliedErasures } from '../reapply-erasures.ts'
import { refused } from '../refusals.ts'
import type { DatabaseRestore } from '../staging.ts'
import {
  currentSchema,
  hasTable,
  type Postgres,
  readLedger,
  readPresentErasures,
  readShapes,
  tablesWithRows,
} from './postgres-catalog.ts'
import { loadDump } from './postgres-load.ts'
import { createScratch, dropScratch, scratchName, switchSchemas } from './postgres-scratch.ts'

const RESTORE_MS = 12 * 3_600_000
// A worker beats every 3 s and is dead after 7 s; a clock that is a little off must not pass for death.
const FRESH_BEAT_MS = 15_000

type Restored = ReappliedErasures & { readonly keptAside: readonly string[]; readonly notRestored: readonly string[] }

/**
 * Builds the database in a schema of its own and exchanges it for the old one in one transaction, which holds the
 * workers' table from the check that nobody works until everybody sees the new tables.
 */
export async function restorePostgres(
  options: DatabaseRestore<PostgresSource>,
  carryOut: () => Promise<readonly string[]>,
): Promise<Restored> {
  const { target, manifest } = options
  await using database = await openDatabase({ ...target, poolSize: 1 })
  const home = await currentSchema(database.kysely())
  const scratch = scratchName(home, options.id)
  const aside = `${home.slice(0, 30)}_before_restore_${options.time.replace(/\D/g, '')}_${options.id}`
  await using workshop = await openDatabase({ ...target, schema: scratch, poolSize: 2 })
  const isOurs = ownership(
    [...manifest.database.migrations, ...(await readLedger(database.kysely()))].map(({ owner }) => owner),
  )
  try {
    const restored = await database.transaction(
      async (tx) => {
        await takeOver(tx, home)
        if (!options.force) await refuseRows(tx, isOurs)
        await createScratch(workshop.kysely(), home, scratch)
        const notRestored = await build(workshop, options, isOurs)
        const present = { erasures: await readPresentErasures(tx), unreadable: [] }
        const reapplied = await options.reapply(workshop, present)
        options.signal?.throwIfAborted()
        const moved = await switchSchemas(tx, { home, scratch, aside }, isOurs)
        options.onShare(0.98, 'exchanging the tables')
        return { ...reapplied, notRestored, keptAside: moved ? [`schema ${aside}`] : [] }
      },
      { timeoutMs: RESTORE_MS },
    )
    options.onShare(1, 'exchanged the tables')
    return { ...restored, keptAside: [...restored.keptAside, ...(await carryOut())] }
  } catch (error) {
    // Gone already when the exchange was committed.
    await dropScratch(workshop.kysely(), scratch)
    throw error
  }
}

async function build(
  workshop: Database,
  { manifest, file, migrate, signal, onShare }: DatabaseRestore<PostgresSource>,
  isOurs: (table: string) => boolean,
): Promise<readonly string[]> {
  const { migrations, tables } = manifest.database
  const backedUp = new Set(migrations.map(({ owner, name }) => `${owner}/${name}`))
  await migrate(workshop, (owner, name) => backedUp.has(`${owner}/${name}`))
  await compareLedgers(workshop, migrations)
  onShare(0.1, 'filling the tables')
  const total = tables.reduce((sum, { rows }) => sum + rows, 1)
  let done = 0
  const onRows = (rows: number): void => {
    done += rows
    onShare(0.1 + (0.75 * done) / total, 'filling the tables')
  }
  let notRestored: readonly string[] = []
  const load = async (parts: Parameters<typeof loadDump>[1]): Promise<void> => {
    notRestored = await loadDump(workshop, parts, { manifest, isOurs, onRows })
  }
  await readDumpFile(file, load, signal)
  onShare(0.9, 'bringing the tables up to date')
  await migrate(workshop)
  return notRestored
}

/** Rows fit only the tables they were taken from. */
async function compareLedgers(
  workshop: Database,
  backedUp: DatabaseRestore<PostgresSource>['manifest']['database']['migrations'],
): Promise<void> {
  const here = new Map(
    (await readLedger(workshop.kysely())).map(({ owner, name, checksum }) => [`${owner}/${name}`, checksum]),
  )
  const other = backedUp.filter(({ owner, name, checksum }) => here.get(`${owner}/${name}`) !== checksum)
  if (other.length === 0) return
  const names = other.map(({ owner, name }) => `${owner}/${name}`).join(', ')
  throw refused(
    `the backup was made with migrations this version does not have, or has otherwise: ${names}. Restore with the version that made it`,
  )
}

/** No worker can register, and no other restore begin, until the transaction ends. */
async function takeOver(tx: Postgres, home: string): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
  const key = createHash('sha256').update(`regie restore ${home}`).digest().readInt32BE()
  const { rows: locks } = await sql<{
    readonly taken: boolean
  }>`select pg_try_advisory_xact_lock(${key}) as taken`.execute(tx)
  if (locks[0]?.taken !== true) throw refused('another restore of this database is running: wait for it')
  if (!(await hasTable(tx, 'engine_worker'))) return
  await sql`lock table engine_worker in exclusive mode`.execute(tx)
  const { rows } = await sql<{ readonly name: string }>`
    select name from engine_worker where beat_at > extract(epoch from clock_timestamp()) * 1000 - ${FRESH_BEAT_MS}::int`.execute(
    tx,
  )
  if (rows.length === 0) return
  const names = rows.map(({ name }) => name).join(', ')
  throw refused(`a process uses the database: ${names}. Stop it, or wait 15 s if it has just died`)
}

async function refuseRows(tx: Postgres, isOurs: (table: string) => boolean): Promise<void> {
  const ours = (await readShapes(tx))
    .map(({ name }) => name)
    .filter((name) => isOurs(name) && name !== 'regie_migration')
  const filled = await tablesWithRows(tx, ours)
  if (filled.length === 0) return
  throw refused(`the database is not empty (${filled.join(', ')}): restore with --force to replace it, it will be kept`)
}

/**
 * Tables are named after the owner of their migration, or were made by a projection, whose app may have no migration;
 * others in the same schema are somebody else's.
 */
function ownership(owners: readonly string[]): (table: string) => boolean {
  const prefixes = new Set(['regie', ...owners])
  return (table) => isProjectionTable(table) || [...prefixes].some((prefix) => table.startsWith(`${prefix}_`))
}
