import { statSync } from 'node:fs'
import type { Database, Engine, WorkerStatus } from '@regie/engine'
import { command } from './command.ts'
import { table } from './table.ts'
import { fromNow, localTime } from './time.ts'

/** A worker process and whether it was heard of lately. */
export interface LiveWorker extends WorkerStatus {
  readonly alive: boolean
}

// It beats every 3 s and is declared dead after 7; a clock that is a little off must not pass for death.
const SILENT_MS = 15_000

/** `regie workers` */
export const workers = command({
  name: 'workers',
  summary: 'List the processes that run jobs',
  async run({ session }) {
    const { engine } = await session.open()
    const list = await liveWorkers(engine)
    const now = engine.clock.now()
    return {
      json: { workers: list },
      text: (screen) =>
        list.length === 0
          ? `No process runs jobs.\n→ ${session.program} start\n`
          : table<LiveWorker>(
              screen,
              [
                { title: 'EPOCH', value: ({ epoch }) => String(epoch), align: 'right' },
                { title: 'PROCESS', value: ({ name }) => name },
                { title: 'STATE', value: stateOf, tone: ({ alive }) => (alive ? 'good' : 'bad') },
                { title: 'STARTED', value: ({ startedAt }) => localTime(startedAt) },
                { title: 'HEARD', value: ({ beatAt }) => fromNow(Math.min(beatAt, now), now) },
                { title: 'RUNNING', value: ({ running }) => String(running), align: 'right' },
                { title: 'QUEUES', value: ({ queues }) => queues.join(', ') },
              ],
              list,
            ),
    }
  },
})

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

function stateOf({ alive }: LiveWorker): string {
  return alive ? 'alive' : 'silent'
}
