import assert from 'node:assert/strict'
import { isEngineError } from '@regie/engine'
import { ended, type Section } from './lab.ts'
import { flow, later, reason } from './workflow-lab.ts'

/** What steps answer, and how they fail. */
export const workflowResults: Section = {
  title: 'results of workflow steps',
  tests: {
    'gives the code the same value at first and from the record: what JSON makes of it': async (lab) => {
      const seen: string[] = []
      const values = (): unknown => ({
        at: new Date(0),
        none: undefined,
        list: [undefined, 1],
        nan: Number.NaN,
        text: 'é\u0000"',
      })
      const wf = flow('values', async (wf) => {
        seen.push(JSON.stringify([await wf.step('object', values), (await wf.step('nothing', () => {})) ?? 'nothing']))
        await wf.sleep('1s')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 1_000)
      await ended(engine, id)
      assert.equal(seen.length, 2)
      assert.equal(seen[0], seen[1])
      assert.equal(
        seen[0],
        JSON.stringify([{ at: '1970-01-01T00:00:00.000Z', list: [null, 1], nan: null, text: 'é\u0000"' }, 'nothing']),
      )
    },

    'keeps the result of a step that threw after step.complete': async (lab) => {
      const wf = flow('throws', (wf) =>
        wf.step('a', async (step) => {
          await step.complete(async () => 'kept')
          throw new Error('too late')
        }),
      )
      const engine = await lab.start({ jobs: [wf] })
      assert.equal((await ended(engine, (await engine.enqueue(wf, {})).id)).result, 'kept')
    },

    'fails a step whose result is over 1 MiB, and does not do it again': async (lab) => {
      let times = 0
      const wf = flow('large', async (wf) => {
        await wf.step('fits', () => 'x'.repeat(1_048_574))
        await wf.step('too large', () => {
          times++
          return 'x'.repeat(1_048_575)
        })
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.match(
        reason(run),
        /^STEP_FAILED: the step "too large" failed: the result of the step "too large" is more than 1 MiB/,
      )
      assert.equal(times, 1)
    },

    'fails a step whose result has no JSON form, and does not do it again': async (lab) => {
      const times = { bigint: 0, circle: 0 }
      const circle: Record<string, unknown> = {}
      circle.self = circle
      const wf = flow('odd', async (wf) => {
        const messages: string[] = []
        const keep = (error: Error): void => void messages.push(String((error.cause as { code: string }).code))
        await wf.step('bigint', () => BigInt(++times.bigint)).catch(keep)
        await wf.step('circle', () => Object.assign(circle, { times: ++times.circle })).catch(keep)
        return messages
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual([run.result, times], [['RESULT_INVALID', 'RESULT_INVALID'], { bigint: 1, circle: 1 }])
    },

    'keeps whatever is thrown, also what is no error': async (lab) => {
      const wf = flow('throws', async (wf) => {
        const causes: string[] = []
        for (const [name, thrown] of Object.entries({
          text: 'a text',
          nothing: undefined,
          object: { a: 1 },
          nil: null,
        }))
          await wf
            .step(
              name,
              () => {
                throw thrown
              },
              { retry: { attempts: 1 } },
            )
            .catch((error: Error) => causes.push((error.cause as Error).message))
        throw causes.join('|')
      })
      const engine = await lab.start({ jobs: [wf] })
      const run = await ended(engine, (await engine.enqueue(wf, {})).id)
      assert.deepEqual(
        [run.state, run.error?.code, run.error?.message],
        ['failed', 'NOT_AN_ERROR', 'a text|undefined|{"a":1}|null'],
      )
    },

    'goes on from a failed step that the code catches, and does so again from the record': async (lab) => {
      const seen: string[] = []
      const wf = flow('catches', async (wf) => {
        const answer = await wf
          .step(
            'a',
            () => {
              throw new TypeError('bad')
            },
            { retry: { attempts: 1 } },
          )
          .catch((error: unknown) => error)
        assert.ok(isEngineError(answer, 'STEP_FAILED'))
        const { name, message } = answer.cause as Error
        seen.push(`${answer.message} because of ${name} ${message}`)
        await wf.sleep('1m')
        return wf.step('b', () => 'went on')
      })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await later(lab, engine, id, 60_000)
      assert.equal((await ended(engine, id)).result, 'went on')
      assert.deepEqual(
        seen,
        Array.from({ length: 2 }, () => 'the step "a" failed because of TypeError bad'),
      )
    },
  },
}
