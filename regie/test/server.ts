import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { silentLogger } from '@regie/engine'
import { createPlatform, operatorOf, parseConfig } from '@regie/platform'
import { apps } from '../src/apps.ts'

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts')
const POLL_MS = 100

/** `regie start` as a process of its own. */
export interface Server extends AsyncDisposable {
  readonly address: string
  readonly pid: number | undefined
  /** The header of somebody who may do everything. */
  readonly authorization: string
  /** Everything it has written so far. */
  output(): string
  // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
  get(path: string): Promise<any>
  kill(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Starts it and waits until it is ready. */
export async function startServer(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Server> {
  const { npm_lifecycle_event: _, ...inherited } = process.env
  const child = spawn(process.execPath, ['-C', 'source', MAIN, 'start', ...args], {
    env: { ...inherited, REGIE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => chunks.push(text))
  }
  const output = () => chunks.join('')
  const ended = endOf(child)
  const address = await until(() => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`)
    return /Open +(http:\S+)/.exec(output())?.[1]
  }, output)
  const isReady = async () => (await fetch(`${address}/ready`)).status === 200 || undefined
  await until(isReady, output)
  const authorization = `Bearer ${await makeKey(env)}`
  return {
    address,
    pid: child.pid,
    authorization,
    output,
    get: async (path) => (await fetch(`${address}${path}`, { headers: { authorization } })).json(),
    kill: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** What an operator at this machine would do: a key from the command line, while the server runs. */
async function makeKey(env: Readonly<Record<string, string>>): Promise<string> {
  const log = { ...silentLogger, tap: () => () => {}, child: () => silentLogger, close: () => {} }
  await using platform = await createPlatform({ config: parseConfig(env, {}, apps), apps, log })
  const { key } = await platform.identity.keys.create(operatorOf('main'), { name: 'test', permissions: ['*'] })
  return key
}

/** Asks again and again, for a minute at most, until there is an answer. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, context: () => string): Promise<T> {
  for (let left = 60_000; left > 0; left -= POLL_MS) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`no answer within a minute:\n${context()}`)
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
}
