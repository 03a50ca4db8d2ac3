import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentiles } from '../figures.ts'
import { describeMachine } from '../machine.ts'
import { type RealtimeResults, realtimeReport } from './report.ts'

/** What the server's process says of itself. */
export interface ServerReport {
  readonly address: string
  readonly rssMb: number
}

/** How late each client of a process heard each message, in milliseconds. */
export interface ClientReport {
  readonly connected: number
  readonly lateMs: readonly number[]
}

/** What a process says that cannot go on. */
export interface Failure {
  readonly failed: string
}

/** How live connections are measured. */
export interface RealtimeBenchOptions {
  readonly quick: boolean
  readonly write: boolean
}

const RESULTS = new URL('../../results/', import.meta.url)
const PAGE = new URL('../../REALTIME.md', import.meta.url)
const CLIENT_PROCESSES = 2
const EVERY_MS = 500
// Ten thousand connect in a quarter of a minute: who is silent for longer than this will not answer.
const SILENT_MS = 120_000

/** Holds ten thousand WebSockets of two other processes open, idle, then sends messages to all of them. */
export async function benchRealtime({ quick, write }: RealtimeBenchOptions): Promise<void> {
  const sizes = quick
    ? { connections: 200, messages: 3, idleMs: 500 }
    : { connections: 10_000, messages: 20, idleMs: 10_000 }
  const folder = await mkdtemp(join(process.env.REGIE_BENCH_DIR ?? tmpdir(), 'regie-realtime-'))
  const children: ChildProcess[] = []
  const start = (file: string, ...given: readonly (string | number)[]): ChildProcess => {
    const child = fork(new URL(file, import.meta.url), given.map(String), { execArgv: ['-C', 'source'] })
    children.push(child)
    return child
  }
  try {
    const server = start('server.ts', folder, sizes.messages, EVERY_MS)
    const { address, rssMb: emptyMb } = await answer<ServerReport>(server, 'report')
    const began = performance.now()
    const each = sizes.connections / CLIENT_PROCESSES
    const clients = Array.from({ length: CLIENT_PROCESSES }, () => start('client.ts', address, each))
    const connected = await Promise.all(clients.map((client) => answer<ClientReport>(client, 'connected')))
    const connectSeconds = (performance.now() - began) / 1_000
    await sleep(sizes.idleMs)
    const { rssMb: idleMb } = await answer<ServerReport>(server, 'report')
    const { rssMb: afterMb } = await answer<ServerReport>(server, 'publish')
    const heard = await Promise.all(clients.map((client) => answer<ClientReport>(client, 'heard')))
    const lateMs = heard.flatMap((client) => client.lateMs)
    const results: RealtimeResults = {
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(folder),
      connections: connected.reduce((sum, client) => sum + client.connected, 0),
      connectSeconds,
      serverMb: { empty: emptyMb, idle: idleMb, afterFanOut: afterMb },
      fanOut: {
        messages: sizes.messages,
        heard: lateMs.length,
        ...percentiles(lateMs),
        worst: lateMs.reduce((a, b) => Math.max(a, b), 0),
      },
    }
    console.log(realtimeReport(results))
    if (!write) return
    await mkdir(RESULTS, { recursive: true })
    await writeFile(new URL(`${results.date}-realtime.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`)
    await writeFile(PAGE, realtimeReport(results))
    console.log(`Written: bench/results/${results.date}-realtime.json and bench/REALTIME.md`)
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks a child; it answers once it can. Rejects when it says that it cannot, ends, or is silent for two minutes. */
function answer<T extends object>(child: ChildProcess, question: string): Promise<T> {
  const answered = new Promise<T>((resolve, reject) => {
    const silence = setTimeout(
      () => reject(new Error(`"${question}" was not answered within ${SILENT_MS / 1_000} s`)),
      SILENT_MS,
    )
    const ended = (code: number | null): void => {
      clearTimeout(silence)
      reject(new Error(`a process of the bench ended with ${code} instead of answering "${question}"`))
    }
    child.once('message', (message: T | Failure) => {
      clearTimeout(silence)
      child.off('exit', ended)
      if ('failed' in message) reject(new Error(message.failed))
      else resolve(message)
    })
    child.once('exit', ended)
  })
  child.send(question)
  return answered
}
