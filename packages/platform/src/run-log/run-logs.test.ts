import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { AnyApp } from '../app/app.ts'
import { builders } from '../app/builders.ts'
import { STORES } from '../app/platform.testing.ts'
import { board, listen, openBoard } from '../realtime/realtime.testing.ts'
import { createRunLogs } from './run-logs.ts'

const wait = { interval: 20 }
const { job } = builders<{ db: object; config: object; permission: never }>('board')

const paint = job({
  name: 'paint',
  input: z.object({ colour: z.string(), fails: z.boolean().default(false) }),
  retry: { attempts: 2, backoff: 'fixed', base: '1ms', jitter: 'none' },
  async run(ctx, { colour, fails }) {
    ctx.log.debug({}, 'nobody asked for that much')
    // A line is its run's, whatever it says.
    ctx.log.info({ colour, run: 1, org: 'other', token: 'hunter2hunter2' }, 'mixes')
    if (fails) ctx.log.warn({ err: new Error('no brush') }, 'cannot paint')
    if (fails && ctx.run.attempt === 1) throw new Error('no brush')
  },
})
const quiet = job({ name: 'quiet', input: z.object({}), run: () => {} })
const app: AnyApp = { ...board, jobs: [paint, quiet] }

describe.each(STORES)('the lines that runs log on %s', (store) => {
  let world: Awaited<ReturnType<typeof openBoard>>
  beforeAll(async () => {
    world = await openBoard({ store, apps: [app], env: { REGIE_LOG_LEVEL: 'info' } })
  })
  afterAll(() => world[Symbol.asyncDispose]())

  async function logsOf(id: number, query = '') {
    const answer = await world.send(world.address, `/api/v1/runs/${id}/logs${query}`)
    return { status: answer.status, body: JSON.parse(answer.body) }
  }
  async function run(input: z.input<typeof paint.definition.input>): Promise<number> {
    const { id } = await world.context().enqueue(paint, input as { colour: string; fails: boolean })
    await world.platform.engine.runs.wait(id)
    return id
  }
  /** Logs as a run would. */
  function speaker(id: number, logs = world.platform.runLogs) {
    return logs.logger(world.platform.log, { id, org: 'main', attempt: 1 })
  }

  test('are kept with their attempt, level and fields and without secrets, and are found by level, text and attempt', async () => {
    const id = await run({ colour: 'red', fails: true })
    const { body } = await logsOf(id)
    expect(body).toMatchObject({ last: 4, cut: 0, dropped: 0 })
    expect(body.items.map(({ seq, attempt, level, message }: never) => [seq, attempt, level, message])).toEqual([
      [1, 1, 'info', 'mixes'],
      [2, 1, 'warn', 'cannot paint'],
      [3, 2, 'info', 'mixes'],
      [4, 2, 'warn', 'cannot paint'],
    ])
    expect(body.items[0].fields).toEqual({ colour: 'red', token: '[hidden]' })
    expect(body.items[1].fields.err).toMatchObject({ message: 'no brush' })
    const found = async (query: string) => (await logsOf(id, query)).body.items.map(({ seq }: never) => seq)
    expect(await found('?level=warn')).toEqual([2, 4])
    expect(await found('?text=BRUSH&attempt=2')).toEqual([4])
    expect(await found('?after=3')).toEqual([4])
    const first = await logsOf(id, '?limit=3')
    expect(await found(`?limit=3&cursor=${first.body.next}`)).toEqual([4])
    expect(await logsOf(1e9)).toMatchObject({ status: 404, body: { code: 'RUN_UNKNOWN' } })
    expect((await logsOf(id, '?level=loud')).status).toBe(400)
  })

  test('go on live where the list ends, without a gap and without a line twice', async () => {
    const id = await run({ colour: 'red' })
    const before = (await logsOf(id)).body
    const { heard } = await listen(world.connect(), `run-log:${id}`)
    await expect.poll(() => heard.length, wait).toBe(1)
    for (let count = 0; count < 1_200; count += 1) speaker(id).info({ count }, 'x'.repeat(100))
    const told = () => heard.map(({ data }) => data as { after: number; last: number; lines: { seq: number }[] })
    await expect.poll(() => told().at(-1)?.last, wait).toBe(before.last + 1_200)
    const joined = told().every(({ after }, index) => after === (index === 0 ? before.last : told()[index - 1]?.last))
    expect(joined).toBe(true)
    const seqs = told().flatMap(({ lines }) => lines.map(({ seq }) => seq))
    expect(new Set(seqs).size).toBe(seqs.length)
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    // Of another organisation nothing is heard but that there is nothing.
    world.platform.runLogs
      .logger(world.platform.log, { id: id + 1_000_000, org: 'other', attempt: 1 })
      .info({}, 'hidden')
    await world.platform.runLogs.flush()
    const foreign = await listen(world.connect(), `run-log:${id + 1_000_000}`)
    await expect
      .poll(() => foreign.heard.map(({ data }) => data), wait)
      .toEqual([{ lines: [], after: 0, last: 0, dropped: 0 }])
  })

  test('are the newest thousand, and no more than 256 kB of them; what was cut is told', async () => {
    const id = await run({ colour: 'red' })
    for (let count = 0; count < 700; count += 1) speaker(id).info({}, `line ${count}`)
    await world.platform.runLogs.flush()
    for (let count = 700; count < 1_499; count += 1) speaker(id).info({}, `line ${count}`)
    const { body } = await logsOf(id, '?limit=1')
    expect(body).toMatchObject({ last: 1_500, cut: 500, items: [{ seq: 501, message: 'line 499' }] })
    for (let count = 0; count < 300; count += 1) speaker(id).info({}, 'y'.repeat(4_000))
    const long = (await logsOf(id, '?limit=200')).body
    expect(long).toMatchObject({ last: 1_800, cut: 1_800 - long.items.length })
    expect(long.items.length).toBeGreaterThan(50)
    expect(long.items.length).toBeLessThan(66)
  })

  test('that a database does not take delay nothing and reach the log; some wait, the rest is counted', async () => {
    const { database, log } = world.platform
    const db = database.kysely()
    const id = await run({ colour: 'red' })
    await world.platform.runLogs.flush()
    const written = world.lines.length
    const limits = { lines: 10, bytes: 1_000_000 }
    const logs = createRunLogs({ database, log, limits, clock: () => world.platform.engine.clock })
    await sql`alter table platform_run_line rename to platform_run_line_away`.execute(db)
    for (let count = 0; count < 25; count += 1) speaker(id, logs).info({}, `line ${count}`)
    await logs.flush()
    expect(world.lines.slice(written).filter((line) => line.includes('"line '))).toHaveLength(25)
    expect(world.lines.slice(written).filter((line) => line.includes('trying again'))).toHaveLength(1)
    await sql`alter table platform_run_line_away rename to platform_run_line`.execute(db)
    await logs.stop()
    const { body } = await logsOf(id)
    expect(body).toMatchObject({ last: 11, dropped: 15 })
    expect(body.items.at(-1)).toMatchObject({ message: 'line 9' })
  })

  test('go with their run, and those that tell of a person go with the person', async () => {
    const { database, engine, runLogs } = world.platform
    const person = '0190aaaa-0000-7000-8000-000000000001'
    const [id, other] = [await run({ colour: 'red' }), await run({ colour: 'blue' })]
    speaker(id).info({ client: person }, 'wrote to a client')
    speaker(id).info({}, `wrote to ${person} again`)
    await engine.transaction((tx) => runLogs.forgetPersons(tx, 'main', [person, '7']))
    await runLogs.carryOut()
    expect((await logsOf(id)).body.items.map(({ message }: never) => message)).toEqual(['mixes'])
    await engine.transaction((tx) => runLogs.forgetRuns(tx.db, [id]))
    expect((await logsOf(id)).body).toMatchObject({ items: [], last: 0 })
    expect((await logsOf(other)).body.items).toHaveLength(1)
    const rows = await sql<{ n: number }>`select count(*) as n from platform_run_log_erasure`.execute(database.kysely())
    expect(Number(rows.rows[0]?.n)).toBe(0)
  })

  test('carry the trace of the request that began the run, as does its entry in the audit log', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const headers = { 'content-type': 'application/json', traceparent: `00-${trace}-b7ad6b7169203331-01` }
    const begin = async (given: Record<string, string>) => {
      const body = JSON.stringify({ job: 'board.paint', input: { colour: 'green' } })
      const answer = await world.send(world.address, '/api/v1/runs', { method: 'POST', headers: given, body })
      const { id: runId } = JSON.parse(answer.body)
      await world.platform.engine.runs.wait(runId)
      const { traceId } = JSON.parse((await world.send(world.address, `/api/v1/runs/${runId}`)).body)
      return { runId, traceId }
    }
    const traced = await begin(headers)
    expect(traced.traceId).toBe(trace)
    const own = world.lines.filter((line) => line.includes(`"run":${traced.runId},`)).map((line) => JSON.parse(line))
    expect(own).toMatchObject([{ msg: 'mixes', attempt: 1, org: 'main', traceId: trace }])
    const fresh = await begin({ 'content-type': 'application/json' })
    expect(fresh.traceId).toMatch(/^[0-9a-f]{32}$/)
    for (const { traceId } of [traced, fresh]) {
      const { items: entries } = JSON.parse((await world.send(world.address, `/api/v1/audit?traceId=${traceId}`)).body)
      expect(entries).toMatchObject([{ action: 'runs.enqueue', traceId }])
    }
    expect((await world.send(world.address, `/api/v1/audit?traceId=xyz`)).status).toBe(400)
  })
})
