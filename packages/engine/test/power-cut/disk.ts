import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Random } from '@regie/engine'
import type { Checkpoints, SqlitePorts } from '../internals.ts'
import { pick } from '../seeded-random.ts'
import { afterCut, drawSurvival } from './image.ts'

/** The two files as a power cut left them. */
export interface Cut {
  readonly database: Buffer
  readonly log: Buffer
}

/** What the disk is asked to be. */
export interface DiskOptions {
  readonly path: string
  readonly random: Random
  /** Called at each moment worth a cut: around syncs, commits and checkpoints. */
  readonly moment: () => void
  /** Answers every sync without doing it, like a drive with a volatile cache: the harness must notice. */
  readonly lying?: boolean
}

const HEADER = 32
// One group in this many is followed by a checkpoint.
const CHECKPOINT_EVERY = 12

/**
 * Stands between the store and its files and remembers what a power cut could not take away: the log as it was when the
 * last completed sync began, and the database file as SQLite itself last synced it.
 *
 * SQLite's own syncs are not visible from here; with `synchronous=NORMAL` there are two kinds (seen with strace on
 * SQLite 3.53, the same as with FULL). A checkpoint syncs the log, copies its pages into the database, and syncs that. A
 * commit that begins the log anew writes the header and syncs it before any frame, with the folder if the file is new. So
 * whenever the header has changed, the header is durable and so is the database file.
 */
export class Disk {
  readonly ports: SqlitePorts
  readonly #options: DiskOptions
  #database: Buffer = Buffer.alloc(0)
  #log: Buffer = Buffer.alloc(0)
  #logTaken = 0
  #taken = 0
  #descriptor = -1
  #checkpointer: DatabaseSync | undefined
  #truncated = false
  #closed = false
  #header = ''
  checkpoints = 0
  restarts = 0

  constructor(options: DiskOptions) {
    this.#options = options
    const checkpoints: Checkpoints = { afterGroup: () => this.#afterGroup(), close: async () => {} }
    this.ports = { sync: () => this.#sync(), checkpoints }
  }

  /** To be called once the database is open: what is there now counts as durable, of a new log the header only. */
  begin(isNew: boolean): void {
    // Never closed while SQLite has the file open: closing any descriptor of it drops the locks of this process.
    this.#descriptor = openSync(this.#options.path, 'r')
    this.#database = this.#readDatabase()
    this.#log = isNew ? this.#readLog().subarray(0, HEADER) : this.#readLog()
    this.#checkpointer = new DatabaseSync(this.#options.path)
    this.#checkpointer.exec('PRAGMA synchronous = NORMAL')
  }

  /** After this the files may be closed; nothing is recorded any more. */
  end(): void {
    this.#closed = true
    this.#checkpointer?.close()
  }

  /** Once the store is closed. */
  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor)
    this.#descriptor = -1
  }

  /** The files as they could be found if the power went now. */
  cut(): Cut {
    this.#observe()
    const { random } = this.#options
    const current = this.#readLog()
    const database = afterCut(this.#database, this.#readDatabase(), drawSurvival(random), random)
    if (current.length < HEADER || headerOf(current) === headerOf(this.#log))
      return { database, log: afterCut(this.#log, current, drawSurvival(random), random) }
    if (random() < 0.3) return { database, log: this.#halfHeader(current) }
    const header = current.subarray(0, HEADER)
    const durable = this.#truncated ? header : Buffer.concat([header, this.#log.subarray(HEADER)])
    return { database, log: afterCut(Buffer.from(durable), current, drawSurvival(random), random) }
  }

  /** The moment at which the log begins anew: its header is being written, and everything is in the database file. */
  #halfHeader(current: Buffer): Buffer {
    const image = Buffer.from(this.#truncated ? current.subarray(0, HEADER) : this.#log)
    current.copy(image, 0, 0, pick(this.#options.random, HEADER + 1))
    return image
  }

  async #sync(): Promise<void> {
    this.#options.moment()
    this.#observe()
    const image = this.#readLog()
    const taken = ++this.#taken
    const turns = 1 + pick(this.#options.random, 4)
    for (let turn = 0; turn < turns; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#options.moment()
    }
    if (this.#closed || this.#options.lying === true || taken < this.#logTaken) return
    this.#log = image
    this.#logTaken = taken
    this.#truncated = false
    this.#options.moment()
  }

  #afterGroup(): void {
    if (this.#closed || this.#checkpointer === undefined) return
    this.#options.moment()
    if (pick(this.#options.random, CHECKPOINT_EVERY) > 0) return
    this.#checkpoint(this.#options.random() < 0.7 ? 'PASSIVE' : 'TRUNCATE')
    this.#options.moment()
  }

  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.#observe()
    const log = this.#readLog()
    const {
      busy,
      log: frames,
      checkpointed,
    } = this.#checkpointer?.prepare(`PRAGMA wal_checkpoint(${mode})`).get() ?? {}
    if (busy !== 0) return
    this.checkpoints++
    this.#log = log
    this.#logTaken = ++this.#taken
    // Whether the database file is durable by now does not matter before the log begins anew: `#observe` waits for that.
    this.#truncated = mode === 'TRUNCATE' && frames === 0 && checkpointed === 0
  }

  /** Once the log has begun anew, or is empty, the database file was synced before. */
  #observe(): void {
    const log = this.#readLog()
    if (log.length >= HEADER && headerOf(log) === headerOf(this.#log)) return
    this.#database = this.#readDatabase()
    if (log.length >= HEADER && this.#header !== headerOf(log)) this.restarts++
    if (log.length >= HEADER) this.#header = headerOf(log)
  }

  #readLog(): Buffer {
    return readFileSync(`${this.#options.path}-wal`)
  }

  #readDatabase(): Buffer {
    const bytes = Buffer.alloc(statSync(this.#options.path).size)
    readSync(this.#descriptor, bytes, 0, bytes.length, 0)
    return bytes
  }
}

function headerOf(log: Buffer): string {
  return log.toString('latin1', 0, HEADER)
}
