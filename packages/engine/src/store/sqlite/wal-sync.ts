import { fdatasync } from 'node:fs'
import { EngineError } from '../base.ts'

/** Makes what was written to a file descriptor survive a power cut. */
export type SyncFile = (fd: number) => Promise<void>

/**
 * The operating system's own.
 * @internal
 */
export const syncFile: SyncFile = (fd) =>
  new Promise((resolve, reject) => fdatasync(fd, (error) => (error === null ? resolve() : reject(error))))

/**
 * Covers commits with as few `fdatasync` calls as possible: one at a time, off the event loop; whoever asks while one
 * runs is covered by the next, because the running one may have begun before his commit.
 */
export class WalSync {
  readonly #fd: number
  readonly #sync: SyncFile
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #failure: EngineError | undefined

  constructor(fd: number, sync: SyncFile = syncFile) {
    this.#fd = fd
    this.#sync = sync
  }

  /** Resolves once everything written before this call is durable. Rejects with `STORE_FAILED` for ever after one failure. */
  cover(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#running === undefined) {
      this.#running = this.#run()
      return this.#running
    }
    this.#next ??= this.#running.then(() => {
      this.#running = this.#run()
      this.#next = undefined
      return this.#running
    })
    return this.#next
  }

  /** Resolves at once when nothing is being synced. */
  settled(): Promise<void> | undefined {
    return this.#next ?? this.#running
  }

  async #run(): Promise<void> {
    try {
      await this.#sync(this.#fd)
    } catch (cause) {
      // After a failed sync the kernel may have dropped the pages: nothing later can be trusted (LWN 752063).
      this.#failure = new EngineError(
        'STORE_FAILED',
        'the disk refused to store the write-ahead log: stop the process, check the disk, start again',
        { cause },
      )
      throw this.#failure
    } finally {
      if (this.#next === undefined) this.#running = undefined
    }
  }
}
