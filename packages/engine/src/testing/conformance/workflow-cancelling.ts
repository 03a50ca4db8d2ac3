import assert from 'node:assert/strict'
import { job, signal, type WorkflowContext } from '@regie/engine'
import { z } from 'zod'
import { countRows, engineTables } from '../store.ts'
import { until } from '../until.ts'
import { aborted, door, ended, reached, type Section } from './lab.ts'
import { flow, later, nothingLeft, reason } from './workflow-lab.ts'

const go = signal({ name: 'go', payload: z.object({}) })

/** A step that writes down that it was done, and undone. */
function mark(log: string[], wf: WorkflowContext, name: string): Promise<unknown> {
  return wf.step(name, () => void log.push(name), { undo: () => void log.push(`undo ${name}`) })
}

/** Cancelling, pausing, deadlines and beginning anew. */
export const workflowCancelling: Section = {
  title: 'ending workflows',
  tests: {
    'cancels one that is queued and has not begun at once': async (lab) => {
      const wf = flow('queued', (wf) => wf.step('a', () => 1))
      const engine = await lab.start({ jobs: [wf] })
      await engine.queues.pause('default')
      const { id } = await engine.enqueue(wf, {})
      assert.equal(await engine.runs.cancel(id), 'cancelled')
      assert.equal((await engine.runs.get(id)).state, 'cancelled')
      await engine.queues.resume('default')
    },

    'cancels one whose queue was paused while it waited, as soon as the queue goes on': async (lab) => {
      const log: string[] = []
      const wf = flow('waits', async (wf) => {
        await mark(log, wf, 'a')
        await wf.sleep('1m')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      await engine.queues.pause('default')
      await lab.clock.advance(60_000)
      assert.equal((await engine.runs.get(id)).state, 'queued')
      assert.equal(await engine.runs.cancel(id), 'requested')
      await engine.queues.resume('default')
      assert.equal((await ended(engine, id)).state, 'cancelled')
      assert.deepEqual(log, ['a', 'undo a'])
    },

    'cancels one that waits for a signal, and leaves the signal to others': async (lab) => {
      const [undoing, gate] = [door(), door()]
      const wf = flow(
        'waits',
        async (wf) => {
          await wf.step('a', () => {}, {
            async undo() {
              undoing.open()
              await gate.opened
            },
          })
          await wf.wait(go, { key: 'k' })
        },
        { signals: [go] },
      )
      const send = flow('send', (wf) => wf.signal(go, {}, { key: 'k' }), { signals: [go] })
      const engine = await lab.start({ jobs: [wf, send] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      await engine.runs.cancel(id)
      await undoing.opened
      await ended(engine, (await engine.enqueue(send, {})).id)
      assert.equal(await countRows(engine, 'engine_signal'), 1)
      gate.open()
      assert.equal((await ended(engine, id)).state, 'cancelled')
      await nothingLeft(engine)
    },

    'reaches children and grandchildren, waiting and running, and waits for them before it undoes': async (lab) => {
      const log: string[] = []
      const entered = door()
      const slow = job({
        name: 'slow',
        input: z.object({}),
        run: (ctx) => {
          entered.open()
          return aborted(ctx.signal).catch((error: unknown) => {
            log.push('slow stopped')
            throw error
          })
        },
      })
      const grandchild = flow('grandchild', async (wf) => {
        await mark(log, wf, 'grandchild')
        await wf.sleep('1h')
      })
      const child = flow('child', async (wf) => {
        await mark(log, wf, 'child')
        await wf.all([() => wf.call(grandchild, {}), () => wf.call(slow, {})])
      })
      const parent = flow('parent', async (wf) => {
        await mark(log, wf, 'parent')
        await wf.callMany([child.with({}), slow.with({})])
      })
      const engine = await lab.start({ jobs: [parent, child, grandchild, slow] })
      const { id } = await engine.enqueue(parent, {})
      await entered.opened
      await until('all are there', async () => (await engine.runs.count({ state: ['waiting'] })) === 3)
      await until('all jobs run', async () => (await engine.runs.count({ state: ['running'] })) === 2)
      await engine.runs.cancel(id, 'enough')
      await until('all are asked to', async () => {
        await lab.clock.advance(1_000)
        return (await engine.runs.get(id)).endedAt !== undefined
      })
      const runs = (await engine.runs.search({})).runs
      assert.deepEqual(runs.map(({ job, state }) => `${job} ${state}`).toSorted(), [
        'child cancelled',
        'grandchild cancelled',
        'parent cancelled',
        'slow cancelled',
        'slow cancelled',
      ])
      const undone = log.filter((entry) => entry.startsWith('undo'))
      assert.deepEqual(undone, ['undo grandchild', 'undo child', 'undo parent'])
      assert.ok(log.indexOf('slow stopped') < log.indexOf('undo parent'))
      await nothingLeft(engine)
    },

    'stops its children when it fails itself': async (lab) => {
      const child = flow('child', (wf) => wf.sleep('1h'))
      const wf = flow('parent', (wf) =>
        wf.all([
          () => wf.call(child, {}),
          async () => {
            await wf.sleep('1m')
            throw new Error('as planned')
          },
        ]),
      )
      const engine = await lab.start({ jobs: [wf, child] })
      const { id } = await engine.enqueue(wf, {})
      await until('both wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 2)
      await lab.clock.advance(60_000)
      assert.equal(reason(await ended(engine, id)), 'Error: as planned')
      assert.equal(await engine.runs.count({ job: 'child', state: ['cancelled'] }), 1)
      await nothingLeft(engine)
    },

    'does not stop what it is cancelled for a second time': async (lab) => {
      let times = 0
      const [undoing, gate] = [door(), door()]
      const wf = flow('twice', async (wf) => {
        await wf.step('a', () => {}, {
          async undo(_result, { signal }) {
            times++
            undoing.open()
            await gate.opened
            assert.equal(signal.aborted, false)
          },
        })
        await wf.sleep('1h')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      await engine.runs.cancel(id, 'first')
      await undoing.opened
      await engine.runs.cancel(id, 'second')
      await lab.clock.advance(3_000)
      gate.open()
      const run = await ended(engine, id)
      assert.deepEqual([reason(run), times], ['ABORTED: first', 1])
    },

    'expires only before its first start': async (lab) => {
      const wf = flow('late', (wf) => wf.sleep('1h'), { expires: '1m' })
      const engine = await lab.start({ jobs: [wf] })
      const started = await engine.enqueue(wf, {})
      await reached(engine, started.id, 'waiting')
      await engine.queues.pause('default')
      const late = await engine.enqueue(wf, {})
      await lab.clock.advance(61_000)
      assert.equal((await ended(engine, late.id)).state, 'expired')
      await engine.queues.resume('default')
      await reached(engine, started.id, 'waiting')
      await lab.clock.leap(3_600_000)
      assert.equal((await ended(engine, started.id)).state, 'succeeded')
    },

    'begins anew under its id, with nothing of its history': async (lab) => {
      const seen: unknown[] = []
      const wf = flow(
        'anew',
        async (wf, input) => {
          const { round = 0 } = input as { round?: number }
          seen.push([round, wf.run.generation, await wf.step('a', () => `a${round}`)])
          await wf.sleep('1m')
          if (round < 3) await wf.continueAsNew({ round: round + 1 })
          return round
        },
        { input: z.object({ round: z.number().optional() }) } as never,
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      for (let round = 0; round < 4; round++) await later(lab, engine, id, 60_000)
      assert.equal((await ended(engine, id)).result, 3)
      assert.deepEqual(
        [...new Set(seen.map((entry) => JSON.stringify(entry)))],
        [0, 1, 2, 3].map((round) => JSON.stringify([round, round, `a${round}`])),
      )
      assert.equal(await countRows(engine, 'engine_step'), 2)
    },

    'fails when it begins anew with an input that does not fit, and undoes what it did': async (lab) => {
      const log: string[] = []
      const wf = flow('misfit', async (wf) => {
        await mark(log, wf, 'a')
        await wf.continueAsNew(5)
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual([run.state, run.error?.code, log], ['failed', 'PAYLOAD_INVALID', ['a', 'undo a']])
    },

    'has no longest history: it does ten thousand steps, a thousand at a time': async (lab) => {
      let done = 0
      const input = z.object({ round: z.number().default(0) })
      const wf = flow(
        'long',
        async (wf, given) => {
          const { round } = given as { round: number }
          await wf.all(Array.from({ length: 1_000 }, (_, n) => () => wf.step(`step ${n}`, () => void done++)))
          if (round < 9) await wf.continueAsNew({ round: round + 1 })
          return round
        },
        { input } as never,
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      const run = await until(
        'it ends',
        async () => {
          const run = await engine.runs.get(id)
          return run.endedAt !== undefined && run
        },
        { everyMs: 50 },
      )
      assert.deepEqual([run.result, done, await countRows(engine, 'engine_step')], [9, 10_000, 1_000])
    },

    'forgets everything of a workflow after its retention': async (lab) => {
      const wf = flow(
        'old',
        async (wf) => {
          wf.set('here')
          await wf.step('a', () => 1)
          await wf.wait(go, { timeout: '1m' })
        },
        { signals: [go] },
      )
      const engine = await lab.start({ jobs: [wf], retention: { endedMs: 3_600_000, failedMs: 3_600_000 } })
      const { id } = await engine.enqueue(wf, {})
      const kept = await engine.enqueue(wf, {}, { delay: '365d' })
      await later(lab, engine, id, 60_000)
      await ended(engine, id)
      for (let minute = 0; minute < 65; minute++) await lab.clock.leap(60_000)
      await until('it is forgotten', async () => {
        await lab.clock.leap(60_000)
        return (await engine.runs.count({})) === 1
      })
      for (const table of ['engine_step', 'engine_wait', 'engine_signal', 'engine_workflow'] as const)
        assert.equal(await countRows(engine, table), 0, table)
      const [row] = await engineTables(engine).selectFrom('engine_body').select('id').execute()
      assert.equal(row?.id, kept.id)
    },
  },
}
