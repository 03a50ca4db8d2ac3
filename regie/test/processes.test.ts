import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { openCli, STORES } from './cli.ts'
import { startLoad } from './load.ts'
import { type Server, startServer, until } from './server.ts'

/** The processes that a process has started, as Linux tells them. */
async function childrenOf(server: Server): Promise<readonly number[]> {
  const list = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').catch(() => '')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

/** Waits until it has so many of them, and none that is gone. */
async function areSo(server: Server, count: number, gone: readonly number[] = []): Promise<readonly number[]> {
  return until(async () => {
    const pids = await childrenOf(server)
    return pids.length === count && !pids.some((pid) => gone.includes(pid)) ? pids : undefined
  }, server.output)
}

/** Follows the log over a connection of its own; answers which processes have written that personal data was purged. */
async function followLog(server: Server): Promise<Set<string>> {
  const headers = { authorization: server.authorization }
  const { body } = await fetch(`${server.address}/api/v1/stream?topics=logs:info`, { headers })
  const writers = new Set<string>()
  const read = async (): Promise<void> => {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? [])
      for (const [, data = ''] of chunk.matchAll(/^data: (.*personal data purged.*)$/gm))
        writers.add(JSON.parse(data).process.split(':').at(-1))
  }
  // The process that serves it may be killed.
  void read().catch(() => {})
  return writers
}

const CAME_BACK =
  'several processes share the port, the work and the log, one that is killed is replaced, and all stop at a signal without cutting anybody off'

it.runIf(process.platform === 'linux').each(STORES)(`${CAME_BACK}, on %s`, { timeout: 240_000 }, async (store) => {
  await using cli = await openCli(store)
  await using server = await startServer([], { ...cli.env, REGIE_PROCESSES: '2', REGIE_LOG_LEVEL: 'info' })
  // Two with the API, one with the other roles.
  const pids = await areSo(server, 3)
  expect(server.output().match(/is running/g)).toHaveLength(1)

  const post = (path: string) =>
    fetch(`${server.address}${path}`, { method: 'POST', headers: { authorization: server.authorization } })
  const run = async (): Promise<void> => {
    const { runId } = (await (await post('/api/v1/schedules/privacy.purge/run')).json()) as { runId: number }
    await until(
      async () => ((await server.get(`/api/v1/runs/${runId}`)).state === 'succeeded' ? true : undefined),
      server.output,
    )
  }
  // Connections go to the processes in turn: each of them tells what the one without the API writes.
  const tails = await Promise.all(Array.from({ length: 4 }, () => followLog(server)))
  await run()
  const worker = String(pids[0])
  await until(() => tails.every((writers) => writers.has(worker)) || undefined, server.output)

  const killed = [pids[0] ?? 0, pids[2] ?? 0]
  for (const pid of killed) process.kill(pid, 'SIGKILL')
  expect((await fetch(`${server.address}/health`)).status).toBe(200)
  const again = await areSo(server, 3, killed)
  await until(
    async () => ((await fetch(`${server.address}/ready`).catch(() => undefined))?.status === 200 ? true : undefined),
    server.output,
  )
  // It has asked who listens.
  await run()
  await until(() => tails.some((writers) => writers.size === 2) || undefined, server.output)
  expect(server.output()).toMatch(/\(work\) ended with SIGKILL; another one starts in 1 s/)

  const load = startLoad(server, 8)
  await until(() => load.result.runs.length >= 5 || undefined, server.output)
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.output()).toMatch(/Stopping on SIGTERM[\s\S]*Stopped\.\n$/)
  await Promise.all(again.map((pid) => expect.poll(() => isAlive(pid)).toBe(false)))
  const { cut, toldToClose, runs } = await load.stop()
  expect(cut).toEqual([])
  expect(toldToClose).toBe(8)
  await using platform = await cli.open()
  const kept = await platform.engine.runs.search({ ids: runs.slice(-200) }, { limit: 200 })
  expect(kept.runs).toHaveLength(runs.slice(-200).length)
})

it('processes that cannot start end the command with their reason, once', { timeout: 60_000 }, async () => {
  await using cli = await openCli('SQLite')
  const refused = await startServer([], {
    ...cli.env,
    REGIE_PROCESSES: '2',
    DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none',
  }).catch(String)
  expect(refused).toMatch(/it ended with [1-9]/)
  expect(refused).toContain('cannot connect to PostgreSQL')
  expect(String(refused).match(/cannot connect/g)).toHaveLength(1)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
