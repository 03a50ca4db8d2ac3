import { userInfo } from 'node:os'
import { quotes } from '@regie/quotes'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cli, openCli, STORES } from './cli.ts'

describe.each(STORES)('the audit log at the command line, on %s', (store) => {
  let cli: Cli
  const actions = async (options = '') =>
    (await cli.json(`audit search${options}`)).json.items.map(({ action }: { action: string }) => action)

  beforeAll(async () => {
    cli = await openCli(store)
    expect((await cli.run('migrate up')).exit).toBe(0)
  })
  afterAll(() => cli[Symbol.asyncDispose]())

  it('has an entry for each command that changes something, with the user of the machine', async () => {
    await using platform = await cli.open('scheduler')
    await cli.run('queues pause default')
    await cli.run('queues resume default')
    await cli.run('jobs enqueue backup.rebuild-index')
    const [run] = (await platform.engine.runs.search()).runs
    await cli.run(`jobs cancel ${run?.id} --reason enough`)
    await cli.run('schedules pause backup.daily')
    await cli.run('backup run')
    expect(await actions()).toEqual([
      ...[
        'backup.run',
        'schedules.pause',
        'runs.cancel',
        'runs.enqueue',
        'queues.resume',
        'queues.pause',
        'migrate.up',
      ],
    ])
    const { items: entries } = (await cli.json('audit search --action runs.cancel')).json
    expect(entries).toMatchObject([
      {
        actor: { kind: 'operator', id: userInfo().username },
        object: { type: 'run', id: String(run?.id) },
        after: { id: String(run?.id), reason: 'enough' },
      },
    ])
    expect((await cli.run('audit search --object queue:default')).out).toContain('queues.pause')
  })

  it('has none for what was refused, or only looked', async () => {
    const before = await actions()
    await cli.run('jobs list')
    await cli.run('jobs cancel 4711')
    await cli.run('queues pause nowhere')
    await cli.run('audit search')
    expect(await actions()).toEqual(before)
  })

  it('says of a change that failed how far it came, and nothing of one that did nothing', async () => {
    const before = await actions()
    const stuck = { ...quotes, migrations: mapValues(quotes.migrations, ({ up }) => ({ up })) }
    const refused = await cli.run('migrate down quotes --yes', { apps: [stuck] })
    expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('has no way down') })
    expect(await actions()).toEqual(before)

    const names = Object.keys(quotes.migrations).toSorted()
    const last = names.at(-1) ?? ''
    const halfway = { ...quotes, migrations: { ...stuck.migrations, [last]: quotes.migrations[last] as Migration } }
    const begun = await cli.run('migrate down quotes --count 2 --yes', { apps: [halfway] })
    expect(begun).toMatchObject({ exit: 1, err: expect.stringContaining('has no way down') })
    const broken = { up: () => Promise.reject(new Error('there is no such table')) }
    const worse = { ...quotes, migrations: { ...quotes.migrations, '9999-broken': broken } }
    expect((await cli.run('migrate up', { apps: [worse] })).exit).toBe(1)
    expect((await cli.json('audit search --action migrate.down')).json.items).toMatchObject([
      { after: { failed: 'MIGRATION_FAILED' } },
      { after: { owner: 'quotes', count: 2 } },
    ])
    const [entry] = (await cli.json('audit search --action migrate.up')).json.items
    expect(entry.after).toEqual({ applied: [{ owner: 'quotes', name: last }], failed: 'MIGRATION_FAILED' })
  })

  it('is exported as lines of JSON or CSV, and says so', async () => {
    const { out } = await cli.run('audit export --action queues.*')
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).action),
    ).toEqual(['queues.resume', 'queues.pause'])
    expect((await cli.run('audit export --format csv')).out).toContain(',queues.pause,queue,default,')
    expect(await actions(' --action audit.*')).toEqual(['audit.export', 'audit.export'])
    expect((await cli.run('audit export --from yesterday')).exit).toBe(2)
  })

  it('is verified, also after a restore, and tampering ends with 1', async () => {
    await using platform = await cli.open('scheduler')
    await platform.audit.seal()
    expect(await cli.run('audit verify')).toMatchObject({ exit: 0, out: expect.stringContaining('is whole') })
    const { database } = platform
    await (store === 'SQLite'
      ? sql`drop trigger platform_audit_update`
      : sql`alter table platform_audit disable trigger all`
    ).execute(database.kysely())
    await sql`update platform_audit set action = 'queues.list' where seq = 2`.execute(database.kysely())
    expect(await cli.run('audit verify')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('modified: the entry 2'),
    })
    expect((await cli.json('audit verify')).json).toMatchObject({
      ok: false,
      problems: [{ fault: 'modified', sequence: 2 }],
    })
    await platform.stop()
    expect((await cli.run('restore latest --force')).exit).toBe(0)
    const restored = await cli.json('audit verify')
    expect(restored.json).toMatchObject({ ok: true, notes: [expect.stringContaining('a restore on')] })
    expect(await actions(' --action restore')).toEqual(['restore'])
  })
})

function mapValues<T, U>(table: Readonly<Record<string, T>>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, make(value)]))
}
