import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ERASED, event, projection } from '@regie/engine'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { openTestPlatform, STORES, type TestPlatform } from '../app/platform.testing.ts'
import type { Environment } from '../config/parse.ts'
import { createBackup } from './create.ts'
import { ERASURES, readErasures } from './erasures.ts'
import { restoreBackup } from './restore.ts'
import { migrateSets } from './staging.ts'

const signed = event({
  name: 'lease.signed',
  data: z.object({ name: z.string(), rooms: z.int() }),
  personal: ['/name'],
})

const lease: AnyApp = {
  id: 'lease',
  title: 'Leases',
  config: z.object({}),
  migrations: {},
  jobs: [],
  schedules: [],
  routes: [],
  personalData: [],
  stuckOperations: [],
  workflows: [],
  reactions: [],
  checks: [],
  slos: [],
  pages: [],
  roles: {},
  permissions: {},
  events: [signed],
  projections: [
    projection<{ lease_tenant: { org_id: string; name: string } }, readonly [typeof signed]>({
      name: 'lease.tenants',
      version: 1,
      mode: 'inline',
      events: [signed],
      tables: ['lease_tenant'],
      create: async (db) =>
        void (await db.schema
          .createTable('lease_tenant')
          .addColumn('org_id', 'text')
          .addColumn('name', 'text')
          .execute()),
      apply: async (tx, events) =>
        void (await tx.db
          .insertInto('lease_tenant')
          .values(events.map(({ org, data }) => ({ org_id: org, name: data.name })))
          .execute()),
    }),
  ],
}

const PERSON_KEY = Buffer.alloc(32, 3).toString('base64')

const openLeases = (store: (typeof STORES)[number], more: Parameters<typeof openTestPlatform>[0] = {}) =>
  openTestPlatform({ store, apps: [lease], ...more, env: { REGIE_PERSON_KEY: PERSON_KEY, ...more.env } })

/** Two tenants in the database and in a backup of it. */
async function backedUp({ platform }: TestPlatform): Promise<string> {
  await platform.start()
  const { engine, config, runLogs } = platform
  await engine.append('lease-1', 'new', [
    signed.with({ name: 'Ada', rooms: 3 }, { person: 'ada' }),
    signed.with({ name: 'Bob', rooms: 2 }, { person: 'bob' }),
  ])
  const log = runLogs.logger(platform.log, { id: 7, org: 'main', attempt: 1 })
  log.info({ tenant: 'ada' }, 'rent of one')
  log.info({ tenant: 'bob' }, 'rent of another')
  await runLogs.flush()
  const backupDir = join(config.dataDir, 'backups')
  return (await createBackup({ source: engine.database.source, backupDir, kind: 'manual' })).path
}

function restoring({ platform: { config, migrationSets } }: TestPlatform, folder: string) {
  const backupDir = join(config.dataDir, 'backups')
  const migrate = migrateSets(migrationSets)
  return restoreBackup({ folder, target: config.database, dataDir: config.dataDir, backupDir, migrate, force: true })
}

/** The same place again, as after a restart. */
function reopened({ platform }: TestPlatform, env: Environment = {}): Promise<TestPlatform> {
  const { database, dataDir } = platform.config
  const url = database.kind === 'postgres' ? { DATABASE_URL: database.url } : {}
  return openLeases('SQLite', { env: { REGIE_DATA_DIR: dataDir, ...url, ...env } })
}

async function namesIn({ platform: { engine } }: TestPlatform): Promise<readonly unknown[]> {
  return (await engine.events.read('lease-1')).map(({ data }) => (data as { readonly name: string }).name)
}

/** What a run has logged. */
async function linesIn({ platform: { runLogs } }: TestPlatform): Promise<readonly string[]> {
  const { lines } = await runLogs.read({ org: 'main', run: 7 }, { limit: 10 })
  return lines.map(({ message }) => message)
}

async function tenantsIn({ platform: { engine } }: TestPlatform): Promise<readonly string[]> {
  await engine.projections.wait('lease.tenants')
  const { rows } = await sql<{ name: string }>`select name from lease_tenant`.execute(engine.database.kysely())
  return rows.map(({ name }) => name).toSorted()
}

describe.each(STORES)('whoever was forgotten, on %s', { timeout: 60_000 }, (store) => {
  test('is not mixed up with others: another key than the one before is refused until that one is named', async () => {
    await using world = await openLeases(store)
    await backedUp(world)
    await world.platform.stop()
    const key = Buffer.alloc(32, 4).toString('base64')
    await using wrong = await reopened(world, { REGIE_PERSON_KEY: key })
    await expect(wrong.platform.start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/another key than REGIE_PERSON_KEY: .* add that one to REGIE_FORMER_PERSON_KEYS$/),
    })
    await using replaced = await reopened(world, { REGIE_PERSON_KEY: key, REGIE_FORMER_PERSON_KEYS: PERSON_KEY })
    await replaced.platform.start()
    expect(await namesIn(replaced)).toEqual(['Ada', 'Bob'])
  })

  test('stays forgotten in a restored backup that still knew them, and in what is made from events', async () => {
    await using world = await openLeases(store)
    const folder = await backedUp(world)
    expect(await tenantsIn(world)).toEqual(['Ada', 'Bob'])
    expect(await linesIn(world)).toEqual(['rent of one', 'rent of another'])
    await world.platform.engine.events.forget('ada')
    await world.platform.stop()

    expect(await restoring(world, folder)).toMatchObject({ erased: 1, unreadable: [] })
    await using again = await reopened(world)
    await again.platform.start()
    expect(await namesIn(again)).toEqual([ERASED, 'Bob'])
    await again.platform.runLogs.carryOut()
    expect(await linesIn(again)).toEqual(['rent of another'])
    expect(await tenantsIn(again)).toEqual(['Bob', ERASED])
    const { engine } = again.platform
    const written = engine.append('lease-1', 'any', signed.with({ name: 'Ada', rooms: 1 }, { person: 'ada' }))
    await expect(written).rejects.toMatchObject({ code: 'PERSON_FORGOTTEN' })
    const keys = await sql<{ key: string }>`select key from engine_person_key where person = 'ada'`.execute(
      engine.database.kysely(),
    )
    expect(keys.rows[0]?.key).toMatch(/^0+$/)
    if (again.platform.config.database.kind === 'sqlite')
      expect((await readFile(again.platform.config.database.path)).includes('Ada')).toBe(false)
  })

  test('stays forgotten when the list is lost, for the replaced database knows them; and the list is there again', async () => {
    await using world = await openLeases(store)
    const folder = await backedUp(world)
    await world.platform.engine.events.forget('ada')
    await world.platform.stop()
    const backupDir = join(world.platform.config.dataDir, 'backups')
    await rm(join(backupDir, ERASURES))

    expect(await restoring(world, folder)).toMatchObject({ erased: 1 })
    expect((await readErasures(backupDir)).erasures).toMatchObject([{ org: 'main', person: 'ada' }])
    await using again = await reopened(world)
    expect(await namesIn(again)).toEqual([ERASED, 'Bob'])
  })

  test('stays forgotten on another machine that was given the folder of backups', async () => {
    await using world = await openLeases(store)
    const folder = await backedUp(world)
    await world.platform.engine.events.forget('ada')
    const elsewhere = await mkdtemp(join(tmpdir(), 'regie-elsewhere-'))
    await cp(join(world.platform.config.dataDir, 'backups'), elsewhere, { recursive: true })
    await using other = await openLeases(store)
    await other.platform.stop()

    const [kind = '', name = ''] = folder.split('/').slice(-2)
    expect(await restoring(other, join(elsewhere, kind, name))).toMatchObject({ erased: 1 })
    const backupDir = join(other.platform.config.dataDir, 'backups')
    expect((await readErasures(backupDir)).erasures).toMatchObject([{ person: 'ada' }])
    // As the refusal to start without them says.
    for (const file of ['secret', 'audit/key'])
      await cp(join(world.platform.config.dataDir, file), join(other.platform.config.dataDir, file))
    await using again = await reopened(other)
    await again.platform.start()
    expect(await namesIn(again)).toEqual([ERASED, 'Bob'])
    expect(await tenantsIn(again)).toEqual(['Bob', ERASED])
    await rm(elsewhere, { recursive: true })
  })

  test('is on the list by the next start, and by the next backup, when a process died before it said so', async () => {
    await using world = await openLeases(store)
    await backedUp(world)
    const { config, engine } = world.platform
    const path = join(config.dataDir, 'backups', ERASURES)
    await engine.events.forget('ada')
    await rm(path)
    const { id } = await engine.enqueue(world.platform.backups.manual, {})
    expect((await engine.runs.wait(id)).state).toBe('succeeded')
    expect(await readFile(path, 'utf8')).toContain('"person":"ada"')
    await rm(path)
    await world.platform.stop()
    await using again = await reopened(world)
    await again.platform.start()
    expect(await readFile(path, 'utf8')).toContain('"person":"ada"')
  })
})

test('without a key, an app with events about persons makes one for this machine alone', async () => {
  await using world = await openTestPlatform({ apps: [lease] })
  expect(await readFile(join(world.folder, 'persons', 'key'), 'utf8')).toMatch(/^\S{43}=\n$/)
  const env = { REGIE_PUBLIC_URL: 'https://regie.example.com', REGIE_SECRET: PERSON_KEY }
  await expect(openTestPlatform({ apps: [lease], env })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/REGIE_PERSON_KEY is not set.*lease\.signed.*openssl rand -base64 32/),
  })
  // Where one was made, a new one would open nothing.
  const there = { ...env, REGIE_DATA_DIR: world.folder }
  await expect(openTestPlatform({ apps: [lease], env: there })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/set it to what .*persons\/key holds/),
  })
})

test('the key of persons is not in the log, whoever writes it there', async () => {
  await using world = await openLeases('SQLite')
  world.platform.log.warn({ config: world.platform.config, key: PERSON_KEY }, `the key is ${PERSON_KEY}`)
  expect(world.lines.join('')).toContain('the key is [hidden]')
  expect(world.lines.join('')).not.toContain(PERSON_KEY)
})
