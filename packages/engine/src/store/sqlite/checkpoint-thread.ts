import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointAnswer } from './checkpointer.ts'

/** The entry of the checkpointer's thread: copies the log whenever it is asked to. */

const database = new DatabaseSync(workerData.path, { timeout: 1_000 })
database.exec('PRAGMA fullfsync = ON')
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

parentPort?.on('message', () => {
  const { log = 0, checkpointed = 0 } = checkpoint.get() ?? {}
  const answer: CheckpointAnswer = { frames: Number(log), copied: Number(checkpointed) }
  parentPort?.postMessage(answer)
})
