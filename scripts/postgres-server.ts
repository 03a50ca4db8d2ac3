import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Account, prepareBinaries, serverAccount } from './postgres-binaries.ts'

/** How to stop a server: `fast` ends sessions and writes a checkpoint; `immediate` is a crash, recovered at the next start. */
export type StopMode = 'fast' | 'immediate'

/** Where and how to run a PostgreSQL server. */
export interface PostgresOptions {
  /** A folder of its own, made when missing: data, log and, when needed, a readable copy of the programs. */
  readonly directory: string
  /** TCP port on 127.0.0.1. Default: a free one. */
  readonly port?: number
  /** Server settings, such as `{ fsync: 'off' }`, over the defaults of this module. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A running PostgreSQL server that this process owns. */
export interface PostgresServer extends AsyncDisposable {
  /** Of a superuser, in the database `postgres`. */
  readonly url: string
  readonly directory: string
  /** Of the postmaster; another one after a restart. */
  readonly pid: number
  /** Stops the server and keeps its files. Safe to repeat. */
  stop(mode?: StopMode): Promise<void>
  /** Stops it in this mode and starts it again on the same port. */
  restart(mode: StopMode): Promise<void>
  /** Without waiting, for a process that is about to exit: crashes the server. */
  kill(): void
}

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 15_000

// Human order by default, as on most real servers: a column that forgot COLLATE "C" then sorts unlike SQLite, and tests see it.
const INITDB_FLAGS = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync']

const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  log_checkpoints: 'off',
}

/** Creates the cluster when the folder holds none, starts it, and answers once it accepts connections (about a second). */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const directory = resolve(options.directory)
  const account = await serverAccount()
  await ownFolder(directory, account)
  const binaries = await prepareBinaries(directory, account)
  const data = join(directory, 'data')
  const password = await initialise({ directory, data, initdb: binaries.initdb, account })
  const port = options.port ?? (await freePort())
  const settings = { ...DEFAULT_SETTINGS, ...options.settings, port: String(port) }
  const start = () => launch({ directory, data, postgres: binaries.postgres, account, settings })
  let postmaster = await start()

  const stop = async (mode: StopMode = 'fast'): Promise<void> => {
    if (hasEnded(postmaster)) return
    const ended = once(postmaster, 'exit')
    postmaster.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    const timeout = new AbortController()
    const late = wait(STOP_TIMEOUT_MS, undefined, { signal: timeout.signal }).then(() => postmaster.kill('SIGQUIT'))
    late.catch(() => {})
    await ended
    timeout.abort()
  }

  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    directory,
    get pid() {
      return postmaster.pid ?? 0
    },
    stop,
    async restart(mode) {
      await stop(mode)
      postmaster = await start()
    },
    kill: () => void postmaster.kill('SIGQUIT'),
    [Symbol.asyncDispose]: () => stop(),
  }
}

async function ownFolder(directory: string, account: Account): Promise<void> {
  await mkdir(directory, { recursive: true })
  if (account.uid === undefined) return
  await chown(directory, account.uid, account.gid ?? account.uid)
  await chmod(directory, 0o700)
}

interface Cluster {
  readonly directory: string
  readonly data: string
  readonly account: Account
}

// Answers the superuser's password, kept beside the data so that a later process can start the same cluster.
async function initialise(cluster: Cluster & { readonly initdb: string }): Promise<string> {
  const passwordFile = join(cluster.directory, 'password')
  const known = await readFile(passwordFile, 'utf8').catch(() => undefined)
  if (known !== undefined) return known.trim()
  const password = randomBytes(12).toString('hex')
  await writeFile(`${passwordFile}.new`, `${password}\n`, { mode: 0o600 })
  if (cluster.account.uid !== undefined) {
    await chown(`${passwordFile}.new`, cluster.account.uid, cluster.account.gid ?? cluster.account.uid)
  }
  const flags = [`--pgdata=${cluster.data}`, '--username=postgres', '--auth=password', `--pwfile=${passwordFile}.new`]
  await run(cluster.initdb, [...flags, ...INITDB_FLAGS, '--no-instructions'], cluster)
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  await rm(`${passwordFile}.new`)
  return password
}

async function run(program: string, args: readonly string[], cluster: Cluster): Promise<void> {
  const child = spawn(program, args, { ...cluster.account, cwd: cluster.directory, env: serverEnvironment() })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${output.trim()}`)
}

// The caller's PG* variables and locale would otherwise change the server.
function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

interface Launch extends Cluster {
  readonly postgres: string
  readonly settings: Readonly<Record<string, string>>
}

async function launch({ directory, data, postgres, account, settings }: Launch): Promise<ChildProcess> {
  const logFile = join(directory, 'server.log')
  const log = await open(logFile, 'a')
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Its own process group: Ctrl-C in a terminal must reach the tests first, and the server only through `stop`.
  const postmaster = spawn(postgres, ['-D', data, ...flags], {
    ...account,
    cwd: directory,
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  const spawnFailure = once(postmaster, 'error').then(([error]) => Promise.reject(error))
  try {
    await Promise.race([ready(postmaster, data), spawnFailure])
  } catch (error) {
    postmaster.kill('SIGQUIT')
    const tail = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-10).join('\n')
    throw new Error(`PostgreSQL did not start in ${directory}; the end of its log:\n${tail}`, { cause: error })
  } finally {
    await log.close()
  }
  return postmaster
}

// First line of postmaster.pid: the process, older than ours when the last one was killed. Eighth: its state.
async function ready(postmaster: ChildProcess, data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid')
  for (const start = performance.now(); performance.now() - start < START_TIMEOUT_MS; await wait(20)) {
    if (hasEnded(postmaster)) throw new Error(`it ended with ${postmaster.exitCode ?? postmaster.signalCode}`)
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')
    if (lines[0] === String(postmaster.pid) && lines[7]?.trim() === 'ready') return
  }
  throw new Error(`it was not ready after ${START_TIMEOUT_MS / 1_000} s`)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free TCP port on 127.0.0.1')
  return address.port
}
