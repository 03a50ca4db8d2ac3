import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { requestCancel } from '../src/store/cancels.ts'
import { finishRuns } from '../src/store/finish.ts'
import { readLeases } from '../src/store/leases.ts'
import { replayRuns } from '../src/store/run-changes.ts'
import { fence, type Settlement, settle } from '../src/store/settle.ts'
import { buryWorkers, returnUnknownLeases } from '../src/store/workers.ts'
import { until } from '../src/testing/until.ts'
import { finished, type Ground, onBothStores } from './store-ground.ts'

/** What a worker writes when it has nothing to say. */
const NOTHING: Omit<Settlement, 'epoch' | 'at'> = {
  finished: [],
  delayed: [],
  postponed: [],
  returned: [],
  emptyHanded: [],
  blocked: [],
  suspended: [],
  continued: [],
  attempts: [],
  leases: [],
}

/** Answers once a transaction waits for a lock that another one has, or is over. On SQLite the writer is alone anyway. */
async function blockedOrOver({ database, db }: Ground, isOver: () => boolean): Promise<void> {
  if (database.dialect === 'sqlite') return
  await until('the second transaction waits or is over', async () => {
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return isOver() || Number(rows[0]?.waiting) > 0
  })
}

onBothStores((ground) => {
  /** A worker that has claimed some runs in one lease, and how it settles them. */
  async function workerWith(count: number) {
    const epoch = await ground().worker()
    await ground().enqueue(count)
    const { leaseId, runs } = await ground().claim(epoch)
    const ids = runs.map(({ id }) => id)
    /** What its lease covers without these. */
    const without = (...gone: readonly number[]) => {
      const left = ids.filter((id) => !gone.includes(id))
      return [{ id: leaseId, ids: left, attempts: left.map(() => 1) }]
    }
    const write = (given: Partial<Settlement>) => {
      const settlement = { ...NOTHING, epoch, at: 500, ...given }
      return ground().tx((tx) => settle(tx, ground().hot, settlement))
    }
    return { epoch, leaseId, ids, without, write }
  }

  async function blockedAt(gate: string, id: number, attempt = 1): Promise<void> {
    await ground().db.deleteFrom('engine_ready').where('id', '=', id).execute()
    await ground().db.insertInto('engine_blocked').values({ gate, priority: 2, vtime: 0, id, attempt }).execute()
  }

  describe('the fence', () => {
    it('lets a registered worker through and refuses one that was buried, by its number', async () => {
      const epoch = await ground().worker()
      await ground().tx((tx) => fence(tx, epoch))
      await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
      await expect(ground().tx((tx) => fence(tx, epoch))).rejects.toMatchObject({
        code: 'LEASE_LOST',
        message: `worker ${epoch} was silent for too long and its runs were taken over: what it still wanted to write was refused`,
      })
    })

    it('keeps a buried worker from writing anything', async () => {
      const { epoch, ids, without, write } = await workerWith(2)
      const [ends = 0, fails = 0] = ids
      await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
      const late = {
        finished: [finished(ends)],
        delayed: [{ id: fails, attempt: 2, due: 800 }],
        attempts: [{ run: fails, attempt: 1, startedAt: 1, endedAt: 2, error: '{}' }],
        leases: without(ends, fails),
      }
      await expect(write(late)).rejects.toMatchObject({ code: 'LEASE_LOST' })
      expect(await ground().places(ends)).toEqual(['ready 2'])
      expect(await ground().places(fails)).toEqual(['ready 2'])
    })

    it.each(['behind the fence', 'comparing its leases'])(
      'makes whoever wants to bury a worker wait for what it is writing %s',
      async (place) => {
        const { epoch, ids, leaseId } = await workerWith(1)
        const [run = 0] = ids
        const fenced = Promise.withResolvers<void>()
        const burial = Promise.withResolvers<void>()
        const writing = ground().tx(async (tx) => {
          if (place === 'behind the fence') await fence(tx, epoch)
          else await returnUnknownLeases(tx, epoch, (lease) => lease === leaseId)
          fenced.resolve()
          await burial.promise
          await finishRuns(tx, ground().hot, [finished(run)])
        })
        await fenced.promise
        let over = false
        const burying = ground()
          .tx((tx) => buryWorkers(tx, [epoch], 900))
          .finally(() => {
            over = true
          })
        await blockedOrOver(ground(), () => over)
        burial.resolve()
        await writing
        expect(await burying).toEqual([])
        expect(await ground().places(run)).toEqual(['succeeded 1'])
      },
    )
  })

  describe('a settlement', () => {
    it('writes everything a worker has to say at once', async () => {
      const { ids, leaseId, write, without } = await workerWith(6)
      const [ends = 0, fails = 0, waits = 0, refused = 0, returns = 0, runs = 0] = ids
      await ground().hold('bank', 1, [runs])
      await write({
        finished: [finished(ends, { result: '42' })],
        delayed: [{ id: fails, attempt: 2, due: 800 }],
        postponed: [{ id: waits, attempt: 1, due: 900 }],
        blocked: [{ id: refused, attempt: 1, gate: 'bank', priority: 1, vtime: 30 }],
        returned: [{ id: returns, attempt: 1 }],
        attempts: [{ run: fails, attempt: 1, startedAt: 100, endedAt: 500, error: '{"code":"Error"}' }],
        leases: without(ends, fails, waits, refused, returns),
      })
      expect(await ground().places(ends)).toEqual(['succeeded 1'])
      expect(await ground().places(fails)).toEqual(['timer 2 at 800'])
      expect(await ground().places(waits)).toEqual(['timer 1 at 900'])
      expect(await ground().places(refused)).toEqual(['blocked 1 at bank 1/30'])
      expect(await ground().places(returns)).toEqual(['ready 1'])
      expect(await ground().places(runs)).toEqual([])
      expect(await readLeases(ground().db)).toMatchObject([{ id: leaseId, ids: [runs], attempts: [1] }])
      expect(await ground().db.selectFrom('engine_attempt').selectAll().execute()).toEqual([
        {
          run: fails,
          attempt: 1,
          started_at: 100,
          ended_at: 500,
          error: '{"code":"Error"}',
          input: null,
          fingerprint: null,
        },
      ])
    })

    it('lets a run in again whose gate was forgotten after it had been refused there', async () => {
      const { ids, write, without } = await workerWith(2)
      const [refused = 0, runs = 0] = ids
      await write({
        blocked: [{ id: refused, attempt: 1, gate: 'gone', priority: 2, vtime: 0 }],
        leases: without(refused),
      })
      expect(await ground().places(refused)).toEqual(['ready 1'])
      expect(await ground().places(runs)).toEqual([])
    })

    it('written twice, because its answer was lost, moves nothing a second time', async () => {
      const { epoch, ids, write, without } = await workerWith(3)
      const [fails = 0, returns = 0, refused = 0] = ids
      // SQLite gives the number of its last lease again once that is deleted; the lease of another keeps it from that.
      await workerWith(1)
      await ground().hold('bank', 0, [])
      const once = {
        delayed: [{ id: fails, attempt: 2, due: 800 }],
        returned: [{ id: returns, attempt: 1 }],
        blocked: [{ id: refused, attempt: 1, gate: 'bank', priority: 2, vtime: 0 }],
        leases: without(fails, returns, refused),
      }
      await write(once)
      const { runs } = await ground().claim(epoch)
      expect(runs).toHaveLength(1)
      await write(once)
      expect(await ground().places(fails)).toEqual(['timer 2 at 800'])
      expect(await ground().places(returns)).toEqual([])
      expect(await ground().places(refused)).toEqual(['blocked 1 at bank 2/0'])
      expect((await readLeases(ground().db, [epoch])).map(({ ids: held }) => held)).toEqual([[returns]])
    })

    it('does not end the second life of a run with the failure of its first', async () => {
      const { ids, write, without } = await workerWith(2)
      const [run = 0, other = 0] = ids
      await ground().tx((tx) => finishRuns(tx, ground().hot, [finished(run)]))
      await ground().tx((tx) => replayRuns(tx, [run], { now: 0 }))
      await write({
        finished: [finished(run, { state: 'failed' }), finished(other, { state: 'failed' })],
        attempts: [{ run, attempt: 1, startedAt: 100, endedAt: 500, error: '{"code":"Error"}' }],
        leases: without(run, other),
      })
      expect(await ground().places(run)).toEqual(['ready 1'])
      expect(await ground().places(other)).toEqual(['failed 1'])
      expect((await readLeases(ground().db)).flatMap(({ ids: held }) => held)).toEqual([])
    })

    it('does not move a run whose completion was committed before', async () => {
      const { ids, write, without } = await workerWith(2)
      const [completed = 0, fails = 0] = ids
      await ground().tx((tx) => finishRuns(tx, ground().hot, [finished(completed)]))
      const delayed = [completed, fails].map((id) => ({ id, attempt: 2, due: 800 }))
      await write({ delayed, leases: without(completed, fails) })
      expect(await ground().places(completed)).toEqual(['succeeded 1'])
      expect(await ground().places(fails)).toEqual(['timer 2 at 800'])
    })

    it('moves only what the leases it names still cover', async () => {
      const mine = await workerWith(1)
      const { runs: later, leaseId } = await ground()
        .enqueue(2)
        .then(() => ground().claim(mine.epoch))
      const other = await workerWith(1)
      const [named = 0] = mine.ids
      const [unnamed = 0] = later.map(({ id }) => id)
      const [foreign = 0] = other.ids
      const returned = [named, unnamed, foreign].map((id) => ({ id, attempt: 1 }))
      const foreignLease = { id: other.leaseId, ids: [foreign], attempts: [1] }
      await mine.write({ returned, leases: [...mine.without(named), foreignLease] })
      expect(await ground().places(named)).toEqual(['ready 1'])
      expect(await ground().places(unnamed)).toEqual([])
      expect(await ground().places(foreign)).toEqual([])
      expect(new Set((await readLeases(ground().db)).map(({ id }) => id))).toEqual(new Set([leaseId, other.leaseId]))
    })

    it('moves nothing when it names no lease, and ends runs all the same', async () => {
      const { ids, write } = await workerWith(2)
      const [ends = 0, stays = 0] = ids
      await write({ finished: [finished(ends)], returned: [{ id: stays, attempt: 1 }] })
      expect(await ground().places(ends)).toEqual(['succeeded 1'])
      expect(await ground().places(stays)).toEqual([])
    })

    it('moves nothing of any kind that is not covered', async () => {
      const { epoch, write } = await workerWith(1)
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = await ground().enqueue(6)
      const { runs } = await ground().claim(await ground().worker())
      expect(runs).toHaveLength(6)
      await ground().hold('bank', 0, [])
      const [{ id: lease = 0 } = {}] = await readLeases(ground().db, [epoch])
      await write({
        delayed: [{ id: a, attempt: 2, due: 800 }],
        postponed: [{ id: b, attempt: 1, due: 800 }],
        returned: [{ id: c, attempt: 1 }],
        blocked: [{ id: d, attempt: 1, gate: 'bank', priority: 2, vtime: 0 }],
        suspended: [{ id: e, wakes: 0, due: 900 }],
        continued: [{ id: f, payload: '{"page":2}', options: null }],
        leases: [{ id: lease, ids: [], attempts: [] }],
      })
      for (const id of [a, b, c, d, e, f]) expect(await ground().places(id)).toEqual([])
    })

    it('lets a workflow wait until its instant, or begin anew with another input', async () => {
      const { ids, write, without } = await workerWith(3)
      const [sleeps = 0, waits = 0, continues = 0] = ids
      await write({
        suspended: [
          { id: sleeps, wakes: 0, due: 900 },
          { id: waits, wakes: 0, due: null },
        ],
        continued: [{ id: continues, payload: '{"page":2}', options: null }],
        leases: without(sleeps, waits, continues),
      })
      expect(await ground().places(sleeps)).toEqual(['wake 1 at 900'])
      expect(await ground().places(waits)).toEqual([])
      expect(await ground().places(continues)).toEqual(['ready 1'])
      const body = ground().db.selectFrom('engine_body').select('payload').where('id', '=', continues)
      expect(await body.executeTakeFirst()).toEqual({ payload: '{"page":2}' })
      expect(await readLeases(ground().db)).toEqual([])
    })
  })

  describe('the slots of a run', () => {
    it('go to whoever waits when it is delayed or waits at another gate', async () => {
      const { ids, write, without } = await workerWith(2)
      const [fails = 0, refused = 0] = ids
      const [first = 0, second = 0] = await ground().enqueue(2)
      await blockedAt('bank', first)
      await blockedAt('mail', second)
      await ground().hold('bank', 1, [fails])
      await ground().hold('mail', 1, [refused])
      await ground().hold('other', 0, [])
      await write({
        delayed: [{ id: fails, attempt: 2, due: 800 }],
        blocked: [{ id: refused, attempt: 1, gate: 'other', priority: 2, vtime: 0 }],
        leases: without(fails, refused),
      })
      expect(await ground().places(first)).toEqual(['ready 1'])
      expect(await ground().places(second)).toEqual(['ready 1'])
      expect(await ground().holders('bank')).toEqual([first])
      expect(await ground().holders('mail')).toEqual([second])
    })

    it('stay its own when it is put off to its reserved start, or keeps them on its way back', async () => {
      const { ids, write, without } = await workerWith(2)
      const [waits = 0, returns = 0] = ids
      await ground().hold('bank', 2, [waits, returns])
      await write({
        postponed: [{ id: waits, attempt: 1, due: 800 }],
        returned: [{ id: returns, attempt: 1 }],
        leases: without(waits, returns),
      })
      expect(await ground().holders('bank')).toEqual([waits, returns])
    })

    it('are dropped when it comes back empty-handed', async () => {
      const { ids, write, without } = await workerWith(2)
      const [keeps = 0, drops = 0] = ids
      await ground().hold('bank', 2, [keeps, drops])
      await write({
        returned: ids.map((id) => ({ id, attempt: 1 })),
        emptyHanded: [drops],
        leases: without(keeps, drops),
      })
      expect(await ground().holders('bank')).toEqual([keeps])
    })

    it('given back by a run that ends go to one that begins to wait in the same settlement', async () => {
      const { ids, write, without } = await workerWith(2)
      const [ends = 0, refused = 0] = ids
      await ground().hold('bank', 1, [ends])
      await write({
        finished: [finished(ends, { options: { l: [['bank', 1, 0, 0]] } })],
        blocked: [{ id: refused, attempt: 1, gate: 'bank', priority: 2, vtime: 0 }],
        leases: without(refused),
      })
      expect(await ground().places(refused)).toEqual(['ready 1'])
      expect(await ground().holders('bank')).toEqual([refused])
    })

    it('that were free by the time it began to wait are given to it at once', async () => {
      const { ids, write, without } = await workerWith(1)
      const [refused = 0] = ids
      await ground().hold('bank', 1, [])
      await write({
        blocked: [{ id: refused, attempt: 1, gate: 'bank', priority: 2, vtime: 0 }],
        leases: without(refused),
      })
      expect(await ground().places(refused)).toEqual(['ready 1'])
    })
  })

  describe('a cancellation', () => {
    it('that a run did not hear of before it moved ends it where it would have waited', async () => {
      const { ids, write, without } = await workerWith(5)
      const [fails = 0, waits = 0, refused = 0, returns = 0, other = 0] = ids
      await ground().hold('bank', 0, [])
      for (const [index, id] of [fails, waits, refused, returns].entries())
        await requestCancel(ground().db, id, index < 2 ? 'by its owner' : 'by an operator', 1)
      await write({
        delayed: [{ id: fails, attempt: 2, due: 800 }],
        postponed: [{ id: waits, attempt: 1, due: 800 }],
        blocked: [{ id: refused, attempt: 1, gate: 'bank', priority: 2, vtime: 0 }],
        returned: [returns, other].map((id) => ({ id, attempt: 1 })),
        leases: without(...ids),
      })
      expect(await ground().places(fails)).toEqual(['cancelled 2'])
      for (const id of [waits, refused, returns]) expect(await ground().places(id)).toEqual(['cancelled 1'])
      expect(await ground().places(other)).toEqual(['ready 1'])
      const ended = await ground().db.selectFrom('engine_done').select(['id', 'error', 'at']).orderBy('id').execute()
      const reasons = ended.map(({ id, error, at }) => [id, JSON.parse(error ?? '{}').message, at])
      expect(reasons).toEqual([
        [fails, 'by its owner', 500],
        [waits, 'by its owner', 500],
        [refused, 'by an operator', 500],
        [returns, 'by an operator', 500],
      ])
    })

    it('of a run that still runs is left for it to hear', async () => {
      const { ids, write, without } = await workerWith(2)
      const [returns = 0, runs = 0] = ids
      await requestCancel(ground().db, runs, 'by its owner', 1)
      await write({ returned: [{ id: returns, attempt: 1 }], leases: without(returns) })
      expect(await ground().places(runs)).toEqual([])
      expect(await ground().db.selectFrom('engine_cancel').select('run').execute()).toEqual([{ run: runs }])
    })
  })
})
