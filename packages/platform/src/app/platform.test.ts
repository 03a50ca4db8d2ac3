import { stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TABLE_CHECKS } from '../cli/doctor-work.ts'
import type { AnyApp } from './app.ts'
import { openTestPlatform, pack, STORES, shop, type TestPlatform, wait } from './platform.testing.ts'

describe.each(STORES)('a platform on %s', (store) => {
  let world: TestPlatform
  let address = ''
  const get = async (path: string) => (await world.send(address, path)).json as Record<string, unknown>

  beforeEach(async () => {
    world = await openTestPlatform({ store, file: { apps: { shop: { greeting: 'bonjour' } } } })
    address = (await world.platform.start()).address ?? ''
  })
  afterEach(() => world[Symbol.asyncDispose]())

  test('answers at the address it tells, alive and ready', async () => {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await get('/health')).toMatchObject({ status: 'ok', version: 'dev', uptimeSeconds: expect.any(Number) })
    expect(await get('/ready')).toEqual({
      status: 'ready',
      checks: {
        store: { ok: true },
        scheduler: { ok: true },
        workers: { ok: true },
        disk: { ok: true },
        projections: { ok: true, advisory: true },
      },
    })
  })

  test("a route's row and run commit together, and the run has the app's settings and organisation", async () => {
    const { status, json } = await world.sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne' })
    expect(status).toBe(201)
    const { runId } = json as { runId: number }
    await world.platform.engine.runs.wait(runId)
    expect(await get(`/api/v1/runs/${runId}/result`)).toEqual({
      state: 'succeeded',
      result: { packed: 'o1', greeting: 'bonjour', org: 'main' },
    })
    expect(await get('/api/v1/shop/orders')).toEqual({ orders: [{ id: 'o1', buyer: 'Jeanne' }] })
  })

  test('a refusal rolls both back', async () => {
    const { json } = await world.sendJson(address, '/api/v1/shop/orders', { id: 'o1', buyer: 'Jeanne', fail: true })
    expect(json).toMatchObject({ status: 409, code: 'OUT_OF_STOCK' })
    expect(await get('/api/v1/shop/orders')).toEqual({ orders: [] })
    expect(await get('/api/v1/runs')).toEqual({ items: [] })
  })

  test('a failed run is an alert in the table and the log, and can be retried with a better input', async () => {
    const { id } = await world.platform.engine.enqueue(pack, { orderId: 'big', fail: true })
    await world.platform.engine.runs.wait(id)
    await expect
      .poll(async () => (await get('/api/v1/alerts?open=true')).items)
      .toMatchObject([
        {
          key: 'job:shop.pack',
          severity: 'critical',
          count: 1,
          detail: expect.stringContaining('the carton is too small'),
        },
      ])
    expect(world.lines.join('')).toContain('the carton is too small')
    expect((await world.send(address, `/api/v1/runs/${id}/result`)).json).toMatchObject({
      status: 409,
      code: 'RUN_NOT_SUCCEEDED',
    })
    const retried = await world.sendJson(address, `/api/v1/runs/${id}/retry`, { input: { orderId: 'big' } })
    expect(retried.status).toBe(202)
    expect(await world.platform.engine.runs.wait(id)).toMatchObject({ state: 'succeeded', result: { packed: 'big' } })
    const [alert] = (await world.platform.alerts.list()).alerts
    expect((await world.send(address, `/api/v1/alerts/${alert?.id}/resolve`, { method: 'POST' })).json).toMatchObject({
      resolvedAt: expect.any(String),
    })
    expect(await get('/api/v1/alerts?open=true')).toEqual({ items: [] })
  })

  test('runs are found by state, job, queue and input, page by page', async () => {
    const { engine } = world.platform
    const runs = await engine.enqueueMany(pack, [{ orderId: 'a' }, { orderId: 'b' }, { orderId: 'c', fail: true }])
    for (const { id } of runs) await engine.runs.wait(id)
    const idsOf = async (query: string) => {
      const { items: found } = (await get(`/api/v1/runs?${query}`)) as {
        readonly items: readonly { readonly input: { readonly orderId: string } }[]
      }
      return found.map(({ input }) => input.orderId).toSorted()
    }
    expect(await idsOf('state=failed,expired')).toEqual(['c'])
    expect(await idsOf('job=shop.*&queue=packing&input.orderId=b')).toEqual(['b'])
    expect(await idsOf('error=*carton*')).toEqual(['c'])
    expect(await idsOf('createdAfter=2100-01-01')).toEqual([])
    const first = await get('/api/v1/runs?limit=2')
    const second = await get(`/api/v1/runs?limit=2&cursor=${first.next}`)
    expect([first.items, second.items].map((page) => (page as readonly unknown[]).length)).toEqual([2, 1])
    expect(await get('/api/v1/runs?state=broken&color=red')).toMatchObject({
      status: 400,
      errors: { color: [expect.any(String)] },
    })
    const unread = ['runs?createdAfter=1790000000000', 'audit?from=yesterday', 'schedules/calendar?from=2026-13-01']
    for (const query of unread) {
      const errors = { [/\w+(?==)/.exec(query)?.[0] ?? '']: [expect.stringContaining('such as 2026-11-01')] }
      expect(await get(`/api/v1/${query}`), query).toMatchObject({ status: 400, errors })
    }
    expect(await get('/api/v1/runs/999999')).toMatchObject({ status: 404, code: 'RUN_UNKNOWN' })
  })

  test('a running run says since when, and is cancelled', async () => {
    const { engine } = world.platform
    const { id } = await engine.enqueue(wait, {})
    await expect.poll(async () => (await engine.runs.get(id)).state).toBe('running')
    const { createdAt, startedAt } = await get(`/api/v1/runs/${id}`)
    expect(Date.parse(String(startedAt))).toBeGreaterThanOrEqual(Date.parse(String(createdAt)))
    expect((await world.send(address, `/api/v1/runs/${id}/result`)).status).toBe(202)
    const answer = await world.send(address, `/api/v1/runs/${id}?reason=enough`, { method: 'DELETE' })
    expect(answer).toMatchObject({ status: 202, json: { outcome: 'requested' } })
    expect((await engine.runs.wait(id)).state).toBe('cancelled')
    expect(await get(`/api/v1/runs/${id}`)).not.toHaveProperty('startedAt')
  })

  test('schedules are listed, looked ahead, run by hand, paused and resumed', async () => {
    const { items: schedules } = (await get('/api/v1/schedules')) as {
      readonly items: readonly { readonly name: string }[]
    }
    expect(schedules.map(({ name }) => name).toSorted()).toEqual([
      'backup.daily',
      'backup.monthly',
      'backup.rebuild-index',
      'backup.weekly',
      'cleanup.logs',
      'cleanup.stuck-operations',
      'cleanup.temporary-files',
      'privacy.purge',
      'shop.pack',
    ])
    expect(await get('/api/v1/schedules/shop.pack/next?count=2')).toEqual({
      items: [expect.stringContaining('T04:00:00'), expect.any(String)],
    })
    const { json } = await world.send(address, '/api/v1/schedules/shop.pack/run', { method: 'POST' })
    const { runId } = json as { readonly runId: number }
    expect(await world.platform.engine.runs.wait(runId)).toMatchObject({
      state: 'succeeded',
      input: { orderId: 'nightly' },
    })
    expect(await get('/api/v1/schedules/shop.pack/history')).toMatchObject({ items: [{ outcome: 'manual', runId }] })
    const paused = await world.send(address, '/api/v1/schedules/shop.pack/pause', { method: 'POST' })
    expect(paused.json).toMatchObject({ name: 'shop.pack', pausedAt: expect.any(String) })
    const resumed = await world.send(address, '/api/v1/schedules/shop.pack/resume', { method: 'POST' })
    expect(resumed.json).not.toHaveProperty('pausedAt')
    expect(await get('/api/v1/schedules/nothing/next')).toMatchObject({ status: 404, code: 'SCHEDULE_UNKNOWN' })
  })

  test('a backup by its schedule is listed, and the metrics count it', async () => {
    if (store === 'SQLite') expect((await world.runNow('backup.daily')).state).toBe('succeeded')
    else await world.runNow('cleanup.logs')
    const { items: backups } = (await get('/api/v1/backups')) as { readonly items: readonly unknown[] }
    expect(backups).toHaveLength(store === 'SQLite' ? 1 : 0)
    expect(await get('/api/v1/queues')).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: 'packing', queued: 0 })]),
    })
    const lines = (await world.send(address, '/prometheus/metrics-http')).body
    expect(lines).toMatch(
      /regie_job_attempts_total\{job="(backup\.daily|cleanup\.logs)",queue="default",outcome="succeeded"\} 1/,
    )
    expect(lines).toContain('regie_job_queue_depth{queue="packing",state="queued"} 0')
  })

  test('the first page shows it all', async () => {
    await world.runNow('cleanup.logs')
    const { body, headers } = await world.send(address, '/?lang=fr')
    expect(headers['content-language']).toBe('fr')
    expect(body).toContain('cleanup.')
    expect(body).toContain('réussie')
    expect((await world.send(address, '/assets/page.css')).headers['content-type']).toContain('text/css')
    expect((await world.send(address, '/assets/none.css')).status).toBe(404)
  })

  test('stopping twice is once, and nobody answers any more', async () => {
    await Promise.all([world.platform.stop(), world.platform.stop()])
    await expect(fetch(`${address}/health`)).rejects.toThrow('fetch failed')
  })
})

test('a process that only works does not listen', async () => {
  await using world = await openTestPlatform({ env: { REGIE_ROLES: 'worker' } })
  expect(await world.platform.start()).toEqual({})
  const { id } = await world.platform.engine.enqueue(pack, { orderId: 'x' })
  expect(await world.platform.engine.runs.wait(id)).toMatchObject({ state: 'succeeded', result: { greeting: 'hello' } })
})

test('a disk with too little space is not ready, and named', async () => {
  await using world = await openTestPlatform({ env: { REGIE_MIN_FREE_DISK_MB: '100000000' } })
  const { address = '' } = await world.platform.start()
  const answer = await world.send(address, '/ready')
  expect(answer.status).toBe(503)
  expect(answer.json).toMatchObject({
    status: 'not ready',
    failing: ['disk'],
    checks: { disk: { reason: expect.stringContaining('are wanted') } },
  })
})

test('an app gets its own folder, and no other', async () => {
  await using world = await openTestPlatform()
  const context = world.platform.services.context('shop', 'main')
  expect((await stat(await context.folder('uploads'))).isDirectory()).toBe(true)
  for (const name of ['..', 'a/b', '', '.hidden', 'UP']) {
    await expect(context.folder(name)).rejects.toMatchObject({ code: 'FOLDER_INVALID' })
  }
})

test('everything in a transaction belongs to the organisation of its context', async () => {
  await using world = await openTestPlatform()
  await world.platform.migrate()
  const context = world.platform.services.context('shop', 'elsewhere')
  const ids = await context.transaction(async (tx) => [
    await tx.enqueue(pack, { orderId: '1' }),
    ...(await tx.enqueueMany(pack, [{ orderId: '2' }])),
    await tx.enqueue(pack.with({ orderId: '4' }), { tags: ['prepared'] }),
  ])
  const direct = await context.enqueue(pack, { orderId: '3' })
  const prepared = await context.enqueue(pack.with({ orderId: '5' }))
  const runs = await Promise.all([...ids, direct, prepared].map(({ id }) => world.platform.engine.runs.get(id)))
  expect(runs.map(({ org }) => org)).toEqual(Array.from({ length: 5 }, () => 'elsewhere'))
  expect(runs[2]?.tags).toEqual(['prepared'])
})

test('a process that is not ready says why at /ready and on the first page', async () => {
  await using world = await openTestPlatform({ env: { REGIE_MIN_FREE_DISK_MB: '100000000' } })
  const { address = '' } = await world.platform.start()
  const ready = await world.send(address, '/ready')
  expect([ready.status, ready.json]).toMatchObject([503, { failing: ['disk'] }])
  const page = await (await fetch(`${address}/?lang=en`, { headers: await world.key() })).text()
  expect(page).toContain('The disk is almost full')
  expect(page).not.toContain('All is well')
})

test('an alert of an app reaches Discord, with the webhook nowhere in the log', async () => {
  const posts: string[] = []
  const webhook = 'https://discord.com/api/webhooks/1/very-secret'
  await using world = await openTestPlatform({
    env: { REGIE_DISCORD_WEBHOOK: webhook },
    fetch: async (address, init) => {
      posts.push(`${address} ${init?.body}`)
      return new Response(null, { status: 404 })
    },
  })
  await world.platform.migrate()
  await world.platform.services
    .context('shop', 'main')
    .alerts.raise({ key: 'stock', severity: 'warning', title: 'Empty', detail: 'Order more.' })
  await world.platform.alerts[Symbol.asyncDispose]()
  expect(posts[0]).toContain('Order more.')
  expect(posts[0]).toContain(webhook)
  world.platform.log.warn({ address: webhook }, `calling ${webhook}`)
  expect(world.lines.join('')).toContain('did not reach its channel')
  expect(world.lines.join('')).not.toContain('very-secret')
})

test('a new migration after those that are applied goes on, one before them is refused with its name, and one that is gone is told', async () => {
  const table = (name: string): AnyApp['migrations'][string] => ({
    up: (db) => db.schema.createTable(name).addColumn('org_id', 'text').execute(),
  })
  await using world = await openTestPlatform()
  await world.platform.migrate()
  const reopen = (migrations: AnyApp['migrations']) =>
    openTestPlatform({ apps: [{ ...shop, migrations }], env: { REGIE_DATA_DIR: world.platform.config.dataDir } })
  await using misplaced = await reopen({ ...shop.migrations, '0000-early': table('shop_early') })
  await expect(misplaced.platform.start()).rejects.toMatchObject({
    code: 'MIGRATION_MISPLACED',
    message: 'shop/0000-early is new and sorts before 0001-order, which is applied: name it 0002-early',
  })
  const migrations = TABLE_CHECKS.find(({ name }) => name === 'migrations')
  const look = ({ platform }: typeof misplaced) =>
    migrations?.look({ platform, config: platform.config, program: 'regie', now: 0 })
  expect(await look(misplaced)).toMatchObject([
    { level: 'fail', message: expect.stringContaining('name it 0002-early') },
  ])
  await using newer = await reopen({ ...shop.migrations, '0002-late': table('shop_late') })
  await newer.platform.migrate()
  await world.platform.migrate()
  expect(world.lines.join('')).toContain('"migrations":"shop/0002-late"')
  expect(await look(world)).toMatchObject({ level: 'warn', message: 'this code does not have shop/0002-late' })
})
