import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cli, openCli, STORES } from './cli.ts'

const DAY_MS = 86_400_000
const TASKS = [
  'backup.daily',
  'backup.monthly',
  'backup.rebuild-index',
  'backup.weekly',
  'cleanup.logs',
  'cleanup.stuck-operations',
  'cleanup.temporary-files',
  'privacy.purge',
  'quotes.notify',
  'quotes.weekly-summary',
]

describe.each(STORES)('queues, schedules, workers and alerts on %s', (store) => {
  let cli: Cli
  beforeAll(async () => {
    // A Thursday: how many of the tasks that were due during a day are still made up for depends on the hour.
    cli = await openCli(store, undefined, { at: '2026-11-26T10:00:00Z' })
    expect((await cli.run('migrate up')).exit).toBe(0)
  })
  afterAll(() => cli[Symbol.asyncDispose]())

  it('pauses and resumes a queue', async () => {
    expect((await cli.json('queues')).json.items).toMatchObject([{ name: 'default', running: 0 }])
    expect((await cli.run(['queues', 'pause', 'default', '--reason', 'a test'])).out).toContain(
      'regie queues resume default',
    )
    expect((await cli.run('queues list')).out).toContain('a test')
    expect((await cli.json('queues list')).json.items[0].pausedAt).toMatch(/^\d{4}-.*Z$/)
    expect((await cli.run('queues resume default')).exit).toBe(0)
    expect((await cli.json('queues list')).json.items[0].pausedAt).toBeUndefined()
    expect((await cli.run('queues pause mail')).exit).toBe(3)
  })

  it('knows the schedules once the code has been reconciled, and fires nothing before its time', async () => {
    expect((await cli.run('schedules list')).out).toContain('No schedule is known yet')
    expect(await cli.json('schedules run')).toMatchObject({ exit: 0, json: { runIds: [] } })
    const { items: schedules } = (await cli.json('schedules list')).json
    expect(schedules.map(({ name }: { name: string }) => name)).toEqual(TASKS)
    const { out } = await cli.run('schedules list')
    expect(out).toMatch(/backup\.daily +every day at 02:30 +Europe\/Paris/)
  })

  it('shows the next slots of one schedule and of all', async () => {
    const one = (await cli.json('schedules next backup.daily --limit 3')).json.items
    expect(one).toHaveLength(3)
    expect(Date.parse(one[0].slot)).toBe(Date.parse('2026-11-27T01:30:00Z'))
    const all = (await cli.json('schedules next --count 20')).json.items.map(({ slot }: { slot: string }) => slot)
    expect(all).toEqual(all.toSorted())
    expect((await cli.run('schedules next')).out).toContain('cleanup.stuck-operations')
    expect((await cli.run('schedules next nothing')).exit).toBe(3)
  })

  it('runs a schedule now, once per call, and keeps it in the history', async () => {
    const first = (await cli.json('schedules run cleanup.logs')).json.runIds
    const worked = await cli.json('schedules run cleanup.logs --work')
    expect(worked).toMatchObject({ exit: 0, json: { runs: [{ job: 'cleanup.logs', state: 'succeeded' }] } })
    const { items: slots } = (await cli.json('schedules history cleanup.logs')).json
    expect(slots.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['manual', 'manual'])
    expect(slots.map(({ runId }: { runId: number }) => runId)).toContain(first[0])
    expect((await cli.run('schedules history cleanup.logs')).out).toMatch(/^SLOT +OUTCOME +HANDLED +RUN +STATE +TOOK\n/)
    expect((await cli.run('schedules history quotes.notify')).out).toBe('quotes.notify has had no slot yet.\n')
  })

  it('runs the schedule of an app for every organisation, and for one', async () => {
    const made = await cli.json('organisations create Second --owner owner@second.example')
    const { id: org } = made.json
    expect((await cli.json('schedules run quotes.notify')).json.runIds).toHaveLength(2)
    expect((await cli.json(`schedules run quotes.notify --org ${org}`)).json.runIds).toHaveLength(1)
    const { items: slots } = (await cli.json('schedules history quotes.notify')).json
    expect(slots.map((slot: { org: string }) => slot.org).toSorted()).toEqual([org, org, 'main'].toSorted())
    expect((await cli.json(`schedules history quotes.notify --org main`)).json.items).toHaveLength(1)
    expect((await cli.run('schedules history quotes.notify')).out).toMatch(
      /^SLOT +ORG +OUTCOME +HANDLED +RUN +STATE +TOOK\n/,
    )
    expect((await cli.run('schedules list')).out).toMatch(/quotes\.notify .* each organisation/)
    expect((await cli.run('schedules run quotes.notify --org nobody')).exit).toBe(2)
    expect((await cli.run(`schedules run cleanup.logs --org ${org}`)).exit).toBe(2)
  })

  it('fires a due slot once, however often a crontab asks', async () => {
    const held = await cli.json(['schedules', 'pause', 'quotes.notify', '--reason', 'prices are wrong'])
    expect(held.json).toMatchObject({ pausedAt: expect.stringMatching(/Z$/), pausedReason: 'prices are wrong' })
    const first = await cli.json('schedules run', { later: DAY_MS })
    expect(first.exit).toBe(0)
    const { items: runs } = (await cli.json('jobs list --limit 20')).json
    const fired = runs.filter(({ id }: { id: number }) => first.json.runIds.includes(id))
    expect(fired.map(({ job }: { job: string }) => job).toSorted()).toEqual([
      'backup.daily',
      'backup.rebuild-index',
      'cleanup.stuck-operations',
      'cleanup.temporary-files',
      'privacy.purge',
    ])
    expect((await cli.json('schedules run', { later: DAY_MS })).json.runIds).toEqual([])
    const { items: slots } = (await cli.json('schedules history backup.daily')).json
    expect(slots.filter(({ outcome }: { outcome: string }) => outcome !== 'missed')).toHaveLength(1)
    const paused = (await cli.json('schedules history quotes.notify')).json.items
    expect(paused.filter(({ outcome }: { outcome: string }) => outcome !== 'manual')).toEqual([])
    expect((await cli.run('schedules resume quotes.notify')).out).toContain('Its next slot is')
  })

  it('lists the processes that run jobs', async () => {
    expect((await cli.run('workers')).out).toBe('No process runs jobs.\n→ regie start\n')
    await using _platform = await cli.open('worker')
    const { items: workers } = (await cli.json('workers')).json
    expect(workers).toMatchObject([{ alive: true, queues: ['default'] }])
    expect((await cli.run('workers')).out).toContain('alive')
    const [{ epoch }] = workers
    expect((await cli.run(`workers drain ${epoch}`)).out).toMatch(/it has \d+ runs? to end/)
    await expect.poll(async () => (await cli.run('workers')).out).toContain('drained')
    expect((await cli.json(`workers resume ${epoch}`)).json).toEqual({ epoch, draining: false })
    expect((await cli.run('workers')).out).toContain('alive')
    expect((await cli.run('workers drain 999999')).exit).toBe(3)
    expect((await cli.run('workers drain first')).exit).toBe(2)
  })

  it('asks why, in one line, and for a name that can be read', async () => {
    const silence = ['alerts', 'silence', 'job:quotes.*', '--for', '2h']
    for (const why of [
      [],
      ['--reason', ''],
      ['--reason', ' '],
      ['--reason', 'a\u001b[2Kb'],
      ['--reason', 'x'.repeat(501)],
    ])
      expect((await cli.run([...silence, ...why])).exit).toBe(2)
    for (const line of [
      ['alerts', 'silence', ' ', '--for', '2h', '--reason', 'why'],
      ['queues', 'pause', 'default', '--reason', '\n'],
      ['views', 'save', 'runs', 'a\u202eb'],
      ['views', 'save', 'runs', 'long', '--filter', 'x'.repeat(2_001)],
      ['keys', 'create', 'x'.repeat(121), '--permissions', 'runs.read'],
      ['organisations', 'create', ' ', '--owner', 'ada@example.com'],
    ])
      expect({ line, exit: (await cli.run(line)).exit }).toEqual({ line, exit: 2 })
    expect((await cli.run([...silence, '--reason', 'the server moves'])).exit).toBe(0)
    expect((await cli.run('alerts silences')).out).toContain('the server moves')
  })

  it('lists alerts and resolves one by its key or its id', async () => {
    await using platform = await cli.open()
    const alert = { severity: 'critical' as const, title: 'The job backup.daily failed', detail: 'No space left.' }
    await platform.alerts.raise({ key: 'job:backup.daily', ...alert })
    await platform.alerts.raise({ key: 'job:quotes.send', ...alert })
    expect((await cli.run('alerts')).out).toContain('job:backup.daily')
    expect((await cli.run('alerts resolve job:backup.daily')).out).toBe('The alert job:backup.daily is resolved.\n')
    const open = (await cli.json('alerts list')).json.items.filter(({ key }: { key: string }) => key.startsWith('job:'))
    expect(open).toMatchObject([{ key: 'job:quotes.send', count: 1 }])
    expect((await cli.json(`alerts resolve ${open[0].id}`)).json.resolvedAt).toMatch(/Z$/)
    expect((await cli.json('alerts list --all')).json.items.length).toBeGreaterThanOrEqual(2)
    expect((await cli.run('alerts resolve job:backup.daily')).exit).toBe(3)
  })
})
