import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { isOpenToAll } from './postgres-binaries.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

const PREFIX = 'regie-test-postgres-'
const execute = promisify(execFile)

/**
 * Gives every test of a run one PostgreSQL server, in REGIE_TEST_POSTGRES_URL: the one named there, or else a new one on
 * a free loopback port, removed at the end. It does not wait for the disk: tests kill processes, servers included, but pull
 * no plug, and a new database takes 45 ms instead of 500. REGIE_TEST_POSTGRES_FSYNC=on makes it wait.
 */
export async function setup(): Promise<() => Promise<void>> {
  // Databases that tests hand on to each other begin with it: see own-database.testing.ts of the platform.
  const pool = `regie_pool_${process.pid}`
  process.env.REGIE_TEST_POSTGRES_POOL = pool
  if (process.env.REGIE_TEST_POSTGRES_URL) return () => dropAll(process.env.REGIE_TEST_POSTGRES_URL ?? '', pool)
  const parent = await temporaryFolder()
  await removeLeftovers(parent)
  const directory = await mkdtemp(join(parent, PREFIX))
  await writeFile(join(directory, 'owner'), String(process.pid))
  const fsync = process.env.REGIE_TEST_POSTGRES_FSYNC ?? 'off'
  // Whole pages in the log repair what a power cut tears, which only synced files survive.
  const settings = { fsync, full_page_writes: fsync }
  const server = await startPostgres({ directory, settings }).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true })
    throw error
  })
  process.env.REGIE_TEST_POSTGRES_URL = server.url
  const removeExitHandlers = crashAtExit(server)
  return async () => {
    removeExitHandlers()
    delete process.env.REGIE_TEST_POSTGRES_URL
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function dropAll(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query("select datname from pg_database where datname like $1 || '\\_%'", [prefix])
  for (const { datname } of rows) await client.query(`drop database ${client.escapeIdentifier(datname)} with (force)`)
  await client.end()
}

// As root the server runs as another user, who must be able to reach its folder.
async function temporaryFolder(): Promise<string> {
  const preferred = tmpdir()
  if (process.getuid?.() !== 0 || (await isOpenToAll(preferred))) return preferred
  return '/var/tmp'
}

// A run that is interrupted does not always come to its teardown.
function crashAtExit(server: PostgresServer): () => void {
  const crash = (): void => {
    server.kill()
    removeNow(server.directory)
  }
  const exit = (): never => process.exit(130)
  process.once('exit', crash)
  process.once('SIGTERM', exit)
  process.once('SIGHUP', exit)
  return () => {
    process.off('exit', crash)
    process.off('SIGTERM', exit)
    process.off('SIGHUP', exit)
  }
}

// A run that was killed leaves its server running.
async function removeLeftovers(parent: string): Promise<void> {
  const folders = (await readdir(parent)).filter((name) => name.startsWith(PREFIX))
  await Promise.all(folders.map((name) => removeLeftover(join(parent, name))))
}

async function removeLeftover(directory: string): Promise<void> {
  const owner = Number(await readFile(join(directory, 'owner'), 'utf8').catch(() => '0'))
  if (owner === 0 || isAlive(owner)) return
  const pidFile = await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  const postmaster = Number(pidFile.split('\n')[0])
  if (postmaster > 0 && (await commandOf(postmaster)).includes(directory)) process.kill(postmaster, 'SIGQUIT')
  removeNow(directory)
}

// A server that is ending still writes and removes files for some ten milliseconds. rmSync then leaves folders behind,
// and does not always say so.
function removeNow(directory: string): void {
  for (let attempt = 1; attempt <= 40 && existsSync(directory); attempt++) {
    if (attempt > 1) sleepNow(50)
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

function sleepNow(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

async function commandOf(pid: number): Promise<string> {
  const found = await execute('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => undefined)
  return found?.stdout ?? ''
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
