import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Erasure } from '@regie/engine'
import { refused } from '../refusals.ts'
import { type DatabaseFacts, readFacts, readPresentErasures } from './sqlite-facts.ts'

/** A SQLite file nobody else can use until it is released. Its write-ahead log has been merged into it. */
export type SqliteHold = Disposable &
  (
    | { readonly state: 'absent' }
    /** SQLite cannot read it: it is not locked, and may have a write-ahead log beside it. */
    | { readonly state: 'damaged'; readonly fault: string }
    | { readonly state: 'held'; readonly facts: DatabaseFacts; readonly erasures: () => readonly Erasure[] }
  )

const BUSY = 5
const DAMAGED = [11, 26]

/** Takes the file for itself. Throws `RESTORE_REFUSED` while another connection, in whatever process, has it open. */
export function holdSqlite(path: string): SqliteHold {
  const release = { [Symbol.dispose]: () => {} }
  if (!existsSync(path)) return { state: 'absent', ...release }
  const fault = unreadable(path)
  if (fault !== undefined) return { state: 'damaged', fault, ...release }
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    // Leaving WAL mode is granted to the only connection alone, even when the others are idle.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    const held = database
    return {
      state: 'held',
      facts: readFacts(held),
      erasures: () => readPresentErasures(held),
      [Symbol.dispose]: () => held.close(),
    }
  } catch (cause) {
    database?.close()
    if (isDamage(cause)) return { state: 'damaged', fault: String(cause), ...release }
    const reason = codeOf(cause) === BUSY ? 'a process is using it: stop Regie first' : String(cause)
    throw refused(`cannot replace ${path}: ${reason}`, cause)
  }
}

/** Asked read-only first: whoever may write merges the write-ahead log at closing, into whatever the file is. */
function unreadable(path: string): string | undefined {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.exec('SELECT count(*) FROM sqlite_schema')
    return undefined
  } catch (error) {
    return isDamage(error) ? String(error) : undefined
  } finally {
    database.close()
  }
}

function isDamage(error: unknown): boolean {
  return DAMAGED.includes(codeOf(error))
}

function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
}
