import { type Database, isProjectionTable } from '@regie/engine'
import { sql } from 'kysely'
import type { Content } from '../files.ts'
import type { Manifest } from '../manifest.ts'
import { type Postgres, quoteName, readLedger, readSequences, readShapes, type TableShape } from './postgres-catalog.ts'

/** What was dumped; `rawBytes` before compression. */
export type PostgresDump = Pick<Manifest['database'], 'tables' | 'migrations' | 'rawBytes'> & {
  readonly content: Content
}

const DUMP_MS = 6 * 3_600_000
const CURSOR = 'regie_dump'
// Aim at pieces of 4 MiB: rows are a hundred bytes in one table and a mebibyte in another.
const PIECE_BYTES = 4_194_304
const FEWEST_ROWS = 20
const MOST_ROWS = 5_000

/**
 * Reads all tables in one read-only REPEATABLE READ transaction, hence as of one moment, and hands them to `store` as
 * lines of JSON: `{ table, columns }`, then one array of texts for each row; at last the sequences and how many lines
 * there were. Every value travels as PostgreSQL's own text of it, so that none passes through JavaScript's numbers.
 */
export async function dumpPostgres(
  database: Database,
  store: (lines: AsyncIterable<Uint8Array>) => Promise<Content>,
  onShare: (share: number) => void,
): Promise<PostgresDump> {
  return database.transaction(
    async (tx) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(tx)
      await sql`set local statement_timeout = 0`.execute(tx)
      // What is made from events is made again from them after a restore; no migration would make these tables.
      const shapes = (await readShapes(tx)).filter(({ name }) => !isProjectionTable(name))
      const migrations = await readLedger(tx)
      const tally: Tally = {
        rawBytes: 0,
        rows: new Map(),
        onShare,
        estimate: shapes.reduce((sum, { estimate }) => sum + estimate, 1),
      }
      const content = await store(dumpLines(tx, shapes, tally))
      return {
        content,
        migrations,
        rawBytes: tally.rawBytes,
        tables: shapes.map(({ name }) => ({ name, rows: tally.rows.get(name) ?? 0 })),
      }
    },
    { timeoutMs: DUMP_MS },
  )
}

interface Tally {
  rawBytes: number
  readonly rows: Map<string, number>
  readonly estimate: number
  readonly onShare: (share: number) => void
}

async function* dumpLines(tx: Postgres, shapes: readonly TableShape[], tally: Tally): AsyncGenerator<Uint8Array> {
  const encode = (text: string): Uint8Array => {
    const bytes = Buffer.from(`${text}\n`)
    tally.rawBytes += bytes.length
    return bytes
  }
  let rows = 0
  for (const shape of shapes) {
    yield encode(JSON.stringify({ table: shape.name, columns: shape.columns.map(({ name }) => name) }))
    const before = rows
    for await (const piece of rowsOf(tx, shape)) {
      rows += piece.length
      tally.rows.set(shape.name, rows - before)
      tally.onShare(Math.min(1, rows / tally.estimate))
      yield encode(piece.join('\n'))
    }
  }
  yield encode(JSON.stringify({ sequences: await readSequences(tx), rows }))
}

async function* rowsOf(tx: Postgres, { name, columns }: TableShape): AsyncGenerator<readonly string[]> {
  const values = columns.map((column) => `${quoteName(column.name)}::text`)
  const query = `select to_json(array[${values.join(', ')}]::text[])::text as line from ${quoteName(name)}`
  await sql.raw(`declare ${CURSOR} no scroll cursor for ${query}`).execute(tx)
  let size = FEWEST_ROWS
  for (;;) {
    const { rows } = await sql<{ readonly line: string }>`${sql.raw(`fetch ${size} from ${CURSOR}`)}`.execute(tx)
    if (rows.length > 0) yield rows.map(({ line }) => line)
    if (rows.length < size) break
    const bytes = rows.reduce((sum, { line }) => sum + line.length, 1)
    size = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, size * 2, Math.floor((PIECE_BYTES * rows.length) / bytes)))
  }
  await sql.raw(`close ${CURSOR}`).execute(tx)
}
