import assert from 'node:assert/strict'
import { type Enqueued, job, type RunFilter } from '@regie/engine'
import { sql } from 'kysely'
import { z } from 'zod'
import { addEffect, countRows, createEffects, engineTables, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, followedBy, type Lab, reached, refusal, type Section } from './lab.ts'

const noop = job({ name: 'noop', input: z.object({ n: z.number().optional() }), run: () => {} })

/** Faults that were found once, in transactions and in what follows their commit. */
export const transactionRegressions: Section = {
  title: 'faults found once: transactions',
  tests: {
    'tells a caller who swallowed a failed statement whether his transaction was kept': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await createEffects(engine)
      const committing = engine.transaction(async (tx) => {
        await addEffect(tx.db, 'row')
        await tx.enqueue(noop, {})
        await assert.rejects(sql`insert into nowhere values (1)`.execute(tx.db))
      })
      // SQLite undoes the one statement and goes on; PostgreSQL gives the whole transaction up.
      const kept = engine.database.dialect === 'sqlite'
      if (kept) await committing
      if (!kept) await refusal('STORE_FAILED', () => committing)
      assert.deepEqual([await engine.runs.count(), await readEffects(engine)], kept ? [1, ['row']] : [0, []])
    },

    'harms no other caller when what one wants after his commit throws': async ({ start }) => {
      await using engine = await start({ jobs: [noop] })
      const called: number[] = []
      const faults = await uncaught(async () => {
        const ids = await Promise.all(
          Array.from({ length: 5 }, (_, n) =>
            engine.transaction(async (tx) => {
              tx.afterCommit(() => {
                if (n === 2) throw new RangeError('after commit')
              })
              tx.afterCommit(() => called.push(n))
              return (await tx.enqueue(noop, { n })).id
            }),
          ),
        )
        for (const id of ids) assert.equal((await ended(engine, id)).state, 'succeeded')
        await until('the fault has come up', () => called.length === 5)
      })
      assert.deepEqual([called.toSorted(), faults.map(String)], [[0, 1, 2, 3, 4], ['RangeError: after commit']])
    },

    "refuses at once to enqueue inside somebody's transaction without his `tx`": async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      await engine.transaction(async (tx) => {
        await refusal('TRANSACTION_NESTED', () => engine.enqueue(noop, {}))
        await refusal('TRANSACTION_NESTED', () => engine.enqueueMany(noop, [{}], { tags: ['x'] }))
        await refusal('TRANSACTION_NESTED', () => engine.enqueueBatch([noop.with({})]))
        await tx.enqueue(noop, {})
      })
      assert.equal(await engine.runs.count(), 1)
    },

    'enqueues 12,000 runs with tags and an expiry in one call': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      const inputs = Array.from({ length: 12_000 }, (_, n) => ({ n }))
      const runs = await engine.enqueueMany(noop, inputs, { tags: ['bulk', 'import'], expires: '1h' })
      assert.equal(new Set(runs.map(({ id }) => id)).size, 12_000)
      assert.equal(await engine.runs.count({ tag: 'import', state: ['queued'] }), 12_000)
      assert.equal(await countRows(engine, 'engine_timer'), 12_000)
    },

    'refuses to search for a state that does not exist': async ({ start }) => {
      await using engine = await start({ jobs: [noop], roles: ['api'] })
      const filter: RunFilter = JSON.parse('{"state":["done"]}')
      await refusal('FILTER_INVALID', () => engine.runs.search(filter))
      await refusal('FILTER_INVALID', () => engine.runs.count(filter))
      await refusal('FILTER_INVALID', () => engine.runs.cancelMany(filter))
    },
  },
}

/** What nobody caught while `work` went on; the test runner does not hear of it. */
async function uncaught(work: () => Promise<void>): Promise<readonly unknown[]> {
  const faults: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => void faults.push(error))
  try {
    await work()
    await until('somebody has thrown', () => faults.length > 0)
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const other of others) process.on('uncaughtException', other)
  }
  return faults
}

const note = z.object({ n: z.number() })

/** An engine with one slot, which is taken; quick work was done before, so what comes next is claimed ahead. */
async function startClaimingAhead({ start }: Lab, order: number[]) {
  const [gate, hold] = [door(), door()]
  const jobs = {
    quick: job({ name: 'quick', input: note, run: (_, { n }) => void order.push(n) }),
    block: job({ name: 'block', input: z.object({}), run: () => gate.opened }),
    newest: job({
      name: 'newest',
      input: note,
      unique: { key: () => 'one', while: ['queued'], onConflict: 'replace' },
      run: (_, { n }) => void order.push(n),
    }),
    latest: job({
      name: 'latest',
      input: note,
      unique: { key: () => 'one', onConflict: 'replace' },
      async run(_, { n }) {
        order.push(n)
        await hold.opened
      },
    }),
    calm: job({
      name: 'calm',
      input: note,
      debounce: { key: () => 'one', wait: '1s' },
      run: (_, { n }) => void order.push(n),
    }),
  }
  const engine = await start({ jobs: Object.values(jobs), queues: { default: { concurrency: 1 } } })
  await ended(engine, (await engine.enqueue(jobs.quick, { n: 0 })).id)
  await reached(engine, (await engine.enqueue(jobs.block, {})).id, 'running')
  return { engine, gate, hold, jobs }
}

/** Faults that were found once, in claiming, handing back and waking. */
export const workingRegressions: Section = {
  title: 'faults found once: work',
  tests: {
    'takes the newest input of a replaced run that was claimed ahead and had not started': async (lab) => {
      const order: number[] = []
      const { engine, gate, jobs } = await startClaimingAhead(lab, order)
      const first = await engine.enqueue(jobs.newest, { n: 1 })
      await reached(engine, first.id, 'running')
      const second = await engine.enqueue(jobs.newest, { n: 2 })
      gate.open()
      await ended(engine, second.id)
      assert.equal(order.at(-1), 2)
    },

    'gives a run that keeps its key to its end the newest input until it starts, and no other after': async (lab) => {
      const order: number[] = []
      const { engine, gate, hold, jobs } = await startClaimingAhead(lab, order)
      const first = await engine.enqueue(jobs.latest, { n: 1 })
      await reached(engine, first.id, 'running')
      const second = await engine.enqueue(jobs.latest, { n: 2 })
      assert.deepEqual(second, { id: first.id, duplicate: true })
      gate.open()
      await until('it has started', () => order.includes(2))
      const third = await engine.enqueue(jobs.latest, { n: 3 })
      assert.deepEqual(third, { id: first.id, duplicate: true })
      hold.open()
      const { input, attempt } = await ended(engine, first.id)
      assert.deepEqual([input, attempt, order], [{ n: 2 }, 1, [0, 2]])
    },

    'takes the newest input of a debounced run that was claimed ahead and had not started': async (lab) => {
      const order: number[] = []
      const { engine, gate, jobs } = await startClaimingAhead(lab, order)
      const first = await engine.enqueue(jobs.calm, { n: 1 })
      await lab.clock.advance(1_000)
      await until('it is claimed', async () => (await engine.runs.get(first.id)).state !== 'scheduled')
      const second = await engine.enqueue(jobs.calm, { n: 2 })
      gate.open()
      await lab.clock.advance(1_000)
      await ended(engine, second.id)
      assert.equal(order.at(-1), 2)
    },

    'hands back what was claimed ahead when its queue is paused, and runs it after the pause': async (lab) => {
      const order: number[] = []
      const { engine, gate, jobs } = await startClaimingAhead(lab, order)
      const inputs = Array.from({ length: 20 }, (_, n) => ({ n: n + 1 }))
      const ahead = await engine.enqueueMany(jobs.quick, inputs)
      await until('some are claimed ahead', async () => (await engine.runs.count({ state: ['running'] })) > 1)
      await engine.queues.pause('default')
      await until('they wait again', async () => (await engine.runs.count({ state: ['queued'] })) === ahead.length)
      gate.open()
      await until('the blocker has ended', async () => (await engine.runs.count({ state: ['running'] })) === 0)
      assert.deepEqual(order, [0])
      await engine.queues.resume('default')
      for (const { id } of ahead) assert.equal((await ended(engine, id)).attempt, 1)
      assert.deepEqual(order, [0, ...inputs.map(({ n }) => n)])
    },

    'wakes what waits for the end of a batch when its last run completes itself': async ({ start }) => {
      const self = job({ name: 'self', input: z.object({}), run: (ctx) => ctx.complete(async () => 'done') })
      await using engine = await start({ jobs: [self, noop] })
      await engine.enqueueBatch([self.with({}), self.with({})], followedBy(noop.with({ n: 1 })))
      // The clock stands still: no pulse comes by.
      await until('the follower has ended', async () => {
        return (await engine.runs.count({ job: 'noop', state: ['succeeded'] })) === 1
      })
    },

    'gives back the slots of a run that hangs after its completion, and stops without it': async ({ start, clock }) => {
      const forever = door()
      const hang = job({
        name: 'hang',
        input: z.object({}),
        timeout: '1s',
        limits: [{ key: 'one', concurrency: 1 }],
        async run(ctx) {
          await ctx.complete(async () => 'done')
          if (ctx.run.attempt === 1) await forever.opened
        },
      })
      const engine = await start({ jobs: [hang, noop], queues: { default: { concurrency: 2 } }, stopMs: 10 })
      const [first, second] = await engine.enqueueMany(hang, [{}, {}])
      // The slot of the limit is given back by the completion, that of the queue when the time of the attempt is over.
      for (const run of [first, second]) assert.equal((await ended(engine, run?.id ?? 0)).result, 'done')
      const third = await engine.enqueue(noop, {})
      await clock.advance(4_000)
      assert.equal((await ended(engine, third.id)).state, 'succeeded')
      await engine.stop()
      forever.open()
    },

    'hands runs back exactly once when it is stopped while they ask for admission': async ({ start }) => {
      const starts = new Map<number, number>()
      const limited = job({
        name: 'limited',
        input: z.object({}),
        limits: [{ key: 'some', concurrency: 3 }],
        async run(ctx) {
          starts.set(ctx.run.id, (starts.get(ctx.run.id) ?? 0) + 1)
          await new Promise((resolve) => setImmediate(resolve))
        },
      })
      await using api = await start({ jobs: [limited], roles: ['api'] })
      const runs: Enqueued[] = []
      for (let turns = 0; turns < 12; turns++) {
        const worker = await start({ jobs: [limited] })
        runs.push(...(await worker.enqueueMany(limited, [{}, {}, {}, {}, {}])))
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        await worker.stop()
        const waiting = runs.filter(({ id }) => !starts.has(id)).map(({ id }) => id)
        assert.equal(await api.runs.count({ state: ['queued', 'blocked'] }), waiting.length)
        const holders = await engineTables(api).selectFrom('engine_hold').select('run').execute()
        // A slot may be kept for a run that was let through already; none for one that has ended.
        assert.ok(
          holders.every(({ run }) => waiting.includes(run)),
          `slots are held by ${JSON.stringify(holders)}`,
        )
      }
      await using _last = await start({ jobs: [limited] })
      for (const { id } of runs) assert.equal((await ended(api, id)).attempt, 1)
      assert.deepEqual([starts.size, new Set(starts.values())], [runs.length, new Set([1])])
      await until('every slot is given back', async () => (await countRows(api, 'engine_hold')) === 0)
    },

    'does not spin on the expiry of runs that have ended, or that are forgotten': async ({ start, clock }) => {
      let timers = 0
      const counted: typeof clock = {
        ...clock,
        setTimer(callback, delayMs) {
          timers++
          return clock.setTimer(callback, delayMs)
        },
      }
      await using engine = await start({ jobs: [noop], clock: counted, retention: { endedMs: 1_000 } })
      const early = await engine.enqueueMany(noop, [{}, {}, {}], { expires: '20s' })
      const late = await engine.enqueueMany(noop, [{}, {}, {}], { expires: '2m' })
      // The newest run of all is never forgotten.
      const last = await engine.enqueue(noop, {})
      for (const { id } of [...early, ...late, last]) await ended(engine, id)
      await clock.advance(110_000)
      assert.equal(await countRows(engine, 'engine_body'), 1)
      timers = 0
      await clock.advance(20_000)
      // Two or three a second: beats, looks for cancellations, pulses with the timer they set.
      assert.ok(timers < 80, `${timers} timers in 20 s`)
      assert.equal(await countRows(engine, 'engine_timer'), 0)
    },

    'starts a retried run and a replayed one soon, however many newer ones wait': async ({ start, clock }) => {
      const gate = door()
      const order: string[] = []
      const first = job({
        name: 'first',
        input: z.object({}),
        retry: { base: '1s', jitter: 'none', attempts: 2 },
        run(ctx) {
          order.push(`first ${ctx.run.attempt}`)
          if (ctx.run.attempt === 1) throw new Error('once')
        },
      })
      const block = job({ name: 'block', input: z.object({}), run: () => gate.opened })
      const next = job({ name: 'next', input: z.object({}), run: () => void order.push('next') })
      await using engine = await start({ jobs: [first, block, next], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(first, {})
      await reached(engine, id, 'scheduled')
      await reached(engine, (await engine.enqueue(block, {})).id, 'running')
      const backlog = await engine.enqueueMany(
        next,
        Array.from({ length: 3_000 }, () => ({})),
      )
      // Its worker may set the timer of the retry a moment after the state is seen.
      await until('it is queued again', async () => {
        await clock.advance(1_000)
        return (await engine.runs.get(id)).state === 'queued'
      })
      gate.open()
      await until('all have ended', async () => {
        return (await engine.runs.count({ state: ['succeeded'] })) === backlog.length + 2
      })
      // At most 512 were claimed ahead when it came back.
      const place = order.indexOf('first 2')
      assert.ok(place > 0 && place < 1_100, `it was the ${place}th of ${order.length}`)
    },
  },
}
