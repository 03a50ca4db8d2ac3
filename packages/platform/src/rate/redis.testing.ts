import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** A Redis server of its own, on a free loopback port, gone at the end. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string
}

/** Starts `redis-server` on a port (default: a free one), installed by apt-get when it is missing and this is root. Throws with the way out otherwise. */
export async function openTestRedis(wanted?: number): Promise<TestRedis> {
  requireRedisServer()
  const port = wanted ?? (await freePort())
  const folder = await mkdtemp(join(tmpdir(), 'regie-redis-'))
  const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning']
  const server = spawn('redis-server', ['--port', String(port), '--dir', folder, ...options], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  await answered(port, server)
  return {
    url: `redis://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function requireRedisServer(): void {
  const isThere = () => spawnSync('redis-server', ['--version']).error === undefined
  if (isThere()) return
  if (process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'redis-server']])
      spawnSync('apt-get', args, { env, stdio: 'ignore', timeout: 300_000 })
  }
  if (!isThere()) throw new Error('these tests need redis-server: apt-get install redis-server')
}

async function answered(port: number, server: ChildProcess): Promise<void> {
  const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  redis.on('error', () => {})
  const failed = new Promise<never>((_, reject) =>
    server.once('exit', (code) => reject(new Error(`it ended with ${code}`))),
  )
  try {
    await Promise.race([redis.ping(), failed])
  } finally {
    redis.disconnect()
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('no free port was found')
  return address.port
}
