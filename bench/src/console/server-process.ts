import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Answered, Asked, Questions } from './messages.ts'

/** The server under measurement, in a process of its own, as it is in life. */
export interface ServerProcess extends AsyncDisposable, Questions {
  /** Where it listens. */
  readonly address: string
  /** How the first administrator comes in. */
  readonly setupLink: string
  readonly seedSeconds: number
}

/** Starts it over a store with so many runs: a new SQLite file, or the PostgreSQL database of a URL. */
export async function startServer(runs: number, databaseUrl?: string): Promise<ServerProcess> {
  const folder = await mkdtemp(join(process.env.REGIE_BENCH_DIR ?? tmpdir(), 'regie-bench-console-'))
  const child = fork(new URL('./server.ts', import.meta.url), [], {
    execArgv: ['-C', 'source', '--max-semi-space-size=4'],
    // Its log goes to its files.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  child.on('message', ({ number, value, error }: Answered) => {
    const caller = waiting.get(number)
    waiting.delete(number)
    if (error === undefined) caller?.resolve(value)
    else caller?.reject(new Error(`the server of the bench: ${error}`))
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the server of the bench ended'))
  })
  let number = 0
  const ask = <Name extends keyof Questions>(question: Name) =>
    ((given: unknown) => {
      number += 1
      const asked: Asked = { number, question, given }
      return new Promise((resolve, reject) => {
        waiting.set(asked.number, { resolve, reject })
        child.send(asked)
      })
    }) as Questions[Name]
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const start = ask('start')
    const started = await start({ folder, runs, ...(databaseUrl !== undefined && { databaseUrl }) })
    return {
      ...started,
      start,
      workflow: ask('workflow'),
      touch: ask('touch'),
      flood: ask('flood'),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
