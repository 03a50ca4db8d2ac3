import type { Database } from '@regie/engine'
import { sql } from 'kysely'
import type { DumpPart } from '../dump-lines.ts'
import { compareRows, type Manifest } from '../manifest.ts'
import { corrupt, refused } from '../refusals.ts'
import {
  executeAll,
  type Postgres,
  quoteName,
  readShapes,
  type SequenceValue,
  type TableShape,
} from './postgres-catalog.ts'

const LOAD_MS = 6 * 3_600_000

interface LoadOptions {
  readonly manifest: Manifest
  /** True for the tables of our owners: one of them that has no place here is not left out in silence. */
  readonly isOurs: (table: string) => boolean
  readonly onRows: (rows: number) => void
}

/** Fills freshly migrated, empty tables from a dump, in one transaction. Answers the tables that have no place here. */
export async function loadDump(
  database: Database,
  parts: AsyncIterable<DumpPart>,
  options: LoadOptions,
): Promise<readonly string[]> {
  return database.transaction(
    async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx)
      const shapes = await readShapes(tx)
      // As pg_dump does it: tables may then be filled in any order, and the keys are checked when they come back.
      const keys = await readForeignKeys(tx)
      await executeAll(
        tx,
        keys.map(({ table, name }) => `alter table ${table} drop constraint ${quoteName(name)}`),
      )
      const notRestored = await loadTables(tx, parts, shapes, options)
      await executeAll(
        tx,
        keys.map(
          ({ table, name, definition }) => `alter table ${table} add constraint ${quoteName(name)} ${definition}`,
        ),
      )
      return notRestored
    },
    { timeoutMs: LOAD_MS },
  )
}

async function loadTables(
  tx: Postgres,
  parts: AsyncIterable<DumpPart>,
  shapes: readonly TableShape[],
  { manifest, isOurs, onRows }: LoadOptions,
): Promise<readonly string[]> {
  const notRestored: string[] = []
  const counts = new Map<string, number>()
  let insert: Insert | undefined
  let table = ''
  for await (const part of parts) {
    if (part.kind === 'table') {
      table = part.table
      insert = insertInto(part, shapes)
      if (insert === undefined && isOurs(table)) throw noPlace(`the table ${table}`, manifest)
      if (insert === undefined) notRestored.push(table)
      if (table === 'regie_migration') await forgetMigrations(tx, manifest)
    }
    if (part.kind === 'rows') {
      await insert?.(tx, part.lines)
      counts.set(table, (counts.get(table) ?? 0) + part.lines.length)
      onRows(part.lines.length)
    }
    if (part.kind === 'end') await setSequences(tx, part.sequences)
  }
  const faults = compareRows(
    manifest,
    manifest.database.tables.map(({ name }) => ({ name, rows: counts.get(name) ?? 0 })),
  )
  if (faults.length > 0) throw corrupt(`the dump is not what the manifest says: ${faults.join('; ')}`)
  return notRestored
}

type Insert = (tx: Postgres, lines: readonly string[]) => Promise<void>

/** Undefined when the table does not exist here. */
function insertInto(
  { table, columns }: Extract<DumpPart, { readonly kind: 'table' }>,
  shapes: readonly TableShape[],
): Insert | undefined {
  const shape = shapes.find(({ name }) => name === table)
  if (shape === undefined) return undefined
  const types = new Map(shape.columns.map(({ name, type }) => [name, type]))
  const values = columns.map((column, index) => `(line->>${index})::${typeOf(types, table, column)}`)
  const head = `insert into ${quoteName(table)} (${columns.map(quoteName).join(', ')}) overriding system value select ${values.join(', ')}`
  return async (tx, lines) => {
    await sql`${sql.raw(head)} from json_array_elements(${`[${lines.join(',')}]`}::json) as line`.execute(tx)
  }
}

function typeOf(types: ReadonlyMap<string, string>, table: string, column: string): string {
  const type = types.get(column)
  if (type !== undefined) return type
  throw refused(
    `the backup holds the column ${table}.${column}, which this version does not have: restore with the version that made it`,
  )
}

function noPlace(what: string, { versions }: Manifest): Error {
  return refused(
    `the backup holds ${what}, which this version does not have: restore with the version that made it (${JSON.stringify(versions)})`,
  )
}

/** The ledger comes from the backup too, with its own instants. */
async function forgetMigrations(tx: Postgres, { database }: Manifest): Promise<void> {
  const applied = JSON.stringify(database.migrations)
  await sql`delete from regie_migration r using json_to_recordset(${applied}::json) as a(owner text, name text)
    where r.owner = a.owner and r.name = a.name`.execute(tx)
}

/** Sequences that this version does not have are left out: their tables would have been refused. */
async function setSequences(tx: Postgres, sequences: readonly SequenceValue[]): Promise<void> {
  await sql`select setval(c.oid::regclass, s.value) from json_to_recordset(${JSON.stringify(sequences)}::json) as s(name text, value bigint)
    join pg_class c on c.relname = s.name and c.relkind = 'S'
    and c.relnamespace = (select oid from pg_namespace where nspname = current_schema())`.execute(tx)
}

interface ForeignKey {
  readonly table: string
  readonly name: string
  readonly definition: string
}

async function readForeignKeys(tx: Postgres): Promise<readonly ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select conrelid::regclass::text as table, conname::text as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where contype = 'f' and conparentid = 0 and connamespace = (select oid from pg_namespace where nspname = current_schema())`.execute(
    tx,
  )
  return rows
}
