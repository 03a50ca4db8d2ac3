import { type LiveWorker, liveWorkers } from '../observe/live-workers.ts'
import { command } from './command.ts'
import { table } from './table.ts'
import { fromNow, localTime } from './time.ts'

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

function stateOf({ alive }: LiveWorker): string {
  return alive ? 'alive' : 'silent'
}
