import { describe, expect, it } from 'vitest'
import { createBatch, readBatch, writeCallback } from '../src/store/beside.ts'
import { requestCancel } from '../src/store/cancels.ts'
import { type FinishedRun, finishRuns, type StoredCall, takeWaiting } from '../src/store/finish.ts'
import type { StoredOptions } from '../src/store/schema.ts'
import { endSteps, readSteps } from '../src/store/steps.ts'
import { finished, onBothStores } from './store-ground.ts'

onBothStores((ground) => {
  const finish = (...runs: readonly FinishedRun[]) => ground().tx((tx) => finishRuns(tx, ground().hot, runs))

  /** Runs that a worker has. */
  async function running(count: number): Promise<readonly number[]> {
    await ground().enqueue(count)
    const { runs } = await ground().claim(await ground().worker())
    return runs.map(({ id }) => id)
  }

  async function body(run: number) {
    return ground().db.selectFrom('engine_body').selectAll().where('id', '=', run).executeTakeFirstOrThrow()
  }

  describe('ending runs', () => {
    it('writes down how each ended, and answers which', async () => {
      const [one = 0, two = 0] = await running(2)
      const failed = finished(two, {
        state: 'failed',
        attempt: 3,
        at: 900,
        durationMs: 20,
        error: '{"code":"Error"}',
        fingerprint: 'f1',
      })
      expect(await finish(finished(one, { result: '42' }), failed)).toEqual([one, two])
      const rows = await ground().db.selectFrom('engine_done').selectAll().orderBy('id').execute()
      expect(rows).toEqual([
        {
          id: one,
          state: 'succeeded',
          attempt: 1,
          at: 500,
          duration_ms: 300,
          result: '42',
          error: null,
          fingerprint: null,
        },
        {
          id: two,
          state: 'failed',
          attempt: 3,
          at: 900,
          duration_ms: 20,
          result: null,
          error: '{"code":"Error"}',
          fingerprint: 'f1',
        },
      ])
    })

    it('of none does nothing', async () => {
      expect(await finish()).toEqual([])
    })

    it('leaves a run that has ended already as it is, and gives nothing back a second time', async () => {
      const [one = 0, two = 0] = await running(2)
      const batch = await ground().tx((tx) => createBatch(tx, 2, 'main', 0))
      const options = { b: batch, l: [['bank', 1, 0, 0]] } as const
      await finish(finished(one, { options }))
      await ground().hold('bank', 1, [one])
      expect(await finish(finished(one, { state: 'failed', options }), finished(two))).toEqual([two])
      expect(await ground().places(one)).toEqual(['succeeded 1'])
      expect(await readBatch(ground().db, batch)).toMatchObject({ pending: 1, failed: 0 })
      expect(await ground().holders('bank')).toEqual([one])
    })

    it('forgets that somebody wanted to cancel them, and the timer that would have ended them', async () => {
      const [one = 0, other = 0] = await running(2)
      await requestCancel(ground().db, one, 'why', 1)
      await requestCancel(ground().db, other, 'why', 1)
      const timers = [one, other].map((id) => ({ id, due: 800, kind: 'expire' as const, attempt: 1 }))
      await ground().db.insertInto('engine_timer').values(timers).execute()
      await finish(finished(one))
      expect(await ground().places(one)).toEqual(['succeeded 1'])
      expect(await ground().places(other)).toEqual(['expire 1 at 800'])
      expect(await ground().db.selectFrom('engine_cancel').select('run').execute()).toEqual([{ run: other }])
    })

    it('gives back unique keys that last until the end, and no others', async () => {
      const [one = 0, two = 0, third = 0] = await running(3)
      const keys = [
        { key: 'ends', run: one, until: null },
        { key: 'lasts', run: two, until: 9_000 },
        { key: 'of another', run: third, until: null },
      ]
      await ground().db.insertInto('engine_unique').values(keys).execute()
      await finish(finished(one, { options: { u: 'ends' } }), finished(two, { options: { u: 'lasts' } }))
      const left = await ground().db.selectFrom('engine_unique').select('key').orderBy('key').execute()
      expect(left.map(({ key }) => key)).toEqual(['lasts', 'of another'])
    })

    it('hands their slots to those that wait', async () => {
      const [one = 0, waiting = 0] = await running(2)
      const line = { gate: 'bank', priority: 2, vtime: 0, id: waiting, attempt: 1 }
      await ground().db.insertInto('engine_blocked').values(line).execute()
      await ground().hold('bank', 1, [one])
      await finish(finished(one, { options: { l: [['bank', 1, 0, 0]] } }))
      expect(await ground().places(waiting)).toEqual(['ready 1'])
      expect(await ground().holders('bank')).toEqual([waiting])
    })

    it('keeps long results beside them', async () => {
      const [one = 0, two = 0] = await running(2)
      await finish(finished(one, { blob: '"long"' }), finished(two))
      expect(await ground().db.selectFrom('engine_blob').selectAll().execute()).toEqual([
        { run: one, content: '"long"' },
      ])
    })

    it('forgets the signals that an ended workflow waited for', async () => {
      const [one = 0, two = 0] = await running(2)
      const wait = { org: 'main', name: 'paid', step: 'wait' }
      await ground()
        .db.insertInto('engine_wait')
        .values([
          { ...wait, key: 'a', run: one },
          { ...wait, key: 'b', run: two },
        ])
        .execute()
      await finish(finished(one, { options: { v: 1 } }), finished(two, { options: {} }))
      expect((await ground().db.selectFrom('engine_wait').select('run').execute()).map(({ run }) => run)).toEqual([two])
    })
  })

  describe('a batch', () => {
    const call = (given: Partial<StoredCall> = {}): StoredCall => {
      const place = { org: 'main', queue: 'mail', priority: 1, vtime: 7, job: 'report' }
      return { ...place, payload: '{"of":1}', options: null, createdAt: 100, ...given }
    }

    /** A batch of so many runs, all with a worker, followed by a call if one is given. */
    async function batchOf(total: number, callback?: Parameters<typeof writeCallback>[2]) {
      const ids = await running(total)
      const batch = await ground().tx(async (tx) => {
        const id = await createBatch(tx, total, 'main', 0)
        if (callback !== undefined) await writeCallback(tx, id, callback)
        return id
      })
      return {
        batch,
        ids,
        end: (id: number, given: Partial<FinishedRun> = {}) => finished(id, { options: { b: batch }, ...given }),
      }
    }

    const status = (batch: number) => readBatch(ground().db, batch)

    it('counts those that ended, and as failed whatever did not succeed', async () => {
      const { batch, ids, end } = await batchOf(5)
      const [a = 0, b = 0, c = 0, d = 0] = ids
      await finish(end(a), end(b, { state: 'failed' }))
      expect(await status(batch)).toEqual({ id: batch, org: 'main', total: 5, pending: 3, failed: 1, createdAt: 0 })
      await finish(end(c, { state: 'cancelled' }), end(d, { state: 'expired' }))
      expect(await status(batch)).toMatchObject({ pending: 1, failed: 3 })
      expect(await status(batch)).not.toHaveProperty('finishedAt')
    })

    it('is finished by its last run, and without a callback nothing follows', async () => {
      const { batch, ids, end } = await batchOf(2)
      const [a = 0, b = 0] = ids
      await finish(end(a))
      await finish(end(b, { at: 700 }))
      const ended = await status(batch)
      expect(ended).toMatchObject({ pending: 0, failed: 0, finishedAt: 700 })
      expect(ended).not.toHaveProperty('callbackRunId')
    })

    it('enqueues its callback once, when the last of its runs ends', async () => {
      const { batch, ids, end } = await batchOf(2, call())
      const [a = 0, b = 0] = ids
      await finish(end(a))
      expect(await status(batch)).not.toHaveProperty('callbackRunId')
      await finish(end(b, { at: 700 }))
      const { callbackRunId: run = 0 } = (await status(batch)) ?? {}
      expect(await ground().places(run)).toEqual(['ready 1'])
      expect(await body(run)).toEqual({
        id: run,
        org: 'main',
        queue: 'mail',
        priority: 1,
        vtime: 7,
        job: 'report',
        payload: '{"of":1}',
        options: null,
        created_at: 700,
      })
    })

    it('that has had its callback does not get another when one of its runs ends again', async () => {
      const { batch, ids, end } = await batchOf(1, call())
      const [a = 0] = ids
      await finish(end(a))
      const before = await status(batch)
      await ground().db.deleteFrom('engine_done').where('id', '=', a).execute()
      await finish(end(a, { at: 900 }))
      expect(await status(batch)).toEqual({ ...before, pending: -1 })
    })

    it('gives its callback the time it would have had, counted from now, and its tags', async () => {
      const options: StoredOptions = { d: 5_100, e: 1_100, t: ['month', 'end'] }
      const { batch, ids, end } = await batchOf(1, call({ options: JSON.stringify(options) }))
      await finish(end(ids[0] ?? 0, { at: 700 }))
      const { callbackRunId: run = 0 } = (await status(batch)) ?? {}
      expect(JSON.parse((await body(run)).options ?? '')).toEqual({ t: ['month', 'end'], d: 5_700, e: 1_700 })
      expect(await ground().places(run)).toEqual(['expire 1 at 1700', 'ready 1'])
      const tags = await ground().db.selectFrom('engine_tag').selectAll().orderBy('tag').execute()
      expect(tags).toEqual([
        { tag: 'end', run },
        { tag: 'month', run },
      ])
    })

    it('keeps for its callback what it does not have to move: a deadline alone, a latest start alone, neither', async () => {
      for (const [options, later] of [
        [{ d: 5_100 }, { d: 5_700 }],
        [{ e: 1_100 }, { e: 1_700 }],
        [{ v: 1 }, { v: 1 }],
      ] satisfies [StoredOptions, StoredOptions][]) {
        const { batch, ids, end } = await batchOf(1, call({ options: JSON.stringify(options) }))
        await finish(end(ids[0] ?? 0, { at: 700 }))
        const { callbackRunId: run = 0 } = (await status(batch)) ?? {}
        expect(JSON.parse((await body(run)).options ?? '')).toEqual(later)
      }
    })

    it('may end together with others, each with its own count', async () => {
      const [one, two] = [await batchOf(2), await batchOf(2, call())]
      const [a = 0, b = 0] = one.ids
      const [c = 0, d = 0] = two.ids
      await finish(two.end(c), one.end(a), two.end(d, { state: 'failed' }), one.end(b, { state: 'failed' }))
      expect(await status(one.batch)).toMatchObject({ pending: 0, failed: 1, finishedAt: 500 })
      expect(await status(two.batch)).toMatchObject({ pending: 0, failed: 1, callbackRunId: expect.any(Number) })
    })

    it('may be forgotten before its runs have ended', async () => {
      const [one = 0] = await running(1)
      expect(await finish(finished(one, { options: { b: 12_345 } }))).toEqual([one])
      expect(await ground().places(one)).toEqual(['succeeded 1'])
    })

    it('wakes the workflow that waits for it, once', async () => {
      const [parent = 0] = await running(1)
      const { batch, ids, end } = await batchOf(2, { waiter: { run: parent, step: 'all' } })
      await waitFor(parent, 'all', batch, 'many')
      const [a = 0, b = 0] = ids
      await finish(end(a))
      expect(await ground().places(parent)).toEqual([])
      await finish(end(b, { at: 700 }))
      expect(await step(parent)).toMatchObject({ name: 'all', state: 'ended', endedAt: 700, error: null })
      expect(await ground().places(parent)).toEqual(['ready 1'])
      const ended = await status(batch)
      expect(ended).toMatchObject({ pending: 0, finishedAt: 700 })
      expect(ended).not.toHaveProperty('callbackRunId')
    })
  })

  /** Lets a workflow wait with one step for a child, or for a batch of them. */
  async function waitFor(run: number, name: string, child: number, kind: 'call' | 'many' = 'call'): Promise<void> {
    const nothing = { due: null, ended_at: null, result: null, error: null }
    const row = {
      run,
      name,
      seq: 1,
      kind,
      state: 'pending' as const,
      alone: 1,
      attempt: 1,
      child,
      started_at: 5,
      ...nothing,
    }
    await ground().db.insertInto('engine_step').values(row).execute()
    await ground()
      .db.insertInto('engine_workflow')
      .values({ run, waiting: 1, state: null, ending: null, paused_at: null })
      .execute()
  }

  async function step(run: number) {
    return (await readSteps(ground().db, [run])).get(run)?.[0]
  }

  describe('a child of a workflow', () => {
    /** A workflow that waits for a child, and how the child ends. */
    async function waitingFor(child: (id: number, parent: number) => FinishedRun) {
      const [parent = 0, id = 0] = await running(2)
      await waitFor(parent, 'pay', id)
      await finish(child(id, parent))
      return { parent, id }
    }
    const of = (parent: number): StoredOptions => ({ p: parent, w: 'pay' })

    it('that succeeds leaves its result with the step that waits for it, and wakes its parent', async () => {
      const { parent } = await waitingFor((id, run) => finished(id, { result: '42', options: of(run) }))
      expect(await step(parent)).toMatchObject({ state: 'done', endedAt: 500, result: '42', error: null })
      expect(await ground().places(parent)).toEqual(['ready 1'])
    })

    it.each(['failed', 'cancelled', 'expired'] as const)('that ends %s leaves its error', async (state) => {
      const error = '{"code":"Error"}'
      const { parent } = await waitingFor((id, run) => finished(id, { state, error, result: '1', options: of(run) }))
      expect(await step(parent)).toMatchObject({ state: 'failed', endedAt: 500, result: null, error })
    })

    it('whose result is too long for a step counts as failed, and says so', async () => {
      const { parent, id } = await waitingFor((child, run) => finished(child, { blob: '"long"', options: of(run) }))
      const { state, result, error } = (await step(parent)) ?? {}
      expect([state, result]).toEqual(['failed', null])
      expect(JSON.parse(error ?? '{}')).toEqual({
        code: 'RESULT_TOO_LARGE',
        message: `run ${id} returned more than 1048576 bytes: store it elsewhere and return a reference`,
      })
    })

    it('for which no step waits changes nothing of its parent', async () => {
      for (const options of [{}, { w: 'pay' }, { p: 0 }] satisfies StoredOptions[]) {
        const { parent } = await waitingFor((id, run) =>
          finished(id, { options: options.p === undefined ? options : { p: run } }),
        )
        expect(await step(parent)).toMatchObject({ state: 'pending' })
        expect(await ground().places(parent)).toEqual([])
      }
    })

    it('is heard once', async () => {
      const { parent, id } = await waitingFor((child, run) => finished(child, { result: '42', options: of(run) }))
      const again = {
        run: parent,
        step: 'pay',
        child: id,
        at: 900,
        state: 'failed' as const,
        result: null,
        error: '{}',
      }
      expect(await ground().tx((tx) => endSteps(tx, [again]))).toEqual([])
      expect(await step(parent)).toMatchObject({ state: 'done', result: '42' })
    })
  })

  describe('taking runs out of where they wait', () => {
    it('finds them delayed, at a gate or in their queue, with their attempt', async () => {
      const [delayed = 0] = await ground().enqueue(1, { due: 800 })
      const [blocked = 0, ready = 0, other = 0] = await ground().enqueue(3, { priority: 1, vtime: 9 })
      await ground().db.deleteFrom('engine_ready').where('id', '=', blocked).execute()
      const line = { gate: 'bank', priority: 1, vtime: 9, id: blocked, attempt: 3 }
      await ground().db.insertInto('engine_blocked').values(line).execute()
      await ground().db.updateTable('engine_ready').set({ attempt: 2 }).where('id', '=', ready).execute()
      const taken = await ground().tx((tx) => takeWaiting(tx, [delayed, blocked, ready, 999_999]))
      expect([...taken].map(([id, { attempt }]) => [id, attempt])).toEqual([
        [delayed, 1],
        [blocked, 3],
        [ready, 2],
      ])
      for (const id of [delayed, blocked, ready]) expect(await ground().places(id)).toEqual([])
      expect(await ground().places(other)).toEqual(['ready 1'])
    })

    it('leaves those alone that a worker has, and the timers that are not of their start', async () => {
      const [run = 0] = await running(1)
      await ground().db.insertInto('engine_timer').values({ id: run, due: 800, kind: 'expire', attempt: 1 }).execute()
      expect(await ground().tx((tx) => takeWaiting(tx, [run]))).toEqual(new Map())
      expect(await ground().places(run)).toEqual(['expire 1 at 800'])
    })

    it('of nothing takes nothing', async () => {
      const [run = 0] = await ground().enqueue(1)
      expect(await ground().tx((tx) => takeWaiting(tx, []))).toEqual(new Map())
      expect(await ground().places(run)).toEqual(['ready 1'])
    })
  })
})
