import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cli, openCli, STORES } from './cli.ts'

interface Finding {
  readonly check: string
  readonly level: string
  readonly message: string
  readonly next?: string
}

describe.each(STORES)('migrations, backups and the doctor on %s', (store) => {
  let cli: Cli
  beforeEach(async () => {
    cli = await openCli(store)
  })
  afterEach(() => cli[Symbol.asyncDispose]())

  it('migrates up, and down by owner after a yes', async () => {
    const { json, exit } = await cli.json('migrate up')
    expect(exit).toBe(0)
    expect(json.applied.map(({ owner }: { owner: string }) => owner)).toEqual(
      expect.arrayContaining(['engine', 'platform', 'quotes']),
    )
    expect((await cli.run('migrate up')).out).toBe('All tables are up to date.\n')
    const refused = await cli.json('migrate down quotes')
    expect(refused).toMatchObject({ exit: 4, json: { undone: [] } })
    expect(await cli.json('migrate down quotes --count 100 --yes')).toMatchObject({
      exit: 0,
      json: { undone: expect.arrayContaining([expect.objectContaining({ owner: 'quotes' })]) },
    })
    const { items: migrations } = (await cli.json('migrate status')).json
    expect(migrations.find(({ owner }: { owner: string }) => owner === 'quotes')).toMatchObject({ state: 'pending' })
    expect(migrations.find(({ owner }: { owner: string }) => owner === 'engine')).toMatchObject({
      state: 'applied',
      appliedAt: expect.stringMatching(/Z$/),
    })
    const behind = await cli.run('jobs list')
    expect(behind).toMatchObject({ exit: 5, err: expect.stringContaining('run "regie migrate up"') })
    expect((await cli.run('migrate down quotes', { reply: 'yes' })).out).toBe('Nothing of quotes is applied.\n')
    expect((await cli.run('migrate down engines --yes')).exit).toBe(2)
  })

  it('makes, lists and verifies a backup, and finds a damaged one', async () => {
    await cli.run('migrate up')
    expect((await cli.run('backup list')).out).toContain('There is no backup')
    const { json: made, err } = await cli.json('backup run --kind daily')
    expect(err).toBe('')
    expect(made.id).toMatch(/^daily\//)
    expect((await cli.json('backup list')).json.items).toMatchObject([
      { id: made.id, state: 'good', bytes: made.bytes, createdAt: expect.stringMatching(/Z$/) },
    ])
    expect((await cli.run('backup')).out).toContain(made.id)
    for (const name of ['latest', made.id, made.id.split('/')[1], made.path]) {
      expect(await cli.json(`backup verify ${name}`), name).toMatchObject({
        exit: 0,
        json: { good: true, problems: [] },
      })
    }
    const file = (await readdir(made.path)).find((name) => name.startsWith('database'))
    await writeFile(join(made.path, file ?? ''), 'not a database')
    expect(await cli.json(`backup verify ${made.id}`)).toMatchObject({ exit: 1, json: { good: false } })
    expect((await cli.run('backup verify latest')).exit).toBe(3)
    expect((await cli.run(`restore ${made.id} --force`)).exit).toBe(1)
    await rm(made.path, { recursive: true })
    expect((await cli.json('backup rebuild-index')).json.removed).toEqual([made.id])
  })

  it('restores after a yes or with --force, and never without', async () => {
    await cli.run('migrate up')
    const { id } = (await cli.json('jobs enqueue cleanup.logs --delay 1h')).json
    await mkdir(join(cli.dataDir, 'apps', 'quotes'), { recursive: true })
    await writeFile(join(cli.dataDir, 'apps', 'quotes', 'logo.txt'), 'logo')
    await cli.run('backup run')
    await cli.run(`jobs cancel ${id}`)
    await rm(join(cli.dataDir, 'apps'), { recursive: true })

    const nobody = await cli.json('restore latest')
    expect(nobody.exit).toBe(4)
    expect(JSON.parse(nobody.err).error).toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('--force'),
    })
    expect((await cli.run('restore latest', { reply: 'n' })).exit).toBe(4)
    expect((await cli.json(`jobs show ${id}`)).json.state).toBe('cancelled')

    expect((await cli.run('restore latest', { reply: 'y' })).out).toContain('Restored manual/')
    expect((await cli.json(`jobs show ${id}`)).json.state).toBe('scheduled')
    expect(existsSync(join(cli.dataDir, 'apps', 'quotes', 'logo.txt'))).toBe(true)
    const forced = await cli.json('restore latest --yes')
    expect(forced).toMatchObject({ exit: 0, json: { files: 1, keptAside: expect.any(Array) } })
    expect((await cli.run('restore nothing --force')).exit).toBe(3)
  })

  it('does not restore over a process that works', async () => {
    await cli.run('migrate up')
    await cli.run('backup run')
    await using _platform = await cli.open('worker')
    const { exit, err } = await cli.run('restore latest --force')
    expect(err).toMatch(/a process (is using it|uses the database)/)
    expect(exit).toBe(4)
  })

  it('lets the doctor tell what is right, what is odd and what has failed', async () => {
    const fresh = await cli.json('doctor')
    const level = (findings: readonly Finding[], check: string) =>
      findings.find((finding) => finding.check === check)?.level
    expect(level(fresh.json.findings, 'node')).toBe('ok')
    expect(level(fresh.json.findings, 'mail')).toBe('warn')
    expect(fresh.exit).toBe(store === 'SQLite' ? 0 : 1)

    await cli.run('migrate up')
    await cli.run('schedules run')
    await cli.run('backup run')
    const { id } = (
      await cli.json('jobs enqueue quotes.send --input {"quoteId":"01900000-0000-7000-8000-000000000000"}')
    ).json
    await using platform = await cli.open('worker')
    await platform.engine.runs.wait(id)
    const { json, exit } = await cli.json('doctor')
    expect(exit).toBe(0)
    for (const check of ['database', 'migrations', 'clock', 'processes', 'schedules', 'backup', 'data directory']) {
      expect(level(json.findings, check), check).toBe('ok')
    }
    expect(json.findings).toContainEqual(
      expect.objectContaining({ check: 'dead letters', level: 'warn', next: 'regie jobs list --state failed' }),
    )
    // The alert of the failed run comes a moment after its end.
    await expect.poll(async () => level((await cli.json('doctor')).json.findings, 'alerts')).toBe('warn')

    const later = await cli.run('doctor', { later: 2 * 86_400_000 })
    expect(later.exit).toBe(1)
    expect(later.out).toMatch(/FAIL {2}schedules +due and not fired: .*backup\.daily.*\n +→ regie start/)
  })
})

it('says how to make a database that is not there', async () => {
  await using cli = await openCli('SQLite')
  const { exit, err } = await cli.run('jobs list')
  expect(exit).toBe(5)
  expect(err).toMatch(/^regie: there is no database .*regie\.db: "regie start" makes it/)
  expect(existsSync(cli.dataDir)).toBe(false)
})

it('refuses a data folder that is a file, and lets the doctor name the way out', async () => {
  await using cli = await openCli('SQLite')
  await writeFile(cli.dataDir, '')
  const { exit, err } = await cli.run('start')
  expect(exit).toBe(2)
  expect(err).toMatch(/^regie: REGIE_DATA_DIR: .*a file stands in its way/)
  expect(err).not.toContain('at async')
  const { json } = await cli.json('doctor')
  expect(json.findings).toContainEqual(
    expect.objectContaining({ check: 'data directory', level: 'fail', next: expect.stringContaining('name a folder') }),
  )
})

it('says that a database file is damaged, and that a backup mends it', async () => {
  await using cli = await openCli('SQLite')
  await mkdir(cli.dataDir)
  await writeFile(join(cli.dataDir, 'regie.db'), 'no database at all, '.repeat(500))
  const { err } = await cli.run('jobs list')
  expect(err).toMatch(/^regie: the SQLite file .*regie\.db is damaged: put a backup in its place/)
  const { json } = await cli.json('doctor')
  const next = expect.stringContaining('regie backup list')
  expect(json.findings).toContainEqual(expect.objectContaining({ check: 'database', level: 'fail', next }))
})

it('says when the database does not answer, without its password', async () => {
  await using cli = await openCli('SQLite')
  const env = { DATABASE_URL: 'postgres://regie:geheim-1234@127.0.0.1:1/regie' }
  const { exit, err } = await cli.run('queues list', { env })
  expect(exit).toBe(5)
  expect(err).toContain('127.0.0.1:1')
  expect(err).not.toContain('geheim-1234')
  const { json } = await cli.json('doctor', { env })
  expect(json.fail).toBe(1)
})

it('shows what was logged, from the files alone, and follows what is written', async () => {
  await using cli = await openCli('SQLite')
  const at = Date.UTC(2026, 10, 21, 12)
  const line = (seconds: number, level: number, msg: string, fields: object = {}) =>
    `${JSON.stringify({ level, time: at + seconds * 1_000, part: 'shop', ...fields, msg })}\n`
  expect((await cli.run('logs')).out).toContain('REGIE_DATA_DIR names another folder')
  const file = join(cli.dataDir, 'logs/regie-2026-11-21.log')
  await mkdir(join(cli.dataDir, 'logs'), { recursive: true })
  await writeFile(file, line(0, 30, 'opened') + line(1, 50, 'a cup fell', { run: 7 }) + line(2, 30, 'shut\u001b[2J'))
  expect((await cli.run('logs --grep FELL')).out).toMatch(/^2026-11-21 \d\d:00:01 error shop a cup fell run=7\n$/)
  expect((await cli.run('logs --limit 1')).out).toMatch(/older ones.*\n.*shut\\x1b\[2J\n$/)
  const since = ['logs', '--since', '2026-11-21T12:00:01Z', '--until', '2026-11-21T12:00:02Z']
  expect((await cli.json(since)).json).toEqual({ items: [expect.objectContaining({ run: 7 })], more: false })
  expect((await cli.run('logs --level error --run 8')).out).toBe('No line matches.\n')
  expect(await cli.run('logs --since yesterday')).toMatchObject({ exit: 2 })
  const following = cli.run('logs --follow --part shop', { interruptAt: 'opened again' })
  await appendFile(file, line(3, 40, 'opened again'))
  const { out, exit } = await following
  const told = [...out.matchAll(/shop (opened again|opened|a cup|shut)/g)].map(([, what]) => what)
  expect({ told, exit }).toEqual({ told: ['opened', 'a cup', 'shut', 'opened again'], exit: 0 })
})
