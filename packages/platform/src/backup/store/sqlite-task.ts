import { Worker } from 'node:worker_threads'
import type { DatabaseFacts } from './sqlite-facts.ts'

/** Work on SQLite files that would block the event loop for seconds. `copy` makes `path` from a live database, and checks it. */
export type SqliteTask =
  | { readonly kind: 'copy'; readonly source: string; readonly path: string }
  | { readonly kind: 'check'; readonly path: string }

/** What the thread says. */
export type SqliteAnswer =
  | { readonly kind: 'copied'; readonly share: number }
  | { readonly kind: 'checked'; readonly faults: readonly string[]; readonly facts: DatabaseFacts }
  | { readonly kind: 'failed'; readonly message: string }

/** A file that was looked at from its first page to its last. */
export interface CheckedFile {
  /** Empty when it is whole. */
  readonly faults: readonly string[]
  readonly facts: DatabaseFacts
}

interface ThreadOptions {
  readonly signal?: AbortSignal | undefined
  /** From 0 to 1, while copying. */
  readonly onShare?: (share: number) => void
}

// Run from source the file ends in .ts, published in .js.
const MODULE = new URL(`./sqlite-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** Runs the task in a thread of its own. Throws SQLite's message, or the signal's reason once the thread has let go of its files. */
export async function runSqliteTask(task: SqliteTask, { signal, onShare }: ThreadOptions = {}): Promise<CheckedFile> {
  signal?.throwIfAborted()
  const worker = new Worker(MODULE, { workerData: task })
  const stop = (): void => void worker.terminate()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await answerOf(worker, onShare)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

function answerOf(worker: Worker, onShare: ThreadOptions['onShare']): Promise<CheckedFile> {
  return new Promise((resolve, reject) => {
    let answer: SqliteAnswer | undefined
    worker.on('message', (message: SqliteAnswer) => {
      if (message.kind === 'copied') onShare?.(message.share)
      if (message.kind !== 'copied') answer = message
    })
    worker.on('error', reject)
    // Only then are its files closed.
    worker.on('exit', () => {
      if (answer?.kind === 'checked') return resolve({ faults: answer.faults, facts: answer.facts })
      reject(new Error(answer?.kind === 'failed' ? answer.message : 'the thread ended before its work'))
    })
  })
}
