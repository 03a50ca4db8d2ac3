import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeMachine } from './machine.ts'

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

const CONNECTIONS = 10_000
const CLIENT_PROCESSES = 2
const MESSAGES = 20
const EVERY_MS = 500
const IDLE_MS = 10_000

const folder = await mkdtemp(join(tmpdir(), 'regie-bench-realtime-'))
const children: ChildProcess[] = []
try {
  const server = start('realtime-server.ts', [folder, String(MESSAGES), String(EVERY_MS)])
  const { address, rssMb: emptyMb } = await answer<ServerReport>(server, 'report')
  const began = performance.now()
  const each = String(CONNECTIONS / CLIENT_PROCESSES)
  const clients = Array.from({ length: CLIENT_PROCESSES }, () => start('realtime-client.ts', [address, each]))
  const connected = await Promise.all(clients.map((client) => answer<ClientReport>(client, 'connected')))
  const connectSeconds = (performance.now() - began) / 1_000
  await sleep(IDLE_MS)
  const { rssMb: fullMb } = await answer<ServerReport>(server, 'report')
  await answer(server, 'publish')
  const { rssMb: afterMb } = await answer<ServerReport>(server, 'report')
  const heard = (await Promise.all(clients.map((client) => answer<ClientReport>(client, 'heard')))).flatMap(
    ({ lateMs }) => lateMs,
  )
  const sorted = heard.toSorted((one, other) => one - other)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN) * 10) / 10
  const results = {
    date: new Date().toISOString().slice(0, 10),
    command: 'node -C source bench/src/realtime.ts',
    machine: describeMachine(folder),
    connections: connected.reduce((sum, report) => sum + report.connected, 0),
    connectSeconds: Math.round(connectSeconds * 10) / 10,
    serverMb: { empty: emptyMb, idle: fullMb, afterFanOut: afterMb },
    kilobytesEach: Math.round(((fullMb - emptyMb) * 10_240) / CONNECTIONS) / 10,
    fanOut: { messages: MESSAGES, heard: heard.length, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) },
  }
  const text = `${JSON.stringify(results, null, 2)}\n`
  process.stdout.write(text)
  if (process.argv.includes('--write'))
    await writeFile(new URL(`../results/realtime-${results.date}.json`, import.meta.url), text)
} finally {
  for (const child of children) child.kill()
  await rm(folder, { recursive: true, force: true })
}

function start(file: string, given: readonly string[]): ChildProcess {
  const child = fork(new URL(file, import.meta.url), given, { execArgv: ['-C', 'source'] })
  children.push(child)
  return child
}

/** Asks a child; it answers once it can. */
function answer<T>(child: ChildProcess, question: string): Promise<T> {
  const answered = new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code) => reject(new Error(`a process of the bench ended with ${code}`)))
  })
  child.send(question)
  return answered
}
