import assert from 'node:assert/strict'
import { type Engine, job, type Rate } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { aborted, allEnded, door, ended, type Lab, oneAtATime, reached, type Section } from './lab.ts'

const Keyed = z.object({ key: z.string() })

/** Runs until `count` have succeeded, moving the clock on as long as some wait for it. */
async function runAll({ clock }: Lab, engine: Engine, count: number, stepMs: number): Promise<void> {
  for (let steps = 0; steps < 2_000; steps++) {
    if ((await engine.runs.count({ state: ['succeeded'] })) === count) return
    await clock.advance(stepMs)
  }
  assert.fail(`of ${count} runs ${await engine.runs.count({ state: ['succeeded'] })} have ended`)
}

/** Fails when more than `burst` and what was refilled since started between any two of these instants. */
function conforms(starts: readonly number[], burst: number, intervalMs: number): void {
  for (const [from, first] of starts.entries()) {
    for (let to = from + 1; to < starts.length; to++) {
      const allowed = burst + Math.floor(((starts[to] ?? 0) - first) / intervalMs + 1e-9)
      assert.ok(
        to - from + 1 <= allowed,
        `${to - from + 1} starts from ${first} to ${starts[to]}, allowed were ${allowed}`,
      )
    }
  }
}

/** A job that notes how many of each key run at once, and the most that ever did. */
function counting(concurrency: number) {
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  const count = job({
    name: 'count',
    input: Keyed,
    limits: [{ key: ({ key }) => key, concurrency }],
    async run(_, { key }) {
      const now = (running.get(key) ?? 0) + 1
      running.set(key, now)
      most.set(key, Math.max(most.get(key) ?? 0, now))
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      running.set(key, (running.get(key) ?? 0) - 1)
    },
  })
  return { count, most }
}

/** A job of a limited rate that notes when each of its runs starts. */
function calling(rate: Rate) {
  const starts: number[] = []
  const call = job({
    name: 'call',
    input: z.object({}),
    limits: [{ key: 'api', rate }],
    run: (ctx) => void starts.push(ctx.clock.now()),
  })
  return { call, starts }
}

/** Limits per key, over all processes. */
export const limiting: Section = {
  title: 'limits',
  tests: {
    'never run more of a key at once than allowed, in two processes together, and get everything done': async (lab) => {
      const { count, most } = counting(2)
      await using one = await lab.start({ jobs: [count] })
      await using _two = await lab.start({ jobs: [count] })
      const inputs = Array.from({ length: 120 }, (_, n) => ({ key: `key ${n % 3}` }))
      await one.enqueueMany(count, inputs)
      await runAll(lab, one, 120, 500)
      assert.deepEqual([...most.values()], [2, 2, 2])
      for (const table of ['engine_hold', 'engine_blocked'] as const)
        assert.equal(await countRows(one, table), 0, table)
    },

    'let a waiter start as soon as a slot is free, however the one before ended': async ({ start }) => {
      const entered: string[] = []
      const one = job({
        name: 'one',
        input: z.object({ how: z.string() }),
        limits: [{ key: 'only', concurrency: 1 }],
        retry: { attempts: 1 },
        async run(ctx, { how }) {
          entered.push(how)
          if (how === 'fails') throw new Error('as asked')
          if (how === 'is cancelled') await aborted(ctx.signal)
          if (how === 'completes') await ctx.complete(async () => 'done')
        },
      })
      await using engine = await start({ jobs: [one] })
      const hows = ['succeeds', 'fails', 'completes', 'is cancelled', 'comes last']
      const ids = (
        await engine.enqueueMany(
          one,
          hows.map((how) => ({ how })),
        )
      ).map(({ id }) => id)
      await until('the fourth runs', () => entered.includes('is cancelled'))
      assert.equal((await engine.runs.get(ids[4] ?? 0)).state, 'blocked')
      await engine.runs.cancel(ids[3] ?? 0)
      const runs = await allEnded(engine, ids)
      assert.deepEqual(
        runs.map(({ state }) => state),
        ['succeeded', 'failed', 'succeeded', 'cancelled', 'succeeded'],
      )
      assert.deepEqual(entered, hows)
    },

    'free the slot of a run that waits for its retry': async ({ start }) => {
      const one = job({
        name: 'one',
        input: z.object({ fail: z.boolean() }),
        limits: [{ key: 'only', concurrency: 1 }],
        retry: { base: '1h' },
        run(_, { fail }) {
          if (fail) throw new Error('later')
        },
      })
      await using engine = await start({ jobs: [one], random: () => 0.9 })
      const [first, second] = await engine.enqueueMany(one, [{ fail: true }, { fail: false }])
      assert.equal((await ended(engine, second?.id ?? 0)).state, 'succeeded')
      assert.equal((await engine.runs.get(first?.id ?? 0)).state, 'scheduled')
    },

    'hold no queue slot while they block': async ({ start }) => {
      const gate = door()
      const one = oneAtATime(gate)
      const other = job({ name: 'other', input: z.object({}), run: () => 'ran' })
      await using engine = await start({ jobs: [one, other], queues: { default: { concurrency: 2 } } })
      await engine.enqueueMany(one, [{}, {}, {}, {}])
      const { id } = await engine.enqueue(other, {})
      assert.equal((await ended(engine, id)).result, 'ran')
      gate.open()
    },

    'keep no slot for a run whose queue is paused': async ({ start, clock }) => {
      const gate = door()
      const one = job({
        name: 'one',
        input: z.object({ hold: z.boolean() }),
        limits: [{ key: 'only', concurrency: 1 }],
        run: (_, { hold }) => (hold ? gate.opened : undefined),
      })
      await using engine = await start({ jobs: [one], queues: { a: {}, b: {} } })
      const holder = await engine.enqueue(one, { hold: true })
      await reached(engine, holder.id, 'running')
      const first = await engine.enqueue(one, { hold: false }, { queue: 'a' })
      await reached(engine, first.id, 'blocked')
      const second = await engine.enqueue(one, { hold: false }, { queue: 'b' })
      await reached(engine, second.id, 'blocked')
      await engine.queues.pause('a')
      gate.open()
      await ended(engine, holder.id)
      await clock.advance(6_000)
      assert.equal((await ended(engine, second.id)).state, 'succeeded')
      assert.equal((await engine.runs.get(first.id)).state, 'queued')
      await engine.queues.resume('a')
      assert.equal((await ended(engine, first.id)).state, 'succeeded')
    },

    'count each organisation on its own': async ({ start }) => {
      const gate = door()
      const one = oneAtATime(gate)
      await using engine = await start({ jobs: [one] })
      const [first, second, third] = [
        await engine.enqueue(one, {}, { org: 'a' }),
        await engine.enqueue(one, {}, { org: 'a' }),
        await engine.enqueue(one, {}, { org: 'b' }),
      ]
      await reached(engine, second.id, 'blocked')
      await reached(engine, first.id, 'running')
      await reached(engine, third.id, 'running')
      gate.open()
    },

    'share one key among several jobs': async ({ start }) => {
      const gate = door()
      const limits = [{ key: 'printer', concurrency: 1 }]
      const one = job({ name: 'one', input: z.object({}), limits, run: () => gate.opened })
      const two = job({ name: 'two', input: z.object({}), limits, run: () => {} })
      await using engine = await start({ jobs: [one, two] })
      const first = await engine.enqueue(one, {})
      await reached(engine, first.id, 'running')
      const second = await engine.enqueue(two, {})
      await reached(engine, second.id, 'blocked')
      gate.open()
      assert.equal((await ended(engine, second.id)).state, 'succeeded')
    },

    'let through what a raised limit allows': async ({ start, clock }) => {
      const gate = door()
      const limited = (concurrency: number) =>
        job({ name: 'limited', input: z.object({}), limits: [{ key: 'only', concurrency }], run: () => gate.opened })
      await using before = await start({ jobs: [limited(1)] })
      const ids = (await before.enqueueMany(limited(1), [{}, {}, {}])).map(({ id }) => id)
      await reached(before, ids[2] ?? 0, 'blocked')
      await using after = await start({ jobs: [limited(3)] })
      const next = await after.enqueue(limited(3), {})
      await reached(after, next.id, 'running')
      await clock.advance(6_000)
      gate.open()
      for (const { state } of await allEnded(after, [...ids, next.id])) assert.equal(state, 'succeeded')
    },

    'start no more per length of time than allowed, two processes together': async (lab) => {
      const { call, starts } = calling('5/1s')
      await using one = await lab.start({ jobs: [call] })
      await using _two = await lab.start({ jobs: [call] })
      const begin = lab.clock.now()
      await one.enqueueMany(
        call,
        Array.from({ length: 30 }, () => ({})),
      )
      await runAll(lab, one, 30, 200)
      assert.deepEqual(starts.slice(0, 5), [begin, begin, begin, begin, begin])
      conforms(starts, 5, 200)
      assert.ok(
        (starts.at(-1) ?? 0) <= begin + 7_000,
        `the last started ${(starts.at(-1) ?? 0) - begin} ms after the first`,
      )
    },

    'start a run that its rate puts off exactly when it conforms, without waiting for anything else': async ({
      start,
      clock,
    }) => {
      const { call, starts } = calling('1/300ms')
      await using engine = await start({ jobs: [call] })
      const begin = clock.now()
      const ids = (await engine.enqueueMany(call, [{}, {}, {}])).map(({ id }) => id)
      await ended(engine, ids[0] ?? 0)
      await reached(engine, ids[2] ?? 0, 'scheduled')
      await clock.advance(299)
      assert.equal(starts.length, 1)
      await clock.advance(1)
      await ended(engine, ids[1] ?? 0)
      await clock.advance(300)
      const last = await ended(engine, ids[2] ?? 0)
      assert.deepEqual(starts, [begin, begin + 300, begin + 600])
      assert.deepEqual([last.attempt, last.attempts], [1, []])
    },

    'give a backlog no more than the burst when its queue is resumed': async (lab) => {
      const { call, starts } = calling('4/2s')
      await using engine = await lab.start({ jobs: [call] })
      await engine.queues.pause('default')
      await engine.enqueueMany(
        call,
        Array.from({ length: 16 }, () => ({})),
      )
      await lab.clock.advance(30_000)
      assert.equal(starts.length, 0)
      await engine.queues.resume('default')
      await until('the burst has started', () => starts.length === 4)
      await runAll(lab, engine, 16, 500)
      conforms(starts, 4, 500)
    },

    'hold together: several at once of a key, and a rate over all keys': async (lab) => {
      const starts: number[] = []
      let running = 0
      let most = 0
      const both = job({
        name: 'both',
        input: Keyed,
        limits: [
          { key: ({ key }) => key, concurrency: 1 },
          { key: 'all', rate: '4/1s' },
        ],
        async run(ctx, { key }) {
          starts.push(ctx.clock.now())
          if (key !== 'a') return
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          running--
        },
      })
      await using one = await lab.start({ jobs: [both] })
      await using _two = await lab.start({ jobs: [both] })
      await one.enqueueMany(
        both,
        Array.from({ length: 24 }, (_, n) => ({ key: n % 2 === 0 ? 'a' : 'b' })),
      )
      await runAll(lab, one, 24, 250)
      assert.equal(most, 1)
      conforms(starts, 4, 250)
    },

    'keep the order of runs that one key lets through one by one': async ({ start }) => {
      const order: number[] = []
      const step = job({
        name: 'step',
        input: z.object({ n: z.number() }),
        limits: [{ key: 'line', concurrency: 1 }],
        run: (_, { n }) => void order.push(n),
      })
      await using api = await start({ jobs: [step], roles: ['api'] })
      await api.enqueueMany(
        step,
        Array.from({ length: 40 }, (_, n) => ({ n })),
      )
      await using _worker = await start({ jobs: [step] })
      await until('all have started', () => order.length === 40)
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
      )
    },
  },
}
