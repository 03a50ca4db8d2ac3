import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCli, STORES } from './cli.ts'
import { type Server, startServer, until } from './server.ts'

interface RunView {
  readonly id: number
  readonly job: string
  readonly state: string
}

/** Each recurring task and its run, once all have succeeded. */
async function tasksOf(server: Server): Promise<ReadonlyMap<string, number>> {
  const { items: schedules } = await server.get('/api/v1/schedules')
  const names: readonly string[] = schedules.map(({ name }: { name: string }) => name)
  return until(async () => {
    const { items: runs } = await server.get('/api/v1/runs?state=succeeded&limit=200')
    const found = new Map<string, number>(runs.map(({ job, id }: RunView) => [job, id]))
    return names.every((name) => found.has(name))
      ? new Map(names.map((name) => [name, found.get(name) ?? 0]))
      : undefined
  }, server.output)
}

const SHOWN = 'shows a newcomer all ten tasks at work, and comes up again with everything there, on %s'

it.each(STORES)(SHOWN, { timeout: 120_000 }, async (store) => {
  await using cli = await openCli(store)
  const data = cli.dataDir
  await using server = await startServer(['--demo', '--pace', '200ms'], cli.env)
  const tasks = await tasksOf(server)
  expect(tasks.size).toBe(10)

  const resultOf = async (job: string) => (await server.get(`/api/v1/runs/${tasks.get(job)}`)).result
  const notified = await resultOf('quotes.notify')
  expect(notified).toMatchObject({ expiring: 4, expired: 3 })
  // The weekly summary, and the three quotes that are sent at the end.
  const mails = notified.mails + 1 + 3
  await until(async () => ((await readdir(join(data, 'outbox'))).length === mails ? true : undefined), server.output)
  expect(await readFile(join(data, 'outbox', (await readdir(join(data, 'outbox')))[0] ?? ''), 'utf8')).toMatch(/^To: /m)
  expect(await resultOf('quotes.weekly-summary')).toMatchObject({
    week: expect.stringMatching(/^\d{4}-W\d\d$/),
    accepted: 2,
  })

  for (const kind of ['daily', 'weekly', 'monthly']) {
    const { id, path, rows } = await resultOf(`backup.${kind}`)
    expect(rows).toBeGreaterThan(50)
    expect(JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8'))).toMatchObject({ id, kind })
  }
  const { items: backups } = await server.get('/api/v1/backups')
  expect(backups.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['daily', 'monthly', 'weekly'])
  expect(await resultOf('backup.rebuild-index')).toMatchObject({ removed: [], unchanged: expect.any(Number) })

  expect(await resultOf('cleanup.temporary-files')).toMatchObject({ files: 1 })
  expect(await resultOf('cleanup.logs')).toMatchObject({ files: [expect.stringMatching(/^regie-.*\.log$/)] })
  expect(await resultOf('cleanup.stuck-operations')).toMatchObject({
    backups: [expect.stringMatching(/^daily\/.*\.partial$/)],
  })
  expect(await resultOf('privacy.purge')).toMatchObject({ total: expect.any(Number) })
  expect(existsSync(join(data, 'tmp', 'demo-upload.tmp'))).toBe(false)

  await until(() => (server.output().includes('All have run') ? true : undefined), server.output)
  expect(server.output()).toMatch(/Sample data: Quotes: 13 clients and 30 quotes/)
  expect(server.output()).toMatch(/✓ backup\.daily/)
  expect(server.output()).toMatch(/✓ quotes\.send-many .*"sent":3,"failed":0/)

  // Supervisors and npm send the same wish twice.
  server.kill('SIGTERM')
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.output()).toMatch(/Stopping on SIGTERM[\s\S]*Stopped\.\n$/)

  await using again = await startServer(['--demo'], cli.env)
  await until(() => (again.output().includes('Every recurring task has run before') ? true : undefined), again.output)
  expect(again.output()).toContain('has clients already, nothing added')
  expect((await tasksOf(again)).get('backup.daily')).toBe(tasks.get('backup.daily'))
  expect((await again.get('/api/v1/quotes/quotes?limit=200')).items).toHaveLength(30)
  expect((await again.get('/api/v1/backups')).items).toHaveLength(3)
  again.kill('SIGINT')
  expect(await again.ended).toBe(0)
})

it('refuses a port that is taken, and leaves the other server alone', { timeout: 60_000 }, async () => {
  await using cli = await openCli('SQLite')
  await using server = await startServer([], cli.env)
  const { port } = new URL(server.address)
  const second = await startServer([], {
    ...cli.env,
    REGIE_DATA_DIR: join(cli.dataDir, 'other'),
    REGIE_PORT: port,
  }).catch(String)
  expect(second).toMatch(/it ended with 4:[\s\S]*another program uses it: stop that one, or set REGIE_PORT/)
  expect((await fetch(`${server.address}/health`)).status).toBe(200)
})
