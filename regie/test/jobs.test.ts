import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cli, openCli, STORES } from './cli.ts'

const NOBODY = '01900000-0000-7000-8000-000000000000'

describe.each(STORES)('regie jobs on %s', (store) => {
  let cli: Cli
  beforeAll(async () => {
    cli = await openCli(store)
    expect((await cli.run('migrate up')).exit).toBe(0)
  })
  afterAll(() => cli[Symbol.asyncDispose]())

  async function enqueue(line: string): Promise<number> {
    const { json, err } = await cli.json(line)
    expect(err).toBe('')
    return json.id
  }

  /** Works until the run has ended. */
  async function work(id: number): Promise<void> {
    await using platform = await cli.open('worker')
    await platform.engine.runs.wait(id)
  }

  /** A run that fails for good: there is no such quote. */
  async function fail(tag: string): Promise<number> {
    const id = await enqueue(`jobs enqueue quotes.send --input {"quoteId":"${NOBODY}"} --tag ${tag}`)
    await work(id)
    return id
  }

  it('enqueues a run, lists it by each of its properties and shows it', async () => {
    const id = await enqueue('jobs enqueue cleanup.logs --delay 1h --priority high --tag listed --tag twice')
    const found = async (filter: string) =>
      (await cli.json(`jobs list ${filter}`)).json.items.map((run: { id: number }) => run.id)
    for (const filter of [
      '--tag listed',
      '--job cleanup.logs',
      '--job cleanup.*',
      '--state scheduled,failed',
      '--age <1h',
    ]) {
      expect(await found(filter), filter).toContain(id)
    }
    for (const filter of [
      '--tag other',
      '--job quotes.*',
      '--state failed',
      '--age >1h',
      '--age 1h',
      '--queue none',
      '--input quoteId=1',
    ]) {
      expect(await found(filter), filter).not.toContain(id)
    }
    const { json, exit } = await cli.json(`jobs show ${id}`)
    expect(exit).toBe(0)
    expect(json).toMatchObject({
      id,
      job: 'cleanup.logs',
      state: 'scheduled',
      priority: 'high',
      tags: ['listed', 'twice'],
      input: {},
    })
    expect(Date.parse(json.dueAt) - Date.parse(json.createdAt)).toBe(3_600_000)
    const { out } = await cli.run('jobs list --tag listed')
    expect(out).toMatch(/^RUN +STATE +JOB +QUEUE +TRY +ENQUEUED +TOOK +REMARK\n/)
    expect(out).toContain('cleanup.logs')
    expect((await cli.run(`jobs show ${id}`)).out).toContain(`Run ${id}  cleanup.logs  scheduled`)
  })

  it('shows what a run has logged, by level and words, and what it logs until it ends', async () => {
    const id = await enqueue('jobs enqueue privacy.purge')
    expect((await cli.run(`jobs logs ${id}`)).out).toContain('has logged nothing yet')
    const following = cli.run(`jobs logs ${id} --follow --text client-prospect --json`)
    await work(id)
    const { json } = await cli.json(`jobs logs ${id}`)
    expect(json).toMatchObject({ last: json.items.length, cut: 0, dropped: 0 })
    const line = { seq: 1, attempt: 1, level: 'info', message: 'personal data purged' }
    expect(json.items[0]).toMatchObject({ ...line, fields: { kind: 'quotes.client-prospect' } })
    expect(Date.parse(json.items[0].at)).toBeGreaterThan(0)
    const { out } = await cli.run(`jobs logs ${id} --text client-prospect`)
    expect(out).toMatch(/^\S+ \S+ info {2}personal data purged .*kind=quotes.client-prospect/)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect((await cli.run(`jobs logs ${id} --level warn`)).out).toBe('No line matches.\n')
    expect((await cli.run(`jobs show ${id}`)).out).toContain(`regie jobs logs ${id}`)
    const { traceId } = (await cli.json(`jobs show ${id}`)).json
    expect((await cli.json(`jobs list --filter trace:${traceId}`)).json.items).toMatchObject([{ id, traceId }])
    const { items: entries } = (await cli.json(`audit search --trace ${traceId}`)).json
    expect(entries).toMatchObject([{ action: 'runs.enqueue', traceId }])
    expect((await following).json).toMatchObject({ ...line, at: json.items[0].at })
    expect((await cli.run('jobs logs 999999')).exit).toBe(3)
  })

  it('pages through a list', async () => {
    for (let count = 0; count < 3; count++) await enqueue('jobs enqueue privacy.purge --delay 1h --tag paged')
    const first = (await cli.json('jobs list --tag paged --limit 2')).json
    expect(first.items).toHaveLength(2)
    const second = (await cli.json(`jobs list --tag paged --limit 2 --cursor ${first.next}`)).json
    expect(second.items).toHaveLength(1)
    expect(second.next).toBeUndefined()
    expect((await cli.run('jobs list --tag paged --limit 2')).out).toContain(`There are more: --after ${first.next}`)
  })

  it('enqueues for another organisation that is there', async () => {
    const { id: org } = (await cli.json('organisations create Second --owner owner@second.example')).json
    const away = (await cli.json(`jobs enqueue privacy.purge --delay 1h --org ${org}`)).json
    expect((await cli.json(`jobs show ${away.id}`)).json).toMatchObject({ org })
    expect((await cli.run('jobs enqueue privacy.purge --org nobody')).err).toContain('there is no organisation nobody')
  })

  it('says why nothing was enqueued', async () => {
    const unknown = await cli.json('jobs enqueue backup.dayly')
    expect(unknown).toMatchObject({ exit: 3, out: '' })
    expect(JSON.parse(unknown.err).error).toMatchObject({
      code: 'JOB_UNKNOWN',
      message: expect.stringContaining('did you mean backup.daily?'),
    })
    const invalid = await cli.json('jobs enqueue quotes.send --input {"quoteId":7}')
    expect(invalid.exit).toBe(2)
    expect(JSON.parse(invalid.err).error).toMatchObject({ code: 'PAYLOAD_INVALID', issues: [{ path: 'quoteId' }] })
    expect((await cli.run('jobs enqueue quotes.send --input {')).err).toMatch(/--input is not JSON/)
    expect((await cli.run('jobs enqueue cleanup.logs --queue none')).exit).toBe(3)
  })

  it('retries a failed run by its number', async () => {
    const id = await fail('retried')
    const { json } = await cli.json(`jobs show ${id}`)
    expect(json).toMatchObject({ state: 'failed', attempts: [{ attempt: 1 }], error: { code: expect.any(String) } })
    expect((await cli.run(`jobs show ${id}`)).out).toContain(`regie jobs retry ${id}`)
    const wrong = await cli.run(['jobs', 'retry', String(id), '--input', '{"quoteId":7}'])
    expect([wrong.exit, wrong.err]).toEqual([2, expect.stringContaining('quoteId: Must be a text.')])
    const corrected = JSON.stringify({ quoteId: '01900000-0000-7000-8000-000000000009' })
    expect((await cli.run(['jobs', 'retry', String(id), '--input', corrected])).exit).toBe(0)
    expect((await cli.json(`jobs show ${id}`)).json.input).toEqual(JSON.parse(corrected))
    expect((await cli.json(`jobs show ${id}`)).json.state).toBe('queued')
    const again = await cli.run(`jobs retry ${id}`)
    expect(again.exit).toBe(4)
    expect(again.err).toContain('has not ended')
  })

  it('retries many only after a count and a yes', async () => {
    const ids = [await fail('many'), await fail('many')]
    const asked = await cli.json('jobs retry --tag many')
    expect(asked).toMatchObject({ exit: 4, json: { matched: 2, retried: 0 } })
    expect((await cli.run('jobs retry --tag many')).out).toContain(
      'To retry 2 runs (state failed, tag many): the same command with --yes',
    )
    expect((await cli.run('jobs retry --tag many', { reply: 'n' })).out).toBe('Nothing was done.\n')
    expect((await cli.json(`jobs show ${ids[0]}`)).json.state).toBe('failed')
    const agreed = await cli.run('jobs retry --tag many', { reply: 'y' })
    expect(agreed).toMatchObject({ exit: 0, out: '2 of 2 runs (state failed, tag many) retried.\n' })
    expect((await cli.json('jobs list --tag many --state queued')).json.items).toHaveLength(2)
    expect(await cli.json('jobs retry --tag none --yes')).toMatchObject({ exit: 0, json: { matched: 0 } })
  })

  it('cancels by number and by filter, and says when there was nothing to cancel', async () => {
    const id = await enqueue('jobs enqueue cleanup.logs --delay 1h --tag one')
    expect(await cli.json(['jobs', 'cancel', String(id), '--reason', 'not needed'])).toMatchObject({
      exit: 0,
      json: { outcome: 'cancelled' },
    })
    expect((await cli.json(`jobs show ${id}`)).json).toMatchObject({
      state: 'cancelled',
      error: { message: expect.stringContaining('not needed') },
    })
    expect(await cli.json(`jobs cancel ${id}`)).toMatchObject({ exit: 4, json: { outcome: 'already-ended' } })
    await enqueue('jobs enqueue cleanup.logs --delay 1h --tag some')
    await enqueue('jobs enqueue cleanup.logs --delay 1h --tag some')
    expect(await cli.json('jobs cancel --tag some --yes')).toMatchObject({
      exit: 0,
      json: { matched: 2, cancelled: 2 },
    })
  })

  it('refuses what cannot be meant', async () => {
    expect(await cli.run('jobs show 999999')).toMatchObject({
      exit: 3,
      err: expect.stringContaining('→ regie jobs list'),
    })
    expect((await cli.run('jobs show first')).exit).toBe(2)
    expect((await cli.run('jobs retry')).err).toContain('which runs?')
    expect((await cli.run('jobs retry 1 --tag many')).err).toContain('not both')
    expect((await cli.run(['jobs', 'retry', '--input', '{"id":1}'])).err).toContain('give its number')
    expect((await cli.run('jobs list --age soon')).err).toContain('--age is "soon"')
    expect((await cli.run('jobs list --after x')).exit).toBe(2)
  })
})
