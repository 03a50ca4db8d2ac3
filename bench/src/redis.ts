import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { OpenPlace } from './places.ts'

/** A Redis server that is emptied before each measurement. */
export interface RedisPlaces extends AsyncDisposable {
  readonly versions: Readonly<Record<string, string>>
  open(): Promise<OpenPlace>
}

const START_MS = 5_000

/** Starts `redis-server` on a free loopback port, its log synced `always` or kept not at all; a sentence when it is not installed. */
export async function openRedis(directory: string, sync: 'always' | 'never'): Promise<RedisPlaces | string> {
  if (spawnSync('redis-server', ['--version']).error) return 'no redis-server on the PATH'
  const port = await freePort()
  const folder = join(directory, `redis-${sync}`)
  await mkdir(folder)
  const log = sync === 'always' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--auto-aof-rewrite-percentage', '0', '--loglevel', 'warning']
  const server = spawn('redis-server', ['--port', String(port), '--dir', folder, ...fixed, ...log], { stdio: 'ignore' })
  const redis = await connect(port)
  const version = await field(redis, 'server', 'redis_version')
  return {
    versions: { Redis: version },
    async open() {
      await redis.flushall()
      return openPlace(redis, port, sync)
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect()
      await end(server)
    },
  }
}

function openPlace(redis: Redis, port: number, sync: 'always' | 'never'): OpenPlace {
  return {
    place: { address: `redis://127.0.0.1:${port}` },
    async logPosition() {
      return sync === 'always' ? Number(await field(redis, 'persistence', 'aof_current_size')) : Number.NaN
    },
    async [Symbol.asyncDispose]() {
      await redis.flushall()
    },
  }
}

async function field(redis: Redis, section: string, name: string): Promise<string> {
  const info = await redis.info(section)
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
}

async function connect(port: number): Promise<Redis> {
  const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null })
  redis.on('error', () => {})
  const answered = await Promise.race([redis.ping(), sleep(START_MS)])
  if (answered === undefined) throw new Error(`redis-server did not answer on port ${port} within ${START_MS} ms`)
  return redis
}

async function end(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const address = probe.address()
  await new Promise((closed) => probe.close(closed))
  if (address === null || typeof address === 'string') throw new Error('No free port was found')
  return address.port
}
