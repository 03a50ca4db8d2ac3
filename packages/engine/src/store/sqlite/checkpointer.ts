import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'

/** Keeps the write-ahead log from growing for ever. */
export interface Checkpoints {
  /** Called after each group of commits, outside any transaction. */
  afterGroup(): void
  close(): Promise<void>
}

/** What the thread answers: frames in the log, and how many of them are in the database file. */
export interface CheckpointAnswer {
  readonly frames: number
  readonly copied: number
}

const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './checkpoint-thread.ts' : './checkpoint-thread.js',
  import.meta.url,
)

// A log of 1,000 frames is 4 MB, SQLite's own threshold; a group of commits writes 5 to 60 of them.
const GROUPS_BETWEEN = 100
// Under steady writing the thread never catches up completely, and only a log copied completely is begun anew. That stops
// the event loop for two fsyncs: at 4,000 frames it met 4 % of 100 writers that never pause, at these 48 MB it meets 1 %.
const FRAMES_TO_FINISH = 12_000

/**
 * Copies the write-ahead log into the database file from a thread, so that its two fsyncs and its megabytes do not stop
 * the event loop (they take 5 to 40 ms here). The thread is started at the first need: a short command has none.
 */
export class Checkpointer implements Checkpoints {
  readonly #path: string
  readonly #database: DatabaseSync
  #thread: Worker | undefined
  #groups = 0
  #busy = false
  #finish = false
  #closed = false

  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
  }

  afterGroup(): void {
    this.#groups++
    if (this.#finish) this.#finishLog()
    if (this.#busy || this.#closed || this.#groups < GROUPS_BETWEEN) return
    this.#groups = 0
    this.#busy = true
    this.#thread ??= this.#start()
    this.#thread.postMessage('checkpoint')
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.terminate()
  }

  /** What was written since the thread finished is little; copying it here lets the next write begin the log anew. */
  #finishLog(): void {
    this.#finish = false
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  #start(): Worker {
    const thread = new Worker(THREAD, {
      workerData: { path: this.#path },
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    thread.unref()
    thread.on('message', ({ frames }: CheckpointAnswer) => {
      this.#busy = false
      this.#finish = frames > FRAMES_TO_FINISH
    })
    // Without the thread the log would grow for ever: this process copies it itself, at the cost of some pauses.
    thread.on('error', () => {
      this.#closed = true
      if (this.#database.isOpen) this.#database.exec('PRAGMA wal_autocheckpoint = 1000')
    })
    return thread
  }
}
