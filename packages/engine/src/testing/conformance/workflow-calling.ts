import assert from 'node:assert/strict'
import { isEngineError, job, schedule, workflow } from '@regie/engine'
import { z } from 'zod'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { aborted, allEnded, door, ended, type Section } from './lab.ts'
import { dieAt, flow, later, nothingLeft, reason } from './workflow-lab.ts'

const double = job({ name: 'double', input: z.object({ n: z.number() }), run: (_, { n }) => 2 * n })

/** Fails when its number is odd. */
const even = job({
  name: 'even',
  input: z.object({ n: z.number() }),
  retry: { attempts: 1 },
  run(_, { n }) {
    if (n % 2 === 1) throw new RangeError(`${n} is odd`)
    return n
  },
})

const DAY = 86_400_000

const codeOf = (error: unknown): string => (isEngineError(error) ? error.code : String(error))
const causeOf = (error: unknown): unknown => (error instanceof Error ? (error.cause as { code?: string }).code : error)

/** Children, and things side by side. */
export const workflowCalling: Section = {
  title: 'workflow children',
  tests: {
    'calls a job and a workflow, and gets what they return': async (lab) => {
      const inner = workflow({
        name: 'inner',
        input: z.object({ n: z.number() }),
        async run(wf, { n }) {
          await wf.sleep('1m')
          return wf.call(double, { n })
        },
      })
      const outer = flow('outer', async (wf) => [
        await wf.call(double, { n: 1 }),
        await wf.call(inner, { n: 5 }, { name: 'in' }),
      ])
      const engine = await lab.start({ jobs: [double, inner, outer], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(outer, {}, { org: 'acme' })
      await until(
        'the inner one sleeps',
        async () => (await engine.runs.count({ job: 'inner', state: ['waiting'] })) === 1,
      )
      await lab.clock.advance(60_000)
      assert.deepEqual((await ended(engine, id)).result, [2, 10])
      const family = await engine.runs.search({ org: 'acme' })
      assert.deepEqual(
        family.runs
          .map(({ job, parentId }) => `${job} of ${family.runs.find((run) => run.id === parentId)?.job}`)
          .toSorted(),
        ['double of inner', 'double of outer', 'inner of outer', 'outer of undefined'],
      )
      await nothingLeft(engine)
    },

    'starts a child once, although its code runs again': async (lab) => {
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow('once', async (wf) => {
          const result = await wf.call(double, { n: 1 })
          await here()
          return result
        })
        return { jobs: [first, double], first }
      })
      assert.equal((await ended(rescuer, id)).result, 2)
      assert.equal(await rescuer.runs.count({ job: 'double' }), 1)
    },

    'fails with STEP_FAILED when a child does, and can go on from it': async (lab) => {
      const wf = flow('catches', async (wf) => {
        const caught = await wf
          .call(even, { n: 1 })
          .catch((error: unknown) => `${codeOf(error)} because of ${causeOf(error)}`)
        return [caught, await wf.call(even, { n: 2 }, { name: 'second' })]
      })
      const engine = await lab.start({ jobs: [wf, even] })
      assert.deepEqual((await ended(engine, (await engine.enqueue(wf, {})).id)).result, [
        'STEP_FAILED because of RangeError',
        2,
      ])
    },

    'fails with STEP_FAILED when somebody cancels a child, or it expires': async (lab) => {
      const [entered, gate] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        run(ctx) {
          entered.open()
          return Promise.race([gate.opened, aborted(ctx.signal)])
        },
      })
      const late = job({ name: 'late', input: z.object({}), queue: 'other', expires: '1m', run: () => {} })
      const wf = flow('parent', async (wf) => [
        await wf.call(slow, {}).catch(causeOf),
        await wf.call(late, {}).catch(causeOf),
      ])
      const engine = await lab.start({ jobs: [wf, slow, late], queues: { default: {}, other: {} } })
      await engine.queues.pause('other')
      const { id } = await engine.enqueue(wf, {})
      await entered.opened
      const [child] = (await engine.runs.search({ job: 'slow' })).runs
      await engine.runs.cancel(child?.id ?? 0)
      await until('the second child', async () => (await engine.runs.count({ job: 'late' })) === 1)
      await lab.clock.advance(60_000)
      assert.deepEqual((await ended(engine, id)).result, ['ABORTED', 'EXPIRED'])
    },

    'gives a child no more time than it has itself': async (lab) => {
      const inner = flow('inner', (wf) => wf.sleep('1h'))
      const wf = flow('outer', (wf) => wf.call(inner, {}))
      const engine = await lab.start({ jobs: [wf, inner] })
      const { id } = await engine.enqueue(wf, {}, { deadline: '10m' })
      await until('both wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 2)
      await lab.clock.advance(599_999)
      assert.equal(await engine.runs.count({ state: ['waiting'] }), 2)
      await lab.clock.advance(1)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code], ['failed', 'DEADLINE_EXCEEDED'])
      const [child] = (await engine.runs.search({ parentId: id })).runs
      assert.ok(['failed', 'cancelled'].includes((await ended(engine, child?.id ?? 0)).state))
      await nothingLeft(engine)
    },

    'refuses unique jobs, jobs it does not know, and inputs that do not fit, and starts nothing': async (lab) => {
      const unique = job({ name: 'unique', input: z.object({}), unique: {}, run: () => {} })
      const stranger = job({ name: 'stranger', input: z.object({}), run: () => {} })
      const wf = flow('refused', async (wf) => [
        await wf.call(unique, {}).catch(codeOf),
        await wf.call(stranger, {}).catch(codeOf),
        await wf.call(double, { n: 'one' } as never).catch(codeOf),
        await wf.callMany([double.with({ n: 1 }), unique.with({})]).catch(codeOf),
        await wf.callMany([double.with({ n: 1 }), double.with({ n: 'one' } as never)], { name: 'bad' }).catch(codeOf),
      ])
      const engine = await lab.start({ jobs: [wf, unique, double] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual(run.result, ['JOB_INVALID', 'JOB_UNKNOWN', 'PAYLOAD_INVALID', 'JOB_INVALID', 'PAYLOAD_INVALID'])
      assert.equal(await countRows(engine, 'engine_body'), 1)
      assert.equal(await countRows(engine, 'engine_batch'), 0)
    },

    'fails when a child returns more than 1 MiB, and says so': async (lab) => {
      const large = job({ name: 'large', input: z.object({}), run: () => 'x'.repeat(2 * 1_048_576) })
      const wf = flow('parent', (wf) => wf.call(large, {}))
      const engine = await lab.start({ jobs: [wf, large] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.match(reason(run), /^STEP_FAILED: the step "large" failed: run \d+ returned more than 1048576 bytes/)
    },

    'calls none, one and five hundred at once, and tells what became of each in order': async (lab) => {
      const wf = flow('many', async (wf) => {
        const none = await wf.callMany([], { name: 'none' })
        const one = await wf.callMany([double.with({ n: 4 })], { name: 'one' })
        const many = await wf.callMany(Array.from({ length: 500 }, (_, n) => even.with({ n })))
        return [
          none,
          one,
          many.map((outcome) => (outcome.state === 'succeeded' ? outcome.result : outcome.error.message)),
        ]
      })
      const engine = await lab.start({ jobs: [wf, double, even] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      const many = Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? n : `${n} is odd`))
      assert.deepEqual(run.result, [[], [{ state: 'succeeded', result: 8 }], many])
      await nothingLeft(engine)
    },

    'still knows what became of the first of many when the last ends long after': async (lab) => {
      const inner = workflow({
        name: 'inner',
        input: z.object({ days: z.number() }),
        async run(wf, { days }) {
          await wf.sleep(`${days}d`)
          return days
        },
      })
      const wf = flow('parent', (wf) => wf.callMany([inner.with({ days: 1 }), inner.with({ days: 40 })]))
      const engine = await lab.start({ jobs: [wf, inner], retention: { endedMs: 30 * DAY, failedMs: 30 * DAY } })
      const { id } = await engine.enqueue(wf, {})
      await until('all wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 3)
      for (let day = 0; day < 80; day++) await lab.clock.leap(DAY / 2)
      const run = await ended(engine, id)
      assert.deepEqual(run.result, [
        { state: 'succeeded', result: 1 },
        { state: 'succeeded', result: 40 },
      ])
    },

    'fails when many children return more than 1 MiB together': async (lab) => {
      const half = job({ name: 'half', input: z.object({}), run: () => 'x'.repeat(600_000) })
      const wf = flow('parent', (wf) => wf.callMany([half.with({}), half.with({})]))
      const engine = await lab.start({ jobs: [wf, half] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.match(reason(run), /^STEP_FAILED: the step "call many" failed: .*more than 1 MiB/)
    },

    'runs things side by side, no more at a time than asked, and answers in order': async (lab) => {
      const doors = Array.from({ length: 5 }, () => door())
      let now = 0
      let most = 0
      const wf = flow('all', (wf) =>
        wf.all(
          doors.map(
            (gate, n) => () =>
              wf.step(`step ${n}`, async () => {
                most = Math.max(most, ++now)
                await gate.opened
                now--
                return n
              }),
          ),
          { concurrency: 2 },
        ),
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      for (const gate of doors.toReversed()) {
        await until('some run', () => now > 0)
        gate.open()
      }
      assert.deepEqual([(await ended(engine, id)).result, most], [[0, 1, 2, 3, 4], 2])
    },

    'comes to the same place again however the lanes of wf.all went': async (lab) => {
      const slow = door()
      const wf = flow('lanes', async (wf) => {
        const lane = async (name: string, count: number, first?: Promise<void>): Promise<string> => {
          for (let n = 0; n < count; n++) await wf.step(`${name} ${n}`, () => (n === 0 ? first : undefined))
          return name
        }
        const all = await wf.all([() => lane('a', 4), () => lane('b', 3, slow.opened), () => lane('c', 1)])
        await wf.sleep('1m')
        const raw = await Promise.all([lane('d', 3), lane('e', 2)])
        await wf.sleep('2m')
        return [...all, ...raw, await wf.step('last', () => 'last')]
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('the quick lanes are through', async () => (await countRows(engine, 'engine_step')) === 5)
      slow.open()
      await later(lab, engine, id, 60_000)
      await later(lab, engine, id, 120_000)
      assert.deepEqual((await ended(engine, id)).result, ['a', 'b', 'c', 'd', 'e', 'last'])
    },

    'begins nothing more once the first error has ended it': async (lab) => {
      const begun: number[] = []
      const wf = flow('first-error', (wf) =>
        wf.all(
          Array.from(
            { length: 50 },
            (_, n) => () =>
              wf.step(
                `step ${n}`,
                () => {
                  begun.push(n)
                  if (n === 1) throw new Error('the first')
                  if (n > 1) throw new Error('a later one')
                },
                { retry: { attempts: 1 } },
              ),
          ),
          { concurrency: 2 },
        ),
      )
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.match(reason(run), /the first/)
      assert.ok(begun.length < 6, `${begun.length} steps`)
    },

    'runs ten thousand steps side by side': async (lab) => {
      const wf = flow('wide', async (wf) => {
        const all = await wf.all(
          Array.from({ length: 10_000 }, (_, n) => () => wf.step(`step ${n}`, () => n)),
          { concurrency: 500 },
        )
        await wf.sleep('1m')
        return all.reduce((sum: number, n) => sum + (n as number), 0)
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('it sleeps', async () => (await engine.runs.get(id)).state === 'waiting')
      await lab.clock.advance(60_000)
      assert.equal((await ended(engine, id)).result, 49_995_000)
    },

    'survives a step that fails before the code asks for it': async (lab) => {
      const gate = door()
      const wf = flow('early', async (wf) => {
        const early = wf.step(
          'early',
          () => {
            throw new Error('early')
          },
          { retry: { attempts: 1 } },
        )
        await wf.step('other', () => gate.opened)
        return early.catch(causeOf)
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('the early one has failed', async () => (await countRows(engine, 'engine_step')) === 1)
      gate.open()
      assert.equal((await ended(engine, id)).result, 'Error')
    },

    'is part of a batch beside jobs, and what a schedule starts': async (lab) => {
      const wf = flow('member', async (wf) => {
        await wf.sleep('1m')
        return wf.step('a', () => 'done')
      })
      const daily = schedule({ name: 'daily', every: '1h', job: wf, input: {} })
      const engine = await lab.start({ jobs: [wf, double], schedules: [daily], roles: ['worker', 'scheduler'] })
      const { batchId, ids } = await engine.enqueueBatch([wf.with({}), double.with({ n: 1 })])
      await ended(engine, ids[1] ?? 0)
      assert.equal((await engine.runs.batch(batchId)).pending, 1)
      await later(lab, engine, ids[0] ?? 0, 60_000)
      await allEnded(engine, ids)
      assert.equal((await engine.runs.batch(batchId)).pending, 0)
      for (let minute = 0; minute < 62; minute++) await lab.clock.leap(60_000)
      const slot = await until('its slot has ended', async () => {
        const { runs } = await engine.runs.search({ job: 'member', state: ['succeeded'] })
        return runs.find(({ id }) => id > (ids[1] ?? 0))
      })
      assert.equal((await engine.runs.get(slot.id)).result, 'done')
    },
  },
}
