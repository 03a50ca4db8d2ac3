import { statSync, unlinkSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import type { Database } from '../store/database.ts'
import type { EngineTables } from '../store/schema.ts'
import { beatWorker, type WorkerRow } from '../store/workers.ts'

/** A worker says this often that it lives … */
const BEAT_MS = 3_000
/** … and is declared dead after this long without a word. With the rescuer's rhythm an orphan is taken over in ≤ 10 s. */
export const DEAD_MS = 7_000

/** Keeps saying that a worker lives. */
export interface Heart {
  stop(): Promise<void>
}

/**
 * Beats from the main thread, by the engine's clock: for tests with a fake clock, and where threads are not wanted. Calls
 * `lost` when nobody counts on this worker any more.
 */
export function inlineHeart(database: Database, clock: Clock, epoch: number, lost: () => void): Heart {
  let stopped = false
  let cancel = (): void => {}
  const beat = (): void => {
    if (stopped) return
    void beatWorker(database.kysely<EngineTables>(), epoch, clock.now())
      .then((alive) => alive || stopped || lost())
      .catch(() => {})
    cancel = clock.setTimer(beat, BEAT_MS)
  }
  cancel = clock.setTimer(beat, BEAT_MS)
  return {
    async stop() {
      stopped = true
      cancel()
    },
  }
}

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './heart-thread.ts' : './heart-thread.js', import.meta.url)

/**
 * Beats from a thread of its own, so that a handler which blocks the event loop does not look like a dead process. On
 * SQLite it touches a file beside the database, which costs no write lock and works on a full disk; on PostgreSQL it
 * updates the worker's row over its own connection. Calls `lost` when the file or the row is gone.
 */
export function threadHeart(database: Database, epoch: number, lost: () => void): Heart {
  const path = beatFile(database, epoch)
  if (path !== undefined) writeFileSync(path, '')
  const thread = new Worker(THREAD, {
    workerData: { source: database.source, path, epoch, everyMs: BEAT_MS },
    // The thread does next to nothing; node's defaults would let it keep tens of megabytes.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })
  thread.unref()
  thread.on('message', lost)
  // Without its heart the worker is taken over and fenced: safe, and the log of the rescuer says so.
  thread.on('error', lost)
  return {
    async stop() {
      await thread.terminate()
      if (path !== undefined) removeBeat(path)
    },
  }
}

/** When a worker was last heard of, from its row and, on SQLite, its file. */
export function lastBeat(database: Database, { epoch, beatAt }: WorkerRow): number {
  const path = beatFile(database, epoch)
  if (path === undefined) return beatAt
  const stats = statSync(path, { throwIfNoEntry: false })
  return Math.max(beatAt, stats === undefined ? 0 : Math.floor(stats.mtimeMs))
}

/** Removes what a dead worker left. */
export function forgetBeat(database: Database, epoch: number): void {
  const path = beatFile(database, epoch)
  if (path !== undefined) removeBeat(path)
}

function beatFile({ source }: Database, epoch: number): string | undefined {
  return source.kind === 'sqlite' ? `${source.path}-beat-${epoch}` : undefined
}

function removeBeat(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Somebody else removed it, or there never was one.
  }
}
