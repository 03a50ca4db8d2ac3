import { type LiveWorker, liveWorkers } from '../observe/live-workers.ts'
import { command } from './command.ts'
import type { Tone } from './style.ts'
import { table } from './table.ts'
import { fromNow, localTime } from './time.ts'
import { usageError } from './usage.ts'

/** `regie workers` */
export const workers = command({
  name: 'workers',
  summary: 'List the processes that run jobs',
  async run({ session }) {
    const { engine } = await session.open()
    const list = await liveWorkers(engine)
    const now = engine.clock.now()
    return {
      json: { items: list },
      text: (screen) =>
        list.length === 0
          ? `No process runs jobs.\n→ ${session.program} start\n`
          : table<LiveWorker>(
              screen,
              [
                { title: 'EPOCH', value: ({ epoch }) => String(epoch), align: 'right' },
                { title: 'PROCESS', value: ({ name }) => name },
                { title: 'STATE', value: stateOf, tone: toneOf },
                { title: 'STARTED', value: ({ startedAt }) => localTime(startedAt) },
                { title: 'HEARD', value: ({ beatAt }) => fromNow(Math.min(beatAt, now), now) },
                { title: 'RUNNING', value: ({ running }) => String(running), align: 'right' },
                {
                  title: 'DELAY',
                  value: ({ vitals }) => (vitals === undefined ? '' : `${vitals.loopDelayMs} ms`),
                  align: 'right',
                },
                { title: 'MEMORY', value: ({ vitals }) => memoryOf(vitals?.rssBytes), align: 'right' },
                { title: 'VERSION', value: ({ vitals }) => vitals?.version ?? '' },
                { title: 'QUEUES', value: ({ queues }) => queues.join(', ') },
              ],
              list,
            ),
    }
  },
})

const epoch = { about: 'the epoch of a process, see workers' }

/** `regie workers drain` */
export const workersDrain = command({
  name: 'workers drain',
  summary: 'Let a process take no new runs: what it runs ends, the rest goes on elsewhere',
  changes: 'worker',
  parameters: { epoch },
  about: 'Once it runs nothing it can be stopped. It stays so until workers resume, or until it ends.',
  async run({ words, session }) {
    const number = epochOf(words.epoch)
    const { engine } = await session.open()
    await engine.drain(number)
    const left = (await engine.workers()).find((worker) => worker.epoch === number)?.running ?? 0
    const runs = left === 1 ? '1 run' : `${left} runs`
    return {
      json: { epoch: number, draining: true, running: left },
      text: () => `The process takes nothing new; it has ${runs} to end.\n→ ${session.program} workers\n`,
    }
  },
})

/** `regie workers resume` */
export const workersResume = command({
  name: 'workers resume',
  summary: 'Let a drained process take runs again',
  changes: 'worker',
  parameters: { epoch },
  async run({ words, session }) {
    const number = epochOf(words.epoch)
    const { engine } = await session.open()
    await engine.undrain(number)
    return { json: { epoch: number, draining: false }, text: () => 'The process takes runs again.\n' }
  },
})

function epochOf(word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word)
  throw usageError(`${word} is no epoch: give the number in the first column of workers`)
}

function stateOf({ alive, drainingAt, running }: LiveWorker): string {
  if (!alive) return 'silent'
  if (drainingAt === undefined) return 'alive'
  return running === 0 ? 'drained' : 'draining'
}

function toneOf({ alive, drainingAt }: LiveWorker): Tone {
  if (!alive) return 'bad'
  return drainingAt === undefined ? 'good' : 'odd'
}

function memoryOf(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${Math.round(bytes / 1_000_000)} MB`
}
