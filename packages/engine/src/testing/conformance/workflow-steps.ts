import assert from 'node:assert/strict'
import { isEngineError, PermanentError, RetryAfter } from '@regie/engine'
import { addEffect, createEffects, readEffects } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, reached, type Section } from './lab.ts'
import { dieAt, flow, later, nothingLeft, reason, said, stepsOf } from './workflow-lab.ts'

/** What is done once, and remembered. */
export const workflowSteps: Section = {
  title: 'workflow steps',
  tests: {
    'answers a step from its record when the code runs again after its process died': async (lab) => {
      const done: string[] = []
      const { id, rescuer } = await dieAt(lab, (here) => {
        const first = flow('two', async (wf) => {
          const a = await wf.step('a', () => done.push('a'))
          await here()
          const b = await wf.step('b', () => done.push('b'))
          return [a, b]
        })
        return { jobs: [first], first }
      })
      const run = await ended(rescuer, id)
      assert.deepEqual([run.state, run.result, done], ['succeeded', [1, 2], ['a', 'b']])
      await nothingLeft(rescuer)
    },

    'does a step again that its process died in, and counts only the second': async (lab) => {
      let times = 0
      const { id, rescuer, haunt } = await dieAt(lab, (here) => {
        const first = flow('dies', (wf) =>
          wf.step('a', async () => {
            const time = ++times
            await here()
            return time
          }),
        )
        return { jobs: [first], first }
      })
      const run = await ended(rescuer, id)
      haunt()
      assert.deepEqual([run.result, times], [2, 2])
    },

    'refuses the record of a step whose process was declared dead, and leaves the run to the other': async (lab) => {
      const [second, finish] = [door(), door()]
      let times = 0
      const { id, rescuer, haunt } = await dieAt(lab, (here) => {
        const first = flow('zombie', async (wf) => {
          await wf.step('a', async () => {
            const time = ++times
            await here()
            if (time === 1) return 'zombie'
            second.open()
            await finish.opened
            return 'rescuer'
          })
          return wf.step('b', () => times)
        })
        return { jobs: [first], first }
      })
      await second.opened
      haunt()
      await lab.clock.advance(3_000)
      assert.deepEqual(await stepsOf(rescuer, id), [])
      finish.open()
      assert.equal((await ended(rescuer, id)).result, 2)
    },

    'tries a step again after waits that hold no slot and are not forgotten': async (lab) => {
      const attempts: number[] = []
      const wf = flow('again', async (wf) => {
        const retry = { attempts: 4, base: '10s', jitter: 'none' } as const
        const work = ({ step }: { readonly step: { readonly attempt: number } }): string => {
          attempts.push(lab.clock.now())
          if (step.attempt < 3) throw new Error(`attempt ${step.attempt}`)
          return `attempt ${step.attempt}`
        }
        return wf.step('a', work, { retry })
      })
      const engine = await lab.start({ jobs: [wf], queues: { default: { concurrency: 1 } } })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 9_999)
      assert.equal(attempts.length, 1)
      await lab.clock.advance(1)
      await later(lab, engine, id, 20_000)
      assert.equal((await ended(engine, id)).result, 'attempt 3')
      assert.deepEqual(
        attempts.map((at) => at - (attempts[0] ?? 0)),
        [0, 10_000, 30_000],
      )
      await nothingLeft(engine)
    },

    'fails with STEP_FAILED after the last attempt, and says why': async (lab) => {
      const wf = flow('hopeless', (wf) =>
        wf.step('a', () => Promise.reject(new RangeError('as always')), { retry: { attempts: 2, jitter: 'none' } }),
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 1_000)
      const run = await ended(engine, id)
      assert.equal(run.state, 'failed')
      assert.match(reason(run), /^STEP_FAILED: the step "a" failed after 2 attempts: as always/)
    },

    'does not try again what no attempt can cure': async (lab) => {
      class NotFound extends Error {}
      let times = 0
      const wf = flow('permanent', async (wf) => {
        const failing = (name: string, error: unknown) =>
          wf
            .step(
              name,
              () => {
                times++
                throw error
              },
              { retry: { permanent: [NotFound] } },
            )
            .then(
              () => 'none',
              (error: Error) => String((error.cause as Error).message),
            )
        return [await failing('a', new PermanentError('for good')), await failing('b', new NotFound('gone'))]
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual([run.result, times], [['for good', 'gone'], 2])
    },

    'waits as long as RetryAfter says, also for a part of a millisecond, and not for nonsense': async (lab) => {
      let times = 0
      const wf = flow('after', (wf) =>
        wf.step(
          'a',
          () => {
            times++
            if (times === 1) throw new RetryAfter('30s')
            if (times === 2) throw new RetryAfter(0.5)
            if (times === 3) throw new RetryAfter(Number.NaN)
            return times
          },
          { retry: { attempts: 5, jitter: 'none' } },
        ),
      )
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 29_999)
      assert.equal(times, 1)
      await lab.clock.advance(1)
      await lab.clock.advance(1)
      assert.equal(times, 3)
      await lab.clock.advance(10_000)
      assert.equal((await ended(engine, id)).result, 4)
    },

    'ends an attempt at its time-out, and gives up one that does not listen': async (lab) => {
      const reasons: unknown[] = []
      const wf = flow('slow', async (wf) => {
        const options = { timeout: '10s', retry: { attempts: 2, base: '1s', jitter: 'none' } } as const
        const listens = await wf.step(
          'listens',
          ({ signal, step }) => {
            if (step.attempt === 2) return 'in time'
            return new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          },
          options,
        )
        const deaf = await wf
          .step('deaf', () => new Promise<string>(() => {}), { ...options, retry: { attempts: 1 } })
          .catch((error: Error) => {
            reasons.push((error.cause as { code: string }).code)
            return 'given up'
          })
        return [listens, deaf]
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'running')
      await lab.clock.advance(10_000)
      await later(lab, engine, id, 1_000)
      await lab.clock.advance(13_000)
      assert.deepEqual((await ended(engine, id)).result, ['in time', 'given up'])
      assert.deepEqual(reasons, ['TIMEOUT'])
    },

    'commits rows and the record of a step together with step.complete, once': async (lab) => {
      let refused: unknown
      const api = await lab.start({ jobs: [], roles: ['api'] })
      await createEffects(api)
      const { id, rescuer, haunt } = await dieAt(lab, (here) => {
        const first = flow('books', async (wf) => {
          await wf.step('book', async (step) => {
            const value = await step.complete(async (tx) => {
              await addEffect(tx.db, 'booked')
              return 'booked'
            })
            refused ??= await step.complete(async () => {}).catch((error: unknown) => error)
            await here()
            return value
          })
          return wf.step('after', () => 'after')
        })
        return { jobs: [first], first }
      })
      haunt()
      const run = await ended(rescuer, id)
      assert.deepEqual([run.result, await readEffects(rescuer)], ['after', ['booked']])
      assert.ok(isEngineError(refused, 'RUN_COMPLETED'), String(refused))
    },

    'rolls back what a zombie wants to complete': async (lab) => {
      let refused: unknown
      const api = await lab.start({ jobs: [], roles: ['api'] })
      await createEffects(api)
      let times = 0
      const { id, rescuer, haunt } = await dieAt(lab, (here) => {
        const first = flow('books', (wf) =>
          wf.step('book', async (step) => {
            const time = ++times
            await here()
            return step
              .complete(async (tx) => addEffect(tx.db, `time ${time}`))
              .catch((error: unknown) => {
                refused = error
                throw error
              })
          }),
        )
        return { jobs: [first], first }
      })
      await ended(rescuer, id)
      haunt()
      await until('the zombie was refused', () => refused !== undefined)
      assert.ok(isEngineError(refused), String(refused))
      assert.deepEqual(await readEffects(rescuer), ['time 2'])
    },

    'refuses two steps of one name, and names that are none': async (lab) => {
      const wf = flow('names', async (wf) => {
        const codes: string[] = []
        const keep = (error: unknown): void => void codes.push(isEngineError(error) ? error.code : String(error))
        await wf.step('a', () => 1)
        await wf.step('a', () => 2).catch(keep)
        for (const name of ['', 'x'.repeat(201), 'a\u0000b', '\ud800', 5 as never])
          await wf.step(name, () => 3).catch(keep)
        return codes
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual(run.result, ['STEP_DUPLICATE', ...Array.from({ length: 5 }, () => 'NAME_INVALID')])
    },

    'refuses a step within a step': async (lab) => {
      const wf = flow('nested', (wf) => wf.step('outer', () => wf.step('inner', () => 1), { retry: { attempts: 1 } }))
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.match(reason(run), /^STEP_FAILED: .*the step "inner" .* within the step "outer"/)
    },

    'shows what a workflow says of itself': async (lab) => {
      const gate = door()
      const wf = flow('says', async (wf) => {
        wf.set({ at: 'first' })
        await wf.step('a', () => gate.opened)
        wf.set({ at: 'second' })
        await wf.sleep('1m')
        wf.set({ at: 'third' })
        await wf.sleep('2m')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await said(engine, id, { at: 'first' })
      gate.open()
      await said(engine, id, { at: 'second' })
      await later(lab, engine, id, 60_000)
      await said(engine, id, { at: 'third' })
      await later(lab, engine, id, 120_000)
      await ended(engine, id)
      await said(engine, id, { at: 'third' })
    },
  },
}
