import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { event, projection } from '@regie/engine'
import type { AnyApp } from '@regie/platform'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCli, STORES } from './cli.ts'

const signed = event({ name: 'lease.signed', data: z.object({ name: z.string() }), personal: ['/name'] })
const trouble = { cause: false }

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
    projection({
      name: 'lease.count',
      version: 1,
      mode: 'async',
      events: [signed],
      tables: ['lease_count'],
      create: async (db) =>
        void (await db.schema
          .createTable('lease_count')
          .addColumn('org_id', 'text')
          .addColumn('n', 'bigint')
          .execute()),
      async apply() {
        if (trouble.cause) throw new RangeError('unlucky')
      },
    }),
  ],
}

const typing = { apps: [lease], env: { REGIE_PERSON_KEY: Buffer.alloc(32, 5).toString('base64') } }

interface Finding {
  readonly check: string
  readonly level: string
  readonly message: string
  readonly next?: string
}

describe.each(STORES)('forgetting a person on %s', { timeout: 60_000 }, (store) => {
  it('takes a yes, outlives a restore, and is what the doctor compares with the list', async () => {
    await using cli = await openCli(store, [lease])
    await cli.run('migrate up', typing)
    {
      await using platform = await cli.open('api', typing.env)
      await platform.engine.append('lease-1', 'new', signed.with({ name: 'Ada' }, { person: 'ada' }))
    }
    expect((await cli.run('backup run', typing)).exit).toBe(0)
    const shown = async () => (await cli.json('events show lease-1', typing)).json.events[0].data.name
    expect(await cli.run('events forget ada', typing)).toMatchObject({
      exit: 4,
      out: expect.stringContaining('Forget ada of main for ever?'),
    })
    expect((await cli.run('events forget ada', { ...typing, reply: 'n' })).exit).toBe(4)
    expect(await shown()).toBe('Ada')
    expect(await cli.run('events forget ada --yes', typing)).toMatchObject({
      exit: 0,
      out: 'ada of main is forgotten.\n→ regie projections rebuild lease.count\n',
    })
    expect(await shown()).toBe('[erased]')

    const restored = await cli.run('restore latest --force', typing)
    expect([restored.exit, restored.out]).toEqual([0, expect.stringContaining('1 person the backup still knew')])
    expect(await shown()).toBe('[erased]')
    expect((await cli.json('events forget ada --yes', typing)).json).toMatchObject({ before: true })

    const path = join(cli.dataDir, 'backups/erasures.jsonl')
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2)
    const erasures = async () => findings((await cli.json('doctor', typing)).json, 'erasures')
    expect(await erasures()).toMatchObject([{ level: 'ok' }])
    await rm(path)
    expect(await erasures()).toMatchObject([{ level: 'warn', next: 'regie backup run adds them' }])
    await cli.run('backup run', typing)
    await appendFile(path, 'half a li')
    expect(await erasures()).toMatchObject([{ level: 'warn', message: `${path}:2 cannot be read` }, { level: 'ok' }])
  })

  it('lets the doctor name a projection that cannot go on, with its error and the way out', async () => {
    await using cli = await openCli(store, [lease])
    await using platform = await cli.open('worker', typing.env)
    const projections = async () => findings((await cli.json('doctor', typing)).json, 'projections')
    await expect.poll(projections).toMatchObject([{ level: 'ok' }])
    trouble.cause = true
    await platform.engine.append('lease-1', 'new', signed.with({ name: 'Ada' }, { person: 'ada' }))
    await expect.poll(async () => (await platform.engine.projections.get('lease.count')).serving?.state).toBe('failing')
    expect(await projections()).toMatchObject([
      {
        level: 'warn',
        message: expect.stringMatching(/^lease\.count stumbles and tries again: event 1: RangeError: unlucky/),
        next: 'correct the cause, then regie projections resume lease.count',
      },
    ])
    trouble.cause = false
  })
})

it('without a key and open to others, says which setting is missing instead of starting', async () => {
  await using cli = await openCli('SQLite', [lease])
  const { exit, err } = await cli.run('start', {
    apps: [lease],
    env: { REGIE_PUBLIC_URL: 'https://regie.example.com', REGIE_SECRET: Buffer.alloc(32, 5).toString('base64') },
  })
  expect(exit).toBe(2)
  expect(err).toMatch(/^regie: REGIE_PERSON_KEY is not set.*lease\.signed/)
  expect(err).not.toContain('at async')
})

function findings(answer: { readonly findings: readonly Finding[] }, check: string): readonly Finding[] {
  return answer.findings.filter((finding) => finding.check === check)
}
