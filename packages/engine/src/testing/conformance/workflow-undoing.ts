import assert from 'node:assert/strict'
import { job, PermanentError, type WorkflowContext } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { addEffect, createEffects, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, reached, type Section } from './lab.ts'
import { dieAt, flow, later, nothingLeft, reason, stepsOf } from './workflow-lab.ts'

/** Steps that write down when they are done and undone. */
function book(log: string[], wf: WorkflowContext) {
  return (name: string, options: { readonly fails?: boolean } = {}) =>
    wf.step(
      name,
      () => {
        log.push(name)
        if (options.fails === true) throw new PermanentError(`${name} failed`)
        return `result of ${name}`
      },
      { undo: (result) => void log.push(`undo ${name} (${result})`) },
    )
}

const UNDONE = ['undo b (result of b)', 'undo a (result of a)']

/** What was done is undone. */
export const workflowUndoing: Section = {
  title: 'undoing workflows',
  tests: {
    'undoes what was done in reverse when it fails, and only that': async (lab) => {
      const log: string[] = []
      const wf = flow('fails', async (wf) => {
        const step = book(log, wf)
        await step('a')
        await wf.step('without', () => log.push('without'))
        await step('b')
        await step('c', { fails: true })
        await step('d')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      const run = await ended(engine, id)
      assert.match(reason(run), /^STEP_FAILED: the step "c" failed: c failed/)
      assert.deepEqual(log, ['a', 'without', 'b', 'c', ...UNDONE])
      assert.deepEqual(await stepsOf(engine, id), ['a undone', 'without done', 'b undone', 'c failed'])
      await nothingLeft(engine)
    },

    'undoes what was done when it is cancelled while it waits': async (lab) => {
      const log: string[] = []
      const wf = flow('waits', async (wf) => {
        const step = book(log, wf)
        await step('a')
        await step('b')
        await wf.sleep('1h')
        await step('c')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      assert.equal(await engine.runs.cancel(id, 'no more'), 'requested')
      const run = await ended(engine, id)
      assert.deepEqual([run.state, reason(run)], ['cancelled', 'ABORTED: no more'])
      assert.deepEqual(log, ['a', 'b', ...UNDONE])
      await nothingLeft(engine)
    },

    'undoes what was done when its deadline passes, waiting or not': async (lab) => {
      const log: string[] = []
      const gate = door()
      const waits = flow('waits', async (wf) => {
        await book(log, wf)('a')
        await wf.sleep('1h')
      })
      const works = flow('works', async (wf) => {
        await book(log, wf)('b')
        await wf.step('deaf', ({ signal }) =>
          Promise.race([
            gate.opened,
            new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason))),
          ]),
        )
      })
      const engine = await lab.start({ jobs: [waits, works] })
      const ids = [
        (await engine.enqueue(waits, {}, { deadline: '5m' })).id,
        (await engine.enqueue(works, {}, { deadline: '5m' })).id,
      ]
      await until('both have begun', () => log.length === 2)
      await reached(engine, ids[0] ?? 0, 'waiting')
      await lab.clock.advance(300_050)
      for (const id of ids) {
        const run = await ended(engine, id)
        assert.deepEqual([run.state, run.error?.code], ['failed', 'DEADLINE_EXCEEDED'])
      }
      assert.deepEqual(log.toSorted(), ['a', 'b', ...UNDONE].toSorted())
    },

    'ends as it says when it compensates itself': async (lab) => {
      const log: string[] = []
      const wf = flow('sorry', async (wf) => {
        const step = book(log, wf)
        await step('a')
        await step('b')
        await wf.compensate('not approved')
        await step('c')
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual([run.state, reason(run)], ['cancelled', 'COMPENSATED: not approved'])
      assert.deepEqual(log, ['a', 'b', ...UNDONE])
    },

    'lets a step that can be undone finish when it is cancelled, then undoes it': async (lab) => {
      const log: string[] = []
      const [entered, gate] = [door(), door()]
      const wf = flow('busy', async (wf) => {
        await wf.step(
          'a',
          async ({ signal }) => {
            entered.open()
            await gate.opened
            log.push(`done, ${signal.aborted ? 'stopped' : 'in peace'}`)
            return 1
          },
          { undo: (result) => void log.push(`undo ${result}`) },
        )
        log.push('went on')
        await wf.step('b', () => log.push('b'))
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await entered.opened
      await engine.runs.cancel(id)
      await lab.clock.advance(5_000)
      assert.equal((await engine.runs.get(id)).state, 'running')
      gate.open()
      assert.equal((await ended(engine, id)).state, 'cancelled')
      assert.deepEqual(
        log.filter((entry) => entry !== 'went on'),
        ['done, in peace', 'undo 1'],
      )
    },

    'does a step to its end that its process died in, before it undoes it': async (lab) => {
      const log: string[] = []
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow('dies', async (wf) => {
          await wf.step(
            'a',
            async () => {
              await here()
              log.push('a')
            },
            { undo: () => void log.push('undo a') },
          )
          await wf.sleep('1h')
        })
        return { jobs: [first], first }
      })
      await until('it goes on', () => log.length > 0)
      await rescuer.runs.cancel(id)
      await lab.clock.advance(1_000)
      assert.equal((await ended(rescuer, id)).state, 'cancelled')
      assert.deepEqual(log, ['a', 'undo a'])
    },

    'tries an undo again, after waits that hold no slot': async (lab) => {
      let times = 0
      const wf = flow('stubborn', async (wf) => {
        await wf.step('a', () => 1, {
          undo: () => {
            if (++times < 3) throw new Error('not yet')
          },
          retry: { base: '10s', jitter: 'none' },
        })
        throw new Error('as planned')
      })
      const engine = await lab.start({ jobs: [wf], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 9_999)
      assert.equal(times, 1)
      await lab.clock.advance(1)
      await later(lab, engine, id, 20_000)
      const run = await ended(engine, id)
      assert.deepEqual([reason(run), times], ['Error: as planned', 3])
    },

    'ends with COMPENSATION_FAILED when something cannot be undone, and leaves the rest as it is': async (lab) => {
      const log: string[] = []
      const wf = flow('stuck', async (wf) => {
        await book(log, wf)('a')
        await wf.step('b', () => 1, { undo: () => Promise.reject(new PermanentError('locked')) })
        throw new Error('as planned')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      const run = await ended(engine, id)
      assert.match(
        reason(run),
        /^COMPENSATION_FAILED: the step "b" could not be undone in 1 attempts .*locked.*as planned/,
      )
      assert.deepEqual(await stepsOf(engine, id), ['a done', 'b undoing'])
    },

    'goes on undoing where its process died, and never forward again': async (lab) => {
      const log: string[] = []
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow('dies-undoing', async (wf) => {
          const step = (name: string, dies = false) =>
            wf.step(name, () => void log.push(name), {
              undo: async () => {
                if (dies) await here()
                log.push(`undo ${name}`)
              },
            })
          await step('a')
          await step('b', true)
          await step('c')
          if (log.includes('undo c')) await wf.step('forward', () => log.push('forward'))
          throw new Error('as planned')
        })
        return { jobs: [first], first }
      })
      const run = await ended(rescuer, id)
      assert.equal(reason(run), 'Error: as planned')
      assert.deepEqual(log, ['a', 'b', 'c', 'undo c', 'undo b', 'undo a'])
    },

    'gives up when its process dies again and again while it is undone': async (lab) => {
      const gate = door()
      let deaths = 0
      const die = async (): Promise<void> => {
        deaths++
        await gate.opened
      }
      const wf = flow(
        'deadly',
        async (wf) => {
          await wf.step('a', () => 1, { undo: die })
          await wf.step('b', die)
        },
        { crashes: 1 },
      )
      const first = await lab.start({ jobs: [wf], clock: fakeClock(lab.clock.now()) })
      const { id } = await first.enqueue(wf, {})
      for (const death of [1, 2]) {
        await until('it is in the deadly place', () => deaths === death)
        await lab.start({ jobs: [wf], ...(death === 2 ? {} : { clock: fakeClock(lab.clock.now() + 10_000) }) })
        await lab.clock.advance(10_000)
      }
      const run = await ended(first, id)
      gate.open()
      assert.match(reason(run), /^COMPENSATION_FAILED: its process died again and again .*WORKER_LOST/)
    },

    'undoes with the rows of an undo and its record in one commit': async (lab) => {
      const api = await lab.start({ jobs: [], roles: ['api'] })
      await createEffects(api)
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow('commits', async (wf) => {
          await wf.step('a', () => 'a', {
            undo: async (result, step) => {
              await step.complete(async (tx) => {
                await addEffect(tx.db, `undo ${result}`)
                return 1n
              })
              await here()
            },
          })
          throw new Error('as planned')
        })
        return { jobs: [first], first }
      })
      assert.equal((await ended(rescuer, id)).state, 'failed')
      assert.deepEqual(await readEffects(rescuer), ['undo a'])
    },

    'undoes what ran side by side, the latest begun first': async (lab) => {
      const log: string[] = []
      const gate = door()
      const wf = flow('lanes', async (wf) => {
        const step = (name: string, first?: Promise<void>) =>
          wf.step(name, () => first, { undo: () => void log.push(name) })
        await wf.all([
          async () => {
            await step('a', gate.opened)
            await step('d')
          },
          async () => {
            await step('b')
            await step('c')
          },
        ])
        await wf.sleep('1m')
        await step('e')
        throw new Error('as planned')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('the second lane is through', async () => (await stepsOf(engine, id)).includes('c done'))
      gate.open()
      await later(lab, engine, id, 60_000)
      await ended(engine, id)
      assert.deepEqual(log, ['e', 'd', 'c', 'b', 'a'])
    },

    'undoes a child that succeeded with its result': async (lab) => {
      const log: string[] = []
      const child = job({ name: 'child', input: z.object({}), run: () => 'r1' })
      const wf = flow('parent', async (wf) => {
        await wf.call(child, {}, { undo: (result) => void log.push(`undo ${result}`) })
        throw new Error('as planned')
      })
      const engine = await lab.start({ jobs: [wf, child] })
      await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual(log, ['undo r1'])
    },

    'ends although its code waits for something of its own that never comes': async (lab) => {
      const log: string[] = []
      const wf = flow('hangs', async (wf) => {
        await book(log, wf)('a')
        await new Promise(() => {})
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await until('it hangs', () => log.length === 1)
      await engine.runs.cancel(id)
      await lab.clock.advance(1_000)
      assert.equal((await ended(engine, id)).state, 'cancelled')
      assert.deepEqual(log, ['a', 'undo a (result of a)'])
    },

    'ends when its code catches everything and goes on for ever': async (lab) => {
      const log: string[] = []
      const wf = flow('clings', async (wf) => {
        for (let n = 0; ; n++) {
          try {
            await wf.step(`step ${n}`, () => {
              if (n === 2) throw new PermanentError('a failure')
            })
            if (n > 3) await wf.sleep('1h')
          } catch {
            log.push(`caught ${n}`)
          } finally {
            log.push(`finally ${n}`)
          }
        }
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      await engine.runs.cancel(id)
      assert.equal((await ended(engine, id)).state, 'cancelled')
      assert.equal(log.includes('finally 4'), false)
    },
  },
}
