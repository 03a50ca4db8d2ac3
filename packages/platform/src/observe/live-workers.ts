import { statSync } from 'node:fs'
import type { Database, Engine, WorkerStatus } from '@regie/engine'

/** A worker process and whether it was heard of lately. */
export interface LiveWorker extends WorkerStatus {
  readonly alive: boolean
}

// It beats every 3 s and is declared dead after 7; a clock that is a little off must not pass for death.
const SILENT_MS = 15_000

/** The registered workers, with their last sign of life. */
export async function liveWorkers(engine: Engine): Promise<readonly LiveWorker[]> {
  const now = engine.clock.now()
  return (await engine.workers()).map((worker) => {
    const beatAt = Math.max(worker.beatAt, beatOnFile(engine.database, worker.epoch))
    return { ...worker, beatAt, alive: now - beatAt < SILENT_MS }
  })
}

/** On SQLite a worker touches a file beside the database instead of its row. */
function beatOnFile({ source }: Database, epoch: number): number {
  if (source.kind !== 'sqlite') return 0
  return Math.floor(statSync(`${source.path}-beat-${epoch}`, { throwIfNoEntry: false })?.mtimeMs ?? 0)
}
