import assert from 'node:assert/strict'
import { chain, chord, type Engine, group, type JobCall, job, type RunDetail, schedule } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { aborted, door, ended, reached, refusal, type Section } from './lab.ts'

const part = job({
  name: 'part',
  input: z.object({ n: z.number(), fail: z.boolean().default(false) }),
  retry: { attempts: 1 },
  run(_, { n, fail }) {
    if (fail) throw new Error(`part ${n} as asked`)
    return n
  },
})
const show = job({ name: 'show', input: z.unknown(), run: (_, value) => JSON.stringify(value) })
const jobs = [part, show]

async function resultOf(engine: Engine, call: JobCall): Promise<RunDetail> {
  const { id } = await engine.enqueue(call)
  return ended(engine, id)
}

function parts(count: number, failing: readonly number[] = []) {
  return Array.from({ length: count }, (_, n) => part.with({ n, fail: failing.includes(n) }))
}

/** Chains, groups and chords with parts that fail, and processes that die under them. */
export const flowFaults: Section = {
  title: 'failures of chains, groups and chords',
  tests: {
    'end a chain with the first part that fails: what follows is never enqueued': async ({ start }) => {
      await using engine = await start({ jobs })
      const run = await resultOf(engine, chain(part.with({ n: 1 }), part.with({ n: 2, fail: true }), show))
      assert.deepEqual([run.state, run.error?.code], ['failed', 'STEP_FAILED'])
      assert.match(run.error?.message ?? '', /"2 part" failed: part 2 as asked/)
      assert.equal(await engine.runs.count({ job: 'show' }), 0)
    },

    'end a chain whose next job does not take the result, and say why': async ({ start }) => {
      await using engine = await start({ jobs })
      const run = await resultOf(engine, chain(part.with({ n: 1 }), part as never) as JobCall)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'PAYLOAD_INVALID'])
    },

    'fail a group with the policy all once the others have ended, which are not cancelled': async ({ start }) => {
      const gate = door()
      const slow = job({ name: 'slow', input: z.object({}), run: () => gate.opened.then(() => 'late') })
      await using engine = await start({ jobs: [...jobs, slow] })
      const { id } = await engine.enqueue(group([slow.with({}), ...parts(2, [0, 1])]))
      await until('the two have failed', async () => (await engine.runs.count({ state: ['failed'] })) === 2)
      assert.equal((await engine.runs.get(id)).endedAt, undefined)
      gate.open()
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'GROUP_FAILED'])
      assert.match(run.error?.message ?? '', /^2 of 3 calls .* first call 2, part \(failed\): Error: part 0 as asked/)
      const { runs } = await engine.runs.search({ job: 'slow' })
      assert.equal(runs[0]?.state, 'succeeded')
    },

    'tell what became of each call of a group with the policy settle': async ({ start, clock }) => {
      const gate = door()
      const held = job({ name: 'held', input: z.object({}), expires: '5s', queue: 'idle', run: () => gate.opened })
      const stop = job({ name: 'stop', input: z.object({}), queue: 'idle', run: () => gate.opened })
      await using engine = await start({ jobs: [...jobs, held, stop], queues: { idle: {} } })
      await engine.queues.pause('idle')
      const { id } = await engine.enqueue(group([...parts(2, [1]), held.with({}), stop.with({})], { policy: 'settle' }))
      const [waiting] = await until('the calls are enqueued', async () => {
        const { runs } = await engine.runs.search({ job: 'stop' })
        return runs.length > 0 && runs
      })
      await engine.runs.cancel(waiting?.id ?? 0, 'not wanted')
      await clock.advance(5_000)
      const { state, result } = await ended(engine, id)
      assert.equal(state, 'succeeded')
      const outcomes = z.array(
        z.object({
          state: z.string(),
          result: z.unknown().optional(),
          error: z.looseObject({ code: z.string() }).optional(),
        }),
      )
      assert.deepEqual(
        outcomes.parse(result).map(({ state: each, result: value, error }) => [each, value, error?.code]),
        [
          ['succeeded', 0, undefined],
          ['failed', undefined, 'Error'],
          ['expired', undefined, 'EXPIRED'],
          ['cancelled', undefined, 'ABORTED'],
        ],
      )
    },

    'keep the callback of a chord from running with the policy all, and run it once with settle': async ({ start }) => {
      await using engine = await start({ jobs })
      const all = await resultOf(engine, chord(group(parts(3, [1])), show as never))
      assert.deepEqual([all.state, all.error?.code], ['failed', 'GROUP_FAILED'])
      assert.equal(await engine.runs.count({ job: 'show' }), 0)
      const settled = await resultOf(engine, chord(group(parts(3, [0, 1, 2]), { policy: 'settle' }), show))
      assert.equal(settled.state, 'succeeded')
      assert.equal(await engine.runs.count({ job: 'show' }), 1)
      assert.equal(JSON.parse(z.string().parse(settled.result)).length, 3)
    },

    'wait for the retries of their parts': async ({ start, clock }) => {
      const flaky = job({
        name: 'flaky',
        input: z.number(),
        retry: { base: '10s', jitter: 'none' },
        run(ctx, n) {
          if (ctx.run.attempt === 1) throw new Error('again')
          return n
        },
      })
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(group([flaky.with(1), flaky.with(2)]))
      await until('both wait', async () => (await engine.runs.count({ state: ['scheduled'] })) === 2)
      await clock.advance(10_000)
      assert.deepEqual((await ended(engine, id)).result, [1, 2])
    },

    'are refused whole when a part could not be enqueued: nothing is stored': async ({ start }) => {
      const only = job({ name: 'only', input: z.object({}), unique: {}, run: () => {} })
      const soon = job({ name: 'soon', input: z.object({}), debounce: { wait: '1s' }, run: () => {} })
      const stranger = job({ name: 'stranger', input: z.object({}), run: () => {} })
      await using engine = await start({ jobs: [...jobs, only, soon], roles: ['api'] })
      const bad: JobCall = { job: part, input: { n: 'x' } }
      const flow = (input: unknown): JobCall => ({ job: chain(show.with(1)).job, input })
      for (const [code, call] of [
        ['JOB_UNKNOWN', chain(stranger.with({}))],
        ['JOB_UNKNOWN', chain(part.with({ n: 1 }), stranger as never) as JobCall],
        ['JOB_UNKNOWN', chord(group(parts(2)), stranger as never)],
        ['JOB_UNKNOWN', chain(show.with(1), group([...parts(1), chain(stranger.with({}))]))],
        ['PAYLOAD_INVALID', chain(part.with({ n: 1 }), bad)],
        ['PAYLOAD_INVALID', chain(show.with(1), chain(group([bad])))],
        ['JOB_INVALID', group([only.with({})])],
        ['JOB_INVALID', group([chain(soon.with({}))])],
        ['PAYLOAD_INVALID', flow({ kind: 'chain', links: [] })],
        ['PAYLOAD_INVALID', flow({ kind: 'group', policy: 'most', calls: [{ job: 'show', input: 1 }] })],
        ['PAYLOAD_TOO_LARGE', chain(show.with('x'.repeat(1_100_000)))],
      ] as const)
        await refusal(code, () => engine.enqueue(call))
      await refusal('JOB_UNKNOWN', () => engine.enqueueBatch([show.with(1), chain(stranger.with({}))]))
      await refusal('JOB_UNKNOWN', () => engine.transaction((tx) => tx.enqueue(chain(stranger.with({})))))
      const often = schedule({ name: 'often', every: '1m', call: chain(stranger.with({})) })
      await refusal('SCHEDULE_INVALID', () => start({ jobs, schedules: [often] }))
      assert.equal(await engine.runs.count(), 0)
    },

    'fail clearly when the results are too large to be the input of what follows': async ({ start }) => {
      const large = job({ name: 'large', input: z.number(), run: (_, n) => 'x'.repeat(n) })
      await using engine = await start({ jobs: [...jobs, large] })
      const many = await resultOf(engine, chord(group([large.with(700_000), large.with(700_000)]), show as never))
      assert.equal(many.state, 'failed')
      assert.match(many.error?.message ?? '', /more than 1 MiB.*return a reference/)
      const one = await resultOf(engine, chain(large.with(1_100_000), show))
      assert.equal(one.state, 'failed')
      assert.match(one.error?.message ?? '', /1048576 bytes.*return a reference/)
      assert.equal(await engine.runs.count({ job: 'show' }), 0)
    },

    'are cancelled with everything they have started': async ({ start, clock }) => {
      const slow = job({
        name: 'slow',
        input: z.object({}),
        run: (ctx) => aborted(ctx.signal),
      })
      await using engine = await start({ jobs: [...jobs, slow] })
      const { id } = await engine.enqueue(chord(group([chain(slow.with({})), slow.with({})]), show as never))
      await until('both run', async () => (await engine.runs.count({ job: 'slow', state: ['running'] })) === 2)
      await engine.runs.cancel(id, 'changed my mind')
      const run = await until('the chord ends', async () => {
        await clock.advance(1_000)
        const now = await engine.runs.get(id)
        return now.endedAt !== undefined && now
      })
      assert.equal(run.state, 'cancelled')
      await until(
        'all have ended',
        async () => (await engine.runs.count({ state: ['queued', 'running', 'scheduled'] })) === 0,
      )
      assert.equal(await engine.runs.count({ job: 'slow', state: ['cancelled'] }), 2)
      assert.equal(await engine.runs.count({ job: 'show' }), 0)
    },

    'go on where they stood when their process dies in the middle, and run the callback once': async ({
      start,
      clock,
    }) => {
      const gate = door()
      const starts = new Map<number, number>()
      const entered: number[] = []
      const step = job({
        name: 'step',
        input: z.number(),
        async run(ctx, n) {
          starts.set(n, (starts.get(n) ?? 0) + 1)
          if (n < 5 || ctx.run.attempt > 1) return n
          entered.push(n)
          await gate.opened
          return -1
        },
      })
      const calls: number[][] = []
      const sum = job({ name: 'sum', input: z.array(z.number()), run: (_, all) => void calls.push(all) })
      const numbers = Array.from({ length: 8 }, (_, n) => n)
      await using dead = await start({ jobs: [step, sum], clock: fakeClock() })
      const { id } = await dead.enqueue(chord(group(numbers.map((n) => chain(step.with(n), step))), sum as never))
      await until('three are held', () => entered.length === 3)
      await until(
        'the others are through',
        async () => (await dead.runs.count({ job: 'step', state: ['succeeded'] })) >= 10,
      )
      await using rescuer = await start({ jobs: [step, sum] })
      // The dead one notices, joins again with its clock still standing, and dies of it once more with what it took.
      await until('the chord ends', async () => {
        await clock.advance(5_000)
        return (await rescuer.runs.get(id)).endedAt !== undefined
      })
      gate.open()
      // One run; the zombie may have begun it before another did it.
      assert.equal(await rescuer.runs.count({ job: 'sum' }), 1)
      assert.deepEqual([...new Set(calls.map((all) => all.join()))], [numbers.join()])
      assert.equal((await rescuer.runs.get(id)).state, 'succeeded')
      for (const n of numbers.slice(0, 5)) assert.equal(starts.get(n), 2, `both runs of ${n} ran once`)
    },

    'can be retried from the part that failed: what succeeded is not done again': async ({ start }) => {
      let broken = true
      const done: number[] = []
      const step = job({
        name: 'step',
        input: z.number(),
        retry: { attempts: 1 },
        run(_, n) {
          if (n === 2 && broken) throw new Error('broken')
          done.push(n)
          return n + 1
        },
      })
      await using engine = await start({ jobs: [step] })
      const { id } = await engine.enqueue(chain(step.with(1), step, step))
      await reached(engine, id, 'failed')
      broken = false
      await engine.runs.retry(id)
      const run = await until('it has succeeded', async () => {
        const now = await engine.runs.get(id)
        return now.state === 'succeeded' && now
      })
      assert.deepEqual([run.result, done], [4, [1, 2, 3]])
    },
  },
}
