import { backup, DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { integrityFaults, readFacts } from './sqlite-facts.ts'
import type { SqliteAnswer, SqliteTask } from './sqlite-task.ts'

// One step of the copy: long enough to be quick, short enough to report and to be stopped.
const PAGES_A_STEP = 200

const say = (answer: SqliteAnswer): void => parentPort?.postMessage(answer)

await perform(workerData)

async function perform(task: SqliteTask): Promise<void> {
  try {
    if (task.kind === 'copy') await copy(task.source, task.path)
    inspect(task.path)
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

/**
 * The read transaction keeps one snapshot for the whole copy: without it SQLite begins again whenever somebody else
 * writes between two steps, which under load is for ever.
 */
async function copy(source: string, path: string): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true })
  try {
    database.exec('PRAGMA busy_timeout = 10000; BEGIN; SELECT count(*) FROM sqlite_schema;')
    await backup(database, path, {
      rate: PAGES_A_STEP,
      progress: ({ totalPages, remainingPages }) => say({ kind: 'copied', share: 1 - remainingPages / totalPages }),
    })
  } finally {
    database.close()
  }
}

function inspect(path: string): void {
  const database = new DatabaseSync(path)
  try {
    // One file instead of three: a copy has no use for a write-ahead log.
    database.exec('PRAGMA journal_mode = DELETE')
    const faults = integrityFaults(database)
    say({ kind: 'checked', faults, facts: faults.length === 0 ? readFacts(database) : { tables: [], migrations: [] } })
  } catch (error) {
    // A file so damaged that SQLite does not open it.
    say({
      kind: 'checked',
      faults: [error instanceof Error ? error.message : String(error)],
      facts: { tables: [], migrations: [] },
    })
  } finally {
    database.close()
  }
}
