import assert from 'node:assert/strict'
import { type Engine, signal, workflow } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { allEnded, door, ended, reached, type Section } from './lab.ts'
import { flow, nothingLeft, stepsOf } from './workflow-lab.ts'

const go = signal({ name: 'go', payload: z.object({ n: z.number() }) })

const limited = workflow({
  name: 'limited',
  input: z.object({ n: z.number() }),
  signals: [go],
  limits: [{ key: 'only', concurrency: 2 }],
  async run(wf, { n }) {
    await wf.wait(go, { key: `key ${n}` })
    return wf.step('a', () => n)
  },
})

const send = workflow({
  name: 'send',
  input: z.object({ n: z.number() }),
  signals: [go],
  run: (wf, { n }) => wf.signal(go, { n }, { key: `key ${n}` }),
})

const waiting = (engine: Engine): Promise<number> => engine.runs.count({ state: ['waiting'] })

/** Several processes, queues and limits. */
export const workflowFleet: Section = {
  title: 'workflows in several processes',
  tests: {
    'goes on in another process when its own stops, at the end of the step under way': async (lab) => {
      const [entered, gate] = [door(), door()]
      const log: string[] = []
      const wf = flow('moves', async (wf) => {
        await wf.step('a', async ({ signal }) => {
          entered.open()
          await gate.opened
          log.push(`a ${signal.aborted}`)
        })
        await wf.step('b', () => void log.push('b'))
      })
      const first = await lab.start({ jobs: [wf] })
      const { id } = await first.enqueue(wf, {})
      await entered.opened
      const stopped = first.stop()
      const second = await lab.start({ jobs: [wf] })
      gate.open()
      await stopped
      assert.equal((await ended(second, id)).state, 'succeeded')
      assert.deepEqual(log, ['a false', 'b'])
      assert.equal((await second.runs.get(id)).attempt, 1)
    },

    'interrupts the step of a process that must stop, and another does it again': async (lab) => {
      const entered = door()
      const seen: unknown[] = []
      let times = 0
      const wf = flow('interrupted', (wf) =>
        wf.step('a', ({ signal }) => {
          if (++times === 2) return times
          entered.open()
          return new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              seen.push((signal.reason as { code: string }).code)
              reject(signal.reason)
            }),
          )
        }),
      )
      const first = await lab.start({ jobs: [wf], stopMs: 50 })
      const { id } = await first.enqueue(wf, {})
      await entered.opened
      await first.stop()
      const second = await lab.start({ jobs: [wf] })
      assert.equal((await ended(second, id)).result, 2)
      assert.deepEqual([seen, await stepsOf(second, id)], [['ENGINE_STOPPED'], ['a done']])
    },

    'wakes in whatever process has room': async (lab) => {
      const done = new Set<string>()
      const sleeps = (name: string) =>
        flow('sleeps', async (wf) => {
          await wf.sleep('1m')
          await wf.step('a', () => void done.add(name))
        })
      const one = await lab.start({ jobs: [sleeps('one')] })
      const ids = await one.enqueueMany(
        sleeps('one'),
        Array.from({ length: 40 }, () => ({})),
      )
      await until('all sleep', async () => (await waiting(one)) === 40)
      await lab.start({ jobs: [sleeps('two')] })
      await lab.clock.advance(60_000)
      await allEnded(
        one,
        ids.map(({ id }) => id),
      )
      await nothingLeft(one)
    },

    'counts for its limit while it waits': async (lab) => {
      const engine = await lab.start({ jobs: [limited, send] })
      const runs = await engine.enqueueMany(
        limited,
        Array.from({ length: 5 }, (_, n) => ({ n })),
      )
      const ids = runs.map(({ id }) => id)
      await until('two wait', async () => (await waiting(engine)) === 2)
      await until('three are blocked', async () => (await engine.runs.count({ state: ['blocked'] })) === 3)
      for (let n = 0; n < 5; n++) {
        await ended(engine, (await engine.enqueue(send, { n })).id)
        assert.equal((await ended(engine, ids[n] ?? 0)).result, n)
        assert.ok((await waiting(engine)) <= 2)
      }
      await nothingLeft(engine)
    },

    'gives its slot back when it ends while it waits': async (lab) => {
      const engine = await lab.start({ jobs: [limited, send] })
      const runs = await engine.enqueueMany(
        limited,
        Array.from({ length: 3 }, (_, n) => ({ n })),
      )
      const [first, , third] = runs.map(({ id }) => id)
      await until('two wait', async () => (await waiting(engine)) === 2)
      await engine.runs.cancel(first ?? 0)
      assert.equal((await ended(engine, first ?? 0)).state, 'cancelled')
      await reached(engine, third ?? 0, 'waiting')
    },

    'starts once for its rate, however often it goes on': async (lab) => {
      const wf = flow(
        'rated',
        async (wf) => {
          for (let n = 0; n < 5; n++) await wf.sleep('1s', { name: `sleep ${n}` })
        },
        { limits: [{ key: 'rate', rate: '1/1h' }] },
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('it ends', async () => {
        await lab.clock.advance(1_000)
        return (await engine.runs.get(id)).endedAt !== undefined
      })
      assert.ok(((await engine.runs.get(id)).endedAt ?? 0) - (await engine.runs.get(id)).createdAt < 60_000)
    },

    'keeps its priority and its place when it goes on': async (lab) => {
      const order: string[] = []
      const gate = door()
      const named = (name: string, options: { readonly priority?: 'high' | 'low' } = {}) =>
        flow(
          name,
          async (wf) => {
            await wf.sleep('1m')
            order.push(name)
          },
          options,
        )
      const block = flow('block', (wf) => wf.step('a', () => gate.opened), { priority: 'urgent' as const })
      const all = [named('low', { priority: 'low' }), named('normal'), named('high', { priority: 'high' })]
      const engine = await lab.start({ jobs: [...all, block], queues: { default: { concurrency: 1, fair: true } } })
      const ids = []
      for (const wf of all) ids.push((await engine.enqueue(wf, {})).id)
      await until('all sleep', async () => (await waiting(engine)) === 3)
      const blocker = await engine.enqueue(block, {})
      await reached(engine, blocker.id, 'running')
      await lab.clock.advance(60_000)
      gate.open()
      await allEnded(engine, ids)
      assert.deepEqual(order, ['high', 'normal', 'low'])
    },
  },
}
