import assert from 'node:assert/strict'
import { type Engine, job, type WorkflowContext, workflow } from '@regie/engine'
import { z } from 'zod'
import { countRows, engineTables } from '../store.ts'
import { ended, type Lab, reached, refusal, type Section } from './lab.ts'
import { flow } from './workflow-lab.ts'

type Code = (wf: WorkflowContext) => Promise<unknown>

/** Runs the old code until it waits, then asks the new one whether it can go on from there. */
async function checkAfter(lab: Lab, old: Code, present: Code, version = 1) {
  const before = await lab.start({ jobs: [flow('order', old), child] })
  const { id } = await before.enqueue(flow('order', old), {})
  await reached(before, id, 'waiting')
  await before.stop()
  const engine = await lab.start({ jobs: [flow('order', present, { version }), child], roles: ['api'] })
  const record = await journal(engine)
  const { checked, findings } = await engine.workflows.check()
  assert.equal(checked, 1)
  assert.deepEqual(await journal(engine), record)
  return findings.map(({ runId, code, step }) => ({ own: runId === id, code, step }))
}

const child = job({ name: 'child', input: z.object({}), run: () => 'never mind' })

/** Everything that is recorded. */
async function journal(engine: Engine) {
  const tables = engineTables(engine)
  const steps = await tables.selectFrom('engine_step').selectAll().orderBy('run').orderBy('name').execute()
  const workflows = await tables.selectFrom('engine_workflow').selectAll().orderBy('run').execute()
  const rows = []
  for (const table of ['engine_body', 'engine_wait', 'engine_timer', 'engine_ready'] as const)
    rows.push(await countRows(engine, table))
  return { steps, workflows, rows }
}

const before: Code = async (wf) => {
  await wf.step('prepare', () => 1)
  await wf.step('reserve', () => 2)
  await wf.sleep('30d')
  await wf.step('ship', () => 3)
}

/** What the code would do, were it to go on with what is recorded. */
export const workflowChecking: Section = {
  title: 'checking workflows',
  tests: {
    'finds nothing where the code is as it was, or is new only after what is recorded': async (lab) => {
      const present: Code = async (wf) => {
        await wf.step('prepare', () => assert.fail('done again'))
        await wf.step('reserve', () => assert.fail('done again'))
        await wf.sleep('30d')
        await wf.step('pack', () => assert.fail('done by a check'))
      }
      assert.deepEqual(await checkAfter(lab, before, present), [])
    },

    'names a step that was renamed': async (lab) => {
      const present: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        await wf.step('book', () => assert.fail('done by a check'))
        await wf.sleep('30d')
      }
      const expected = [{ own: true, code: 'WORKFLOW_DIVERGED', step: 'reserve' }]
      assert.deepEqual(await checkAfter(lab, before, present), expected)
    },

    'names a step that is elsewhere': async (lab) => {
      const swapped: Code = async (wf) => {
        await wf.step('reserve', () => 2)
        await wf.step('prepare', () => 1)
        await wf.sleep('30d')
      }
      const [moved] = await checkAfter(lab, before, swapped)
      assert.deepEqual(moved, { own: true, code: 'WORKFLOW_DIVERGED', step: 'reserve' })
    },

    'names a step that is of another kind now': async (lab) => {
      const called: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        await wf.call(child, {}, { name: 'reserve' })
        await wf.sleep('30d')
      }
      const expected = [{ own: true, code: 'WORKFLOW_DIVERGED', step: 'reserve' }]
      assert.deepEqual(await checkAfter(lab, before, called), expected)
    },

    'finds nothing where the new way is behind wf.since': async (lab) => {
      const versioned: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        await wf.step(wf.since(2) ? 'book' : 'reserve', () => 2)
        await wf.sleep('30d')
      }
      assert.deepEqual(await checkAfter(lab, before, versioned, 2), [])
    },

    'names the step before which the code throws': async (lab) => {
      const throwing: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        throw new TypeError('cannot read the stars')
      }
      const expected = [{ own: true, code: 'WORKFLOW_DIVERGED', step: 'reserve' }]
      assert.deepEqual(await checkAfter(lab, before, throwing), expected)
    },

    'names code that throws after everything that is recorded': async (lab) => {
      const engine = await lab.start({ jobs: [flow('order', before)] })
      const { id } = await engine.enqueue(flow('order', before), {})
      await reached(engine, id, 'waiting')
      const throwing: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        await wf.step('reserve', () => 2)
        void wf.sleep('30d')
        throw new TypeError('cannot read the stars')
      }
      const present = await lab.start({ jobs: [flow('order', throwing)], roles: ['api'] })
      const { findings } = await present.workflows.check()
      assert.deepEqual(
        findings.map(({ runId, code, message }) => ({ runId, code, message })),
        [{ runId: id, code: 'TypeError', message: 'cannot read the stars' }],
      )
    },

    'gives up code that waits for something that is no step, and says so': async (lab) => {
      const engine = await lab.start({ jobs: [flow('order', before)] })
      const { id } = await engine.enqueue(flow('order', before), {})
      await reached(engine, id, 'waiting')
      const foreign: Code = async (wf) => {
        await wf.step('prepare', () => 1)
        await new Promise<never>(() => {})
      }
      const present = await lab.start({ jobs: [flow('order', foreign)], roles: ['api'] })
      const checking = present.workflows.check()
      await lab.clock.advance(6_000)
      const [finding] = (await checking).findings
      assert.deepEqual([finding?.code, finding?.runId], ['TIMEOUT', id])
    },

    'names workflows that the code does not know, and inputs it does not take': async (lab) => {
      const [kept, gone] = [flow('kept', before), flow('gone', before)]
      const engine = await lab.start({ jobs: [kept, gone] })
      const ids = [(await engine.enqueue(kept, {})).id, (await engine.enqueue(gone, {}, { org: 'acme' })).id]
      for (const id of ids) await reached(engine, id, 'waiting')
      const stricter = workflow({ name: 'kept', input: z.object({ colour: z.string() }), run: before })
      const present = await lab.start({ jobs: [stricter], roles: ['api'] })
      const { findings, checked, more } = await present.workflows.check()
      assert.deepEqual([checked, more], [2, false])
      assert.deepEqual(
        findings.map(({ runId, org, workflow: name, code }) => ({ runId, org, name, code })),
        [
          { runId: ids[0], org: 'main', name: 'kept', code: 'PAYLOAD_INVALID' },
          { runId: ids[1], org: 'acme', name: 'gone', code: 'JOB_UNKNOWN' },
        ],
      )
    },

    'looks at runs that have failed, are undone, or go on after a retry, as at others': async (lab) => {
      let broken = true
      const saga = flow('saga', async (wf) => {
        await wf.step('book', () => 1, { undo: () => {} })
        await wf
          .step(
            'pay',
            () => {
              if (broken) throw new Error('no')
            },
            { retry: { attempts: 1 } },
          )
          .catch(async (error: unknown) => {
            await wf.step('note', () => 2)
            if (broken) throw error
          })
        await wf.sleep('30d')
      })
      const engine = await lab.start({ jobs: [saga] })
      const { id } = await engine.enqueue(saga, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      assert.deepEqual((await engine.workflows.check({ filter: {} })).findings, [])
      broken = false
      await engine.workflows.retry(id)
      await reached(engine, id, 'waiting')
      assert.deepEqual((await engine.workflows.check()).findings, [])
    },

    'stops at its limit and says that there are more': async (lab) => {
      const engine = await lab.start({ jobs: [flow('order', before)] })
      const runs = await engine.enqueueMany(flow('order', before), [{}, {}, {}])
      for (const { id } of runs) await reached(engine, id, 'waiting')
      const { workflows } = engine
      assert.deepEqual(await workflows.check({ limit: 2 }), { checked: 2, findings: [], more: true, next: runs[1]?.id })
      assert.deepEqual(await workflows.check({ limit: 3 }), { checked: 3, findings: [], more: false })
      assert.deepEqual((await workflows.check({ filter: { state: ['failed'] } })).checked, 0)
      await refusal('FILTER_INVALID', () => workflows.check({ limit: 0 }))
    },
  },
}
