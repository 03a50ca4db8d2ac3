import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { createNesting, SqliteWriter, Statements, WalSync } from '../internals.ts'

/**
 * node -C source packages/engine/test/power-cut/write-paths.ts [seconds] [folder]
 *
 * Measures the ways to make a commit durable, side by side: transactions of four statements by 1 and by 100 callers, and how
 * long the event loop stood still. The figures are in docs/decisions/0004-sqlite-write-path.md. With a slower disk:
 * cc -shared -fPIC -o slow-sync.so slow-sync.c -ldl, and LD_PRELOAD=./slow-sync.so SLOW_SYNC_MS=10 before the command.
 */

const INSERT = 'INSERT INTO entry (number, filler) VALUES (?, ?)'
const STATEMENTS = 4
const FILLER = 'x'.repeat(100)

type Write = () => Promise<unknown>

interface Path {
  readonly name: string
  open(file: string): { readonly write: Write; close(): Promise<void> }
}

function work(statements: Statements): void {
  const insert = statements.prepare(INSERT)
  for (let number = 0; number < STATEMENTS; number++) insert.run(number, FILLER)
}

function openFile(file: string, synchronous: 'NORMAL' | 'FULL'): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 0`)
  database.exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, filler TEXT NOT NULL) STRICT')
  return database
}

const noCheckpoints = { afterGroup: () => {}, close: async () => {} }

const PATHS: readonly Path[] = [
  {
    name: 'NORMAL + own fdatasync, shared',
    open(file) {
      const database = openFile(file, 'NORMAL')
      const log = openSync(`${file}-wal`, 'r+')
      const writer = new SqliteWriter(database, createNesting(), new WalSync(log), noCheckpoints)
      const close = async (): Promise<void> => {
        await writer.close()
        closeSync(log)
      }
      return { write: () => writer.run(work), close }
    },
  },
  {
    name: 'FULL, shared',
    open(file) {
      const writer = new SqliteWriter(openFile(file, 'FULL'), createNesting(), undefined, noCheckpoints)
      return { write: () => writer.run(work), close: () => writer.close() }
    },
  },
  {
    name: 'FULL, one commit each',
    open(file) {
      const database = openFile(file, 'FULL')
      const statements = new Statements(database)
      const write = async (): Promise<void> => {
        await turn()
        database.exec('BEGIN IMMEDIATE')
        work(statements)
        database.exec('COMMIT')
      }
      return { write, close: async () => database.close() }
    },
  },
]

async function measure(path: Path, callers: number, milliseconds: number, file: string): Promise<void> {
  const { write, close } = path.open(file)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let count = 0
  const startedAt = performance.now()
  const caller = async (): Promise<void> => {
    for (; performance.now() - startedAt < milliseconds; count++) await write()
  }
  await write()
  delay.enable()
  await Promise.all(Array.from({ length: callers }, caller))
  delay.disable()
  const perSecond = Math.round((count * 1_000) / (performance.now() - startedAt))
  await close()
  const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(1))
  console.log(
    `${path.name.padEnd(32)} ${String(callers).padStart(3)} callers ${String(perSecond).padStart(7)}/s   loop p50 ${p50} p99 ${p99} max ${max} ms`,
  )
}

const [seconds = '2', folder = tmpdir()] = process.argv.slice(2)
const root = mkdtempSync(join(folder, 'regie-write-paths-'))
for (const callers of [1, 100]) {
  for (const [index, path] of PATHS.entries()) {
    await measure(path, callers, Number(seconds) * 1_000, join(root, `${index}-${callers}.db`))
  }
}
rmSync(root, { recursive: true })
