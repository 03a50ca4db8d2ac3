import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { PlatformError } from '../errors.ts'
import { decompress, orReason, readFileStream } from './files.ts'
import { corrupt } from './refusals.ts'

const endSchema = z.object({
  sequences: z.array(z.object({ name: z.string(), value: z.number() })),
  rows: z.int().nonnegative(),
})
const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()) })

/** A piece of a PostgreSQL dump. `rows` belong to the table named last, each a JSON array of texts and nulls. */
export type DumpPart =
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'rows'; readonly lines: readonly string[] }
  | { readonly kind: 'end'; readonly sequences: z.output<typeof endSchema>['sequences'] }

const PIECE_ROWS = 1_000
const PIECE_CHARACTERS = 4_194_304

/** Reads a compressed dump and hands it to `consume`. Throws `BACKUP_CORRUPT` when it is no dump or ends too soon. */
export async function readDumpFile(
  path: string,
  consume: (parts: AsyncIterable<DumpPart>) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const read = (chunks: AsyncIterable<Uint8Array>): Promise<void> => consume(parseDump(path, chunks))
  const options = signal === undefined ? {} : { signal }
  await pipeline(readFileStream(path), decompress(), read, options).catch(orReason(signal))
}

async function* parseDump(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<DumpPart> {
  let rows: string[] = []
  let characters = 0
  let total = 0
  let ended = false
  for await (const line of linesOf(chunks)) {
    if (line.startsWith('[')) {
      rows.push(line)
      characters += line.length
      total += 1
    }
    const full = rows.length >= PIECE_ROWS || characters >= PIECE_CHARACTERS
    if (rows.length > 0 && (full || !line.startsWith('['))) {
      yield { kind: 'rows', lines: rows }
      rows = []
      characters = 0
    }
    if (line.startsWith('[')) continue
    const part = parseControl(path, line)
    if (part.kind === 'end' && part.rows !== total) throw broken(path, `it has ${total} rows instead of ${part.rows}`)
    ended = part.kind === 'end'
    yield part
  }
  if (!ended) throw broken(path, 'it ends too soon')
}

type Control =
  | Exclude<DumpPart, { readonly kind: 'rows' | 'end' }>
  | (Extract<DumpPart, { readonly kind: 'end' }> & { readonly rows: number })

function parseControl(path: string, line: string): Control {
  try {
    const json: unknown = JSON.parse(line)
    const table = tableSchema.safeParse(json)
    return table.success ? { kind: 'table', ...table.data } : { kind: 'end', ...endSchema.parse(json) }
  } catch (cause) {
    throw broken(path, `a line of it is neither a row nor a table: ${line.slice(0, 80)}`, cause)
  }
}

/** Not node:readline, which also ends lines at U+2028: PostgreSQL leaves that one as it is inside a JSON text. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let open: string[] = []
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    open.push(first)
    const last = others.pop()
    if (last === undefined) continue
    yield open.join('')
    yield* others
    open = [last]
  }
  const rest = open.join('')
  if (rest !== '') yield rest
}

function broken(path: string, reason: string, cause?: unknown): PlatformError {
  return corrupt(`${path} is no complete dump: ${reason}`, cause)
}
