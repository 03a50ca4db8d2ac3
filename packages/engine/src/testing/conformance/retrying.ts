import assert from 'node:assert/strict'
import { type Duration, job, PermanentError, RetryAfter, type RetryPolicy } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { door, ended, type Lab, reached, type Section } from './lab.ts'

class NotFound extends Error {
  override readonly name = 'NotFound'
}

function failing(retry: RetryPolicy, fail: (attempt: number) => unknown = () => new Error('again')) {
  return job({
    name: 'failing',
    input: z.object({}),
    retry,
    run(ctx) {
      const error = fail(ctx.run.attempt)
      if (error !== undefined) throw error
    },
  })
}

/** How long each retry waits, in milliseconds of the clock. */
async function waits({ start, clock }: Lab, retry: RetryPolicy, random: () => number): Promise<readonly number[]> {
  const flaky = failing(retry)
  const engine = await start({ jobs: [flaky], random })
  const { id } = await engine.enqueue(flaky, {})
  const seen: number[] = []
  for (let retries = 1; retries < (retry.attempts ?? 0); retries++) {
    const { dueAt = 0, attempt } = await reached(engine, id, 'scheduled')
    assert.equal(attempt, retries + 1)
    const wait = dueAt - clock.now()
    seen.push(wait)
    await clock.advance(wait - 1)
    assert.equal((await engine.runs.get(id)).state, 'scheduled', 'never early')
    await clock.advance(1)
    await reachedAttempt(engine, id, retries + 1)
  }
  const run = await ended(engine, id)
  assert.deepEqual([run.state, run.attempts.length], ['failed', retry.attempts])
  return seen
}

async function reachedAttempt(engine: Awaited<ReturnType<Lab['start']>>, id: number, attempts: number): Promise<void> {
  while ((await engine.runs.get(id)).attempts.length < attempts) await new Promise((resolve) => setImmediate(resolve))
}

const SECONDS: Duration = '2s'

/** Attempts and what lies between them. */
export const retrying: Section = {
  title: 'retrying',
  tests: {
    'waits twice as long after each failed attempt, up to a maximum': async (lab) => {
      const policy: RetryPolicy = { attempts: 6, base: SECONDS, max: '10s', jitter: 'none' }
      assert.deepEqual(await waits(lab, policy, () => 0), [2_000, 4_000, 8_000, 10_000, 10_000])
    },

    'draws each wait between nothing and its bound, with the random source given': async (lab) => {
      const draws = [0.5, 0.25, 0.75]
      const drawn = await waits(lab, { attempts: 4, base: '8s' }, () => draws.shift() ?? 0.5)
      // Some draws belong to the engine's own rhythm: each wait is one of the fractions of its bound.
      for (const [index, wait] of drawn.entries()) {
        assert.ok([0.25, 0.5, 0.75].includes(wait / (8_000 * 2 ** index)), `wait ${index + 1} of ${wait} ms`)
      }
    },

    'waits the same each time when told so': async (lab) => {
      const policy: RetryPolicy = { attempts: 4, backoff: 'fixed', base: '3s', jitter: 'none' }
      assert.deepEqual(await waits(lab, policy, () => 0), [3_000, 3_000, 3_000])
    },

    'succeeds when an attempt does, and keeps what went wrong before': async ({ start, clock, troubles }) => {
      const flaky = failing({ jitter: 'none' }, (attempt) =>
        attempt < 3 ? new RangeError(`attempt ${attempt}`, { cause: new Error('the reason') }) : undefined,
      )
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {})
      await reached(engine, id, 'scheduled')
      await clock.advance(1_000)
      await reachedAttempt(engine, id, 2)
      await clock.advance(2_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error], ['succeeded', 3, undefined])
      assert.deepEqual(
        run.attempts.map(({ attempt, error: { code, message } }) => [attempt, code, message]),
        [1, 2].map((attempt) => [attempt, 'RangeError', `attempt ${attempt}: the reason`]),
      )
      assert.ok(run.attempts[0]?.error.stack?.includes('RangeError'))
      assert.deepEqual(troubles, [])
    },

    'says of an error and its causes what is new in each, once': async ({ start }) => {
      const inner = new Error('connection refused')
      const middle = new Error('mail server: connection refused', { cause: inner })
      const doomed = failing({ attempts: 1 }, () => new Error('the quote was not sent', { cause: middle }))
      await using engine = await start({ jobs: [doomed] })
      const { error } = await ended(engine, (await engine.enqueue(doomed, {})).id)
      assert.equal(error?.message, 'the quote was not sent: mail server: connection refused')
    },

    'makes a run that used up its attempts a dead letter, and tells': async ({ start, troubles }) => {
      const doomed = failing({ attempts: 1 })
      await using engine = await start({ jobs: [doomed], org: 'acme' })
      const { id } = await engine.enqueue(doomed, {})
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code, run.error?.message], ['failed', 'Error', 'again'])
      const [group] = await engine.runs.errors({ org: 'acme' })
      assert.deepEqual(troubles, [
        {
          kind: 'run-failed',
          runId: id,
          org: 'acme',
          job: 'failing',
          error: 'Error: again',
          fingerprint: group?.fingerprint,
        },
      ])
    },

    'does not retry what the job calls permanent': async ({ start }) => {
      const gone = failing({ permanent: [NotFound] }, () => new NotFound('no such quote'))
      await using engine = await start({ jobs: [gone] })
      const { id } = await engine.enqueue(gone, {})
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.code], ['failed', 1, 'NotFound'])
    },

    'does not retry a PermanentError': async ({ start }) => {
      const gone = failing({}, () => new PermanentError('never'))
      await using engine = await start({ jobs: [gone] })
      const { id } = await engine.enqueue(gone, {})
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.code], ['failed', 1, 'PermanentError'])
    },

    'waits as long as RetryAfter says, and counts it as an attempt': async ({ start, clock }) => {
      const limited = failing({ attempts: 2 }, () => new RetryAfter('42s', 'too many requests'))
      await using engine = await start({ jobs: [limited] })
      const { id } = await engine.enqueue(limited, {})
      const { dueAt } = await reached(engine, id, 'scheduled')
      assert.equal(dueAt, clock.now() + 42_000)
      await clock.advance(42_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.message], ['failed', 2, 'too many requests'])
    },

    'keeps whatever was thrown, at most 16 KiB of it': async ({ start }) => {
      const circular: { self?: unknown } = {}
      circular.self = circular
      const thrown: unknown[] = [
        'just text',
        undefined,
        null,
        7,
        { reason: 'an object' },
        circular,
        Symbol('s'),
        new Error('x'.repeat(100_000)),
      ]
      const odd = job({
        name: 'odd',
        input: z.object({ index: z.number() }),
        retry: { attempts: 1 },
        run(_, { index }) {
          throw thrown[index]
        },
      })
      await using engine = await start({ jobs: [odd] })
      for (const index of thrown.keys()) {
        const { id } = await engine.enqueue(odd, { index })
        const run = await ended(engine, id)
        assert.equal(run.state, 'failed', `thrown[${index}]`)
        assert.ok(JSON.stringify(run.error).length <= 16 * 1_024, `thrown[${index}]`)
        assert.notEqual(run.error?.code, '')
      }
    },

    'lets others run while one waits for its retry': async ({ start }) => {
      const flaky = failing({ base: '1h' })
      const other = job({ name: 'other', input: z.object({}), run: () => 'ran' })
      await using engine = await start({ jobs: [flaky, other], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(flaky, {})
      await reached(engine, id, 'scheduled')
      const next = await engine.enqueue(other, {})
      assert.equal((await ended(engine, next.id)).result, 'ran')
    },

    'leaves no trace in its working tables once everything has ended': async ({ start, clock }) => {
      const flaky = failing({ attempts: 2, jitter: 'none' })
      await using engine = await start({ jobs: [flaky] })
      const ids = (await engine.enqueueMany(flaky, [{}, {}, {}], { deadline: '1h' })).map(({ id }) => id)
      for (const id of ids) await reached(engine, id, 'scheduled')
      await clock.advance(1_000)
      for (const id of ids) assert.equal((await ended(engine, id)).state, 'failed')
      await clock.advance(5_000)
      for (const table of [
        'engine_ready',
        'engine_timer',
        'engine_blocked',
        'engine_lease',
        'engine_cancel',
      ] as const) {
        assert.equal(await countRows(engine, table), 0, table)
      }
    },
  },
}

/** Time-outs and deadlines. */
export const timeouts: Section = {
  title: 'time-outs',
  tests: {
    'aborts an attempt at its time-out, and retries it': async ({ start, clock }) => {
      const entered = door()
      const reasons: unknown[] = []
      const slow = job({
        name: 'slow',
        input: z.object({}),
        timeout: '30s',
        retry: { base: '1s', jitter: 'none' },
        async run(ctx) {
          if (ctx.run.attempt > 1) return 'in time'
          const { signal } = ctx
          entered.open()
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          reasons.push(signal.reason.code)
          throw signal.reason
        },
      })
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      await clock.advance(29_000)
      assert.equal((await engine.runs.get(id)).state, 'running')
      await clock.advance(1_100)
      await reached(engine, id, 'scheduled')
      await clock.advance(1_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.result, run.attempts[0]?.error.code, reasons], ['in time', 'TIMEOUT', ['TIMEOUT']])
    },

    'gives up a handler that ignores its time-out, frees its slot, and does not count its late answer': async ({
      start,
      clock,
    }) => {
      const [gate, entered] = [door(), door()]
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        timeout: '10s',
        retry: { base: '1s', jitter: 'none' },
        async run(ctx) {
          if (ctx.run.attempt > 1) return 'second'
          entered.open()
          await gate.opened
          return 'first, much too late'
        },
      })
      await using engine = await start({ jobs: [deaf], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(deaf, {})
      await entered.opened
      await clock.advance(12_200)
      await reached(engine, id, 'scheduled')
      gate.open()
      await clock.advance(1_000)
      const run = await ended(engine, id)
      assert.deepEqual([run.result, run.attempt], ['second', 2])
    },

    'refuses what a handler that was given up still wants to complete': async ({ start, clock }) => {
      const [gate, entered, refusedDoor] = [door(), door(), door()]
      let code = ''
      const deaf = job({
        name: 'deaf',
        input: z.object({}),
        timeout: '10s',
        retry: { attempts: 1 },
        async run(ctx) {
          entered.open()
          await gate.opened
          await ctx
            .complete(async () => 'late')
            .catch((error) => {
              code = error.code
              refusedDoor.open()
            })
        },
      })
      await using engine = await start({ jobs: [deaf] })
      const { id } = await engine.enqueue(deaf, {})
      await entered.opened
      await clock.advance(12_200)
      assert.equal((await ended(engine, id)).error?.code, 'TIMEOUT')
      gate.open()
      await refusedDoor.opened
      assert.equal(code, 'TIMEOUT')
      assert.equal((await engine.runs.get(id)).state, 'failed')
    },

    'ends a run at its deadline while it runs': async ({ start, clock }) => {
      const entered = door()
      const slow = job({
        name: 'slow',
        input: z.object({}),
        deadline: '20s',
        async run(ctx) {
          const { signal } = ctx
          entered.open()
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
      })
      await using engine = await start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      await clock.advance(20_100)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'DEADLINE_EXCEEDED'])
    },

    'does not wait for a retry that would come after the deadline': async ({ start }) => {
      const flaky = failing({ base: '1m', jitter: 'none' })
      await using engine = await start({ jobs: [flaky] })
      const { id } = await engine.enqueue(flaky, {}, { deadline: '30s' })
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.attempt, run.error?.code], ['failed', 1, 'DEADLINE_EXCEEDED'])
      assert.ok(run.error?.message.includes('again'), run.error?.message)
    },

    'ends a run whose deadline passes while it waits': async ({ start, clock }) => {
      const never = job({ name: 'never', input: z.object({}), run: () => 'ran' })
      await using engine = await start({ jobs: [never] })
      await engine.queues.pause('default')
      const { id } = await engine.enqueue(never, {}, { deadline: '30s' })
      await clock.advance(29_999)
      assert.equal((await engine.runs.get(id)).state, 'queued')
      await clock.advance(1)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'DEADLINE_EXCEEDED'])
    },
  },
}
