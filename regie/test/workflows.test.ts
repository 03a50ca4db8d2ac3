import type { AnyApp } from '@regie/platform'
import { builders, type Scope } from '@regie/platform'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Cli, openCli, STORES, type Typing } from './cli.ts'

const { defineApp, signal, workflow } = builders<Scope>('shop')
const approved = signal({ name: 'approved', payload: z.object({ by: z.string() }) })
let broken = true

const order = workflow({
  name: 'order',
  input: z.object({ number: z.string() }),
  signals: [approved],
  async run(wf, { number }) {
    const { org } = await wf.step('reserve', (ctx) => ({ org: ctx.org }), { undo: () => {} })
    const answer = await wf.wait(approved, { key: number, name: 'approval' })
    return wf.step(
      'pay',
      () => {
        if (broken) throw new Error('the bank is closed')
        return `${number} for ${org} by ${answer?.by}`
      },
      { retry: { attempts: 1 } },
    )
  },
})

const shop = (workflows: readonly (typeof order)[]): AnyApp =>
  defineApp({
    title: 'Shop',
    config: z.object({}),
    migrations: {},
    routes: [],
    jobs: [],
    workflows,
    schedules: [],
    personalData: [],
    stuckOperations: [],
    events: [],
    projections: [],
    reactions: [],
    checks: [],
    slos: [],
    pages: [],
    roles: {},
    permissions: {},
  })

describe.each(STORES)('regie workflows on %s', (store) => {
  const apps = [shop([order])]
  const typing: Typing = { apps }
  let cli: Cli
  beforeAll(async () => {
    cli = await openCli(store, apps)
    expect((await cli.run('migrate up', typing)).exit).toBe(0)
  })
  afterAll(() => cli[Symbol.asyncDispose]())

  /** Begins an order, and works until it waits for its approval. */
  async function begin(number: string): Promise<number> {
    const line = ['jobs', 'enqueue', 'shop.order', '--input', JSON.stringify({ number }), '--tag', number]
    const { json, err } = await cli.json(line, typing)
    expect(err).toBe('')
    await work(json.id, 'waiting')
    return json.id
  }

  /** Works until the run has come into a state. */
  async function work(id: number, state: string): Promise<void> {
    await using platform = await cli.open('worker')
    await expect.poll(async () => (await platform.engine.runs.get(id)).state).toBe(state)
  }

  const run = (...line: readonly string[]) => cli.run(['workflows', ...line], typing)
  const json = (...line: readonly string[]) => cli.json(['workflows', ...line], typing)

  it('lists, shows and signals a workflow, retries it where it failed, and forks it', { timeout: 60_000 }, async () => {
    const id = await begin('A1')
    expect((await run('list', '--tag', 'A1')).out).toMatch(/^ *RUN +STATE +WORKFLOW +BEGAN +GOES ON +TOOK +REMARK\n/)
    expect((await json('list', '--state', 'waiting', '--tag', 'A1')).json.items).toMatchObject([
      { id, job: 'shop.order' },
    ])
    const shown = (await run('show', String(id))).out
    expect(shown).toMatch(new RegExp(`^Workflow ${id}  shop.order  waiting\\n`))
    expect(shown).toMatch(/├─ done +reserve/)
    expect(shown).toMatch(/└─ pending +approval +for .*\n +waits for the signal shop\.approved, key A1\n/)
    expect(shown).toContain('workflows signal shop.approved --key "A1"')

    const bad = await json('signal', 'shop.approved', '--key', 'A1', '--payload', '{"by":7}')
    expect(bad).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('PAYLOAD_INVALID') })
    const sent = await json('signal', 'shop.approved', '--key', 'A1', '--payload', '{"by":"Ada"}')
    expect(sent.json).toEqual({ outcome: 'delivered', runId: id })
    expect((await run('signal', 'shop.approved', '--key', 'B9', '--payload', '{"by":"Bob"}')).out).toContain(
      'it is kept',
    )
    const [kept] = (await json('signals', '--name', 'shop.approved')).json.items
    expect(kept).toMatchObject({ name: 'shop.approved', key: 'B9', payload: { by: 'Bob' } })
    expect((await run('signals', '--run', String(id))).out).toBe('No signal is kept.\n')
    expect((await run('signals')).out).toMatch(/shop\.approved +key B9 .*\{"by":"Bob"\}\n/)
    expect((await run('unsignal', String(kept.id))).out).toContain('no workflow gets it')
    expect((await run('signals')).out).toBe('No signal is kept.\n')
    expect(await run('unsignal', String(kept.id))).toMatchObject({ exit: 3 })
    const { items: entries } = (await cli.json('audit search --object signal --action workflows.unsignal', typing)).json
    expect(entries).toMatchObject([{ action: 'workflows.unsignal', object: { type: 'signal', id: String(kept.id) } }])

    broken = true
    await work(id, 'failed')
    const failed = await run('show', String(id))
    expect(failed.out).toContain('the bank is closed')
    expect(failed.out).toMatch(/undone +reserve/)
    expect(failed.out).toContain(`workflows retry ${id}`)
    broken = false
    expect((await run('retry', String(id))).out).toBe(`Workflow ${id} waits for a worker again.\n`)
    await work(id, 'waiting')
    await run('signal', 'shop.approved', '--run', String(id), '--payload', '{"by":"Eve"}')
    expect((await json('signal', 'shop.approved', '--key', 'A1', '--payload', '{"by":"Cleo"}')).exit).toBe(0)
    await work(id, 'succeeded')
    expect((await json('show', String(id))).json).toMatchObject({
      result: 'A1 for main by Cleo',
      steps: [{ name: 'reserve', startedAt: expect.stringMatching(/Z$/) }, { state: 'done' }, { name: 'pay' }],
    })

    const fork = (await json('fork', String(id), '--from', 'pay', '--input', '{"number":"F1"}')).json
    expect(fork).toEqual({ id: fork.id, forkedFrom: id })
    await work(fork.id, 'succeeded')
    expect((await run('show', String(fork.id))).out).toContain(`Forked from   run ${id}`)
    expect(await json('fork', String(id), '--from', 'fly')).toMatchObject({ exit: 3 })
    expect(await run('fork', String(id))).toMatchObject({ exit: 2, err: expect.stringContaining('--from') })
    const nowhere = await run('repair', '--action', 'fork', '--from', 'fly', '--tag', 'A1', '--dry-run')
    expect(nowhere.out).toContain('None of them has come to a step "fly"')
    expect(await run('repair', '--action', 'fork', '--tag', 'A1')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--from'),
    })
    expect((await cli.run(`jobs show ${id}`, typing)).out).toContain(`workflows show ${id}\n`)
    const another = ['jobs', 'enqueue', 'shop.order', '--input', '{"number":"Z1"}', '--delay', '1h']
    const [, next = ''] = /→ .*workflows show (\d+)\n$/.exec((await cli.run(another, typing)).out) ?? []
    expect(await run('cancel', next)).toMatchObject({ exit: 0 })
    expect((await run('show', '999999')).err).toMatch(/→ .*workflows list\n$/)
  })

  it('pauses, resumes and cancels', { timeout: 60_000 }, async () => {
    const id = await begin('P1')
    expect((await run('pause', String(id), '--reason', 'stock is wrong')).exit).toBe(0)
    expect((await run('show', String(id))).out).toMatch(/Paused +\d{4}-.*: stock is wrong\n/)
    expect((await run('resume', String(id))).out).toBe(`Workflow ${id} goes on.\n`)
    expect(await run('resume', String(id))).toMatchObject({ exit: 4, err: expect.stringContaining('is not paused') })
    expect((await json('cancel', String(id), '--reason', 'withdrawn')).json).toEqual({ id, outcome: 'requested' })
    await work(id, 'cancelled')
    expect(await run('cancel', String(id))).toMatchObject({
      exit: 4,
      out: expect.stringContaining('has ended already'),
    })
    expect((await run('pause', String(id))).exit).toBe(4)
    expect((await run('show', '99999999')).exit).toBe(3)
    expect((await run('show', 'x')).exit).toBe(2)
  })

  it('repairs many, counted first and only when somebody agrees', { timeout: 60_000 }, async () => {
    const ids = [await begin('R1'), await begin('R2')]
    const repair = ['repair', '--action', 'cancel', '--job', 'shop.*', '--age', '<1h', '--state', 'waiting']
    const { json: counted } = await json(...repair, '--dry-run')
    expect(counted).toEqual({ matched: 2, done: 2, dryRun: true })
    expect(await run(...repair)).toMatchObject({ exit: 4, out: expect.stringContaining('--yes') })
    const refused = await cli.run(['workflows', ...repair], { ...typing, reply: 'no' })
    expect(refused).toMatchObject({ exit: 4, out: 'Nothing was done.\n' })
    expect((await json(...repair, '--yes')).json).toEqual({ matched: 2, done: 2 })
    for (const id of ids) await work(id, 'cancelled')
    expect((await run('repair', '--job', 'shop.*')).exit).toBe(2)
    expect((await run('repair', '--action', 'retry')).exit).toBe(2)
    expect((await run('repair', '--action', 'fork', '--job', 'shop.*')).exit).toBe(2)
  })

  it('checks what is recorded against the code there is, and ends with 1 when they differ', {
    timeout: 60_000,
  }, async () => {
    const id = await begin('C1')
    expect(await run('check')).toMatchObject({ exit: 0, out: 'The code follows the one workflow.\n' })
    const renamed = workflow({
      name: 'order',
      version: 2,
      input: z.object({ number: z.string() }),
      signals: [approved],
      async run(wf, { number }) {
        await wf.step('book', () => number)
        await wf.wait(approved, { key: number, name: 'approval' })
        return number
      },
    })
    const other: Typing = { apps: [shop([renamed])] }
    const found = await cli.json('workflows check', other)
    expect(found).toMatchObject({
      exit: 1,
      json: {
        checked: 1,
        findings: [{ runId: id, workflow: 'shop.order', step: 'reserve', code: 'WORKFLOW_DIVERGED' }],
      },
    })
    expect((await cli.run('workflows check', other)).out).toMatch(/reserve +WORKFLOW_DIVERGED: the step "reserve"/)
    expect((await cli.json('workflows check', { apps: [shop([])] })).json.findings).toMatchObject([
      { code: 'JOB_UNKNOWN' },
    ])
    expect((await cli.run('workflows check --limit 0', typing)).exit).toBe(2)
  })
})
