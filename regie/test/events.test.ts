import { event, job, projection, reaction } from '@regie/engine'
import type { AnyApp, Platform } from '@regie/platform'
import { quotes } from '@regie/quotes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Cli, openCli, STORES } from './cli.ts'

const moved = event({ name: 'bank.moved', data: z.object({ amount: z.int() }) })
const opened = event({ name: 'bank.opened', data: z.object({ owner: z.string() }) })
const greet = job({ name: 'bank.greet', input: z.object({ owner: z.string() }), run: () => {} })
const trouble = { cause: true }

const bank: AnyApp = {
  id: 'bank',
  title: 'Bank',
  config: z.object({}),
  migrations: {},
  jobs: [greet],
  schedules: [],
  routes: [],
  personalData: [],
  stuckOperations: [],
  workflows: [],
  checks: [],
  slos: [],
  pages: [],
  roles: {},
  permissions: {},
  events: [moved, opened],
  projections: [
    projection({
      name: 'bank.total',
      version: 1,
      mode: 'async',
      events: [moved],
      tables: ['bank_total'],
      create: async (db) =>
        void (await db.schema
          .createTable('bank_total')
          .addColumn('org_id', 'text')
          .addColumn('amount', 'bigint')
          .execute()),
      async apply(_, events) {
        if (trouble.cause && events.some(({ data }) => data.amount === 13)) throw new RangeError('unlucky')
      },
    }),
  ],
  reactions: [
    reaction({ name: 'bank.welcome', events: [opened], job: greet, input: ({ data }) => ({ owner: data.owner }) }),
  ],
}

describe.each(STORES)('events and projections on %s', (store) => {
  let cli: Cli
  let platform: Platform
  const typing = { apps: [quotes, bank] }
  beforeAll(async () => {
    trouble.cause = true
    cli = await openCli(store, typing.apps)
    expect((await cli.run('migrate up', typing)).exit).toBe(0)
    platform = await cli.open('worker')
    await platform.engine.append('account-1', 'new', [opened.with({ owner: 'Ada' }), moved.with({ amount: 5 })])
    await platform.engine.append('account-2', 'new', moved.with({ amount: 7 }))
  })
  afterAll(async () => {
    await platform?.stop()
    await cli[Symbol.asyncDispose]()
  })

  it('lists streams by their beginning', async () => {
    const { items: streams } = (await cli.json('events streams --prefix account-', typing)).json
    expect(streams).toMatchObject([
      { name: 'account-1', version: 2, state: 'open', createdAt: expect.stringMatching(/Z$/) },
      { name: 'account-2', version: 1 },
    ])
    expect((await cli.run('events streams --prefix account-', typing)).out).toMatch(/^STREAM +EVENTS +STATE/)
    expect((await cli.run('events streams --prefix nothing', typing)).out).toBe('No stream matches.\n')
    expect((await cli.json('events', typing)).json).toEqual((await cli.json('events streams', typing)).json)
    const page = await cli.run('events streams --limit 1', typing)
    expect(page.out).toContain('There are more: --after account-1\n')
  })

  it('shows the events of a stream', async () => {
    const { out } = await cli.run('events show account-1', typing)
    expect(out).toMatch(/1 +\d+ +[\d-]+ [\d:]+ +bank\.opened +{"owner":"Ada"}\n/)
    const { json } = await cli.json('events show account-1 --after 1', typing)
    expect(json.events).toMatchObject([{ version: 2, type: 'bank.moved', data: { amount: 5 } }])
    expect((await cli.run('events show account-1 --limit 1', typing)).out).toContain('There are more: --after 1\n')
    expect(await cli.run('events show account-9', typing)).toMatchObject({ exit: 3, out: '' })
  })

  it('writes the whole store as lines, from any place of it', async () => {
    const lines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    const all = lines((await cli.run('events replay', typing)).out)
    expect(all.map(({ stream, version }) => `${stream} ${version}`)).toEqual([
      'account-1 1',
      'account-1 2',
      'account-2 1',
    ])
    const rest = await cli.run(`events replay --after ${all[0].cursor}`, typing)
    expect(lines(rest.out)).toEqual(all.slice(1))
    expect(lines((await cli.run('events replay --type bank.moved --limit 1', typing)).out)).toEqual([all[1]])
    expect((await cli.json('events replay --count --prefix account-1', typing)).json).toEqual({ events: 2 })
    expect(await cli.run('events replay --type bank.move', typing)).toMatchObject({
      exit: 2,
      err: expect.stringContaining('did you mean bank.moved?'),
    })
    expect(await cli.run('events replay --after 0-1200', typing)).toMatchObject({
      exit: 2,
      err: expect.stringContaining('pass the cursor of an earlier line'),
    })
  })

  it('makes what an app declares work: its projection follows, its reaction enqueues', async () => {
    await platform.engine.projections.wait('bank.total')
    // Reactions follow the events at a pace of their own.
    await expect
      .poll(async () => (await cli.json('jobs list --job bank.greet', typing)).json.items)
      .toMatchObject([{ input: { owner: 'Ada' } }])
    const { items: projections } = (await cli.json('projections', typing)).json
    expect(projections).toMatchObject([
      { name: 'bank.total', mode: 'async', serving: { state: 'live', behind: 0, version: 1 } },
      { name: 'quotes.history', mode: 'inline' },
    ])
    expect((await cli.run('projections list', typing)).out).toMatch(/bank\.total +async +1 +live +0/)
  })

  it('builds a projection anew and waits for it', async () => {
    const { json, exit } = await cli.json('projections rebuild bank.total', typing)
    expect(exit).toBe(0)
    expect(json.serving.generation).toBe(2)
    expect(await cli.run('projections rebuild bank.totals', typing)).toMatchObject({
      exit: 3,
      err: expect.stringContaining('bank.total'),
    })
  })

  it('shows what a projection stumbles over, and lets it go on', async () => {
    await platform.engine.append('account-3', 'new', moved.with({ amount: 13 }))
    await expect
      .poll(async () => (await cli.run('projections list', typing)).out)
      .toMatch(/bank\.total +async +1 +failing +1 .*RangeError: unlucky, since \d{4}-/)
    trouble.cause = false
    expect((await cli.run('projections resume bank.total', typing)).out).toBe('bank.total goes on.\n')
    await platform.engine.projections.wait('bank.total')
  })

  it('says so when no worker is there to build', async () => {
    await platform.stop()
    const { out, exit } = await cli.run('projections rebuild bank.total', typing)
    expect([exit, out]).toEqual([0, expect.stringContaining('No worker is running')])
    expect((await cli.run('projections list', typing)).out).toMatch(
      /building .* 0 of 4 events; no worker drives it since /,
    )
  })

  it('comes back from a backup with its events, and with projections that serve', async () => {
    expect((await cli.run('backup run', typing)).exit).toBe(0)
    expect(await cli.run('restore latest --force', typing)).toMatchObject({ exit: 0 })
    platform = await cli.open('worker')
    await platform.engine.projections.wait('bank.total')
    const { serving } = await platform.engine.projections.get('bank.total')
    expect(serving).toMatchObject({ state: 'live', behind: 0 })
    await expect.poll(async () => (await platform.engine.projections.get('quotes.history')).serving?.state).toBe('live')
  }, 60_000)
})
