import assert from 'node:assert/strict'
import { type RunDetail, type Workflow, type WorkflowContext, workflow } from '@regie/engine'
import { z } from 'zod'
import { ended, type Lab, reached, type Section } from './lab.ts'
import { reason, stepsOf } from './workflow-lab.ts'

type Code = (wf: WorkflowContext) => unknown

const versioned = (run: Code, version: number): Workflow<Record<string, never>, unknown> =>
  workflow({ name: 'changes', input: z.object({}), version, run })

/** Begins a run with the old code, and lets the new code go on with it after a minute. */
async function change(
  lab: Lab,
  before: Code,
  after: Code,
  version = 1,
): Promise<RunDetail & { readonly steps: readonly string[] }> {
  const old = await lab.start({ jobs: [versioned(before, 1)] })
  const { id } = await old.enqueue(versioned(before, 1), {})
  await reached(old, id, 'waiting')
  await old.stop()
  const engine = await lab.start({ jobs: [versioned(after, version)] })
  await lab.clock.advance(60_000)
  return { ...(await ended(engine, id)), steps: await stepsOf(engine, id) }
}

/** Steps that can be undone, then a minute, then the rest. */
function sequence(log: string[], ...names: readonly string[]): Code {
  return async (wf) => {
    for (const name of names)
      if (name === 'sleep') await wf.sleep('1m', { name })
      else await wf.step(name, () => void log.push(name), { undo: () => void log.push(`undo ${name}`) })
    return 'through'
  }
}

/** Runs under way, and code that has changed. */
export const workflowVersions: Section = {
  title: 'workflows whose code has changed',
  tests: {
    'go on when what comes after has changed': async (lab) => {
      const log: string[] = []
      const run = await change(lab, sequence(log, 'a', 'sleep', 'b'), sequence(log, 'a', 'sleep', 'c', 'd'))
      assert.deepEqual([run.state, run.result, log], ['succeeded', 'through', ['a', 'c', 'd']])
    },

    'stop at a step that is gone, name it, and undo nothing': async (lab) => {
      const log: string[] = []
      const run = await change(lab, sequence(log, 'a', 'b', 'sleep', 'c'), sequence(log, 'a', 'sleep', 'c'))
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "(b|sleep)"/)
      assert.deepEqual([run.state, log, run.steps], ['failed', ['a', 'b'], ['a done', 'b done', 'sleep pending']])
    },

    'stop at a step that has another name': async (lab) => {
      const log: string[] = []
      const run = await change(lab, sequence(log, 'a', 'sleep', 'b'), sequence(log, 'z', 'sleep', 'b'))
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "a"/)
      assert.deepEqual([run.state, log], ['failed', ['a']])
    },

    'stop at a step that was put between': async (lab) => {
      const log: string[] = []
      const run = await change(lab, sequence(log, 'a', 'sleep', 'b'), sequence(log, 'a', 'new', 'sleep', 'b'))
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "sleep"/)
      assert.deepEqual([run.state, log], ['failed', ['a']])
    },

    'stop at steps that have changed places': async (lab) => {
      const log: string[] = []
      const run = await change(lab, sequence(log, 'a', 'b', 'sleep'), sequence(log, 'b', 'a', 'sleep'))
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "b" was number 2 .* and is number 1 now/)
      assert.deepEqual([run.state, log], ['failed', ['a', 'b']])
    },

    'stop at steps that have changed places after others ran side by side': async (lab) => {
      const code =
        (...rest: readonly string[]): Code =>
        async (wf) => {
          await wf.all([() => wf.step('x', () => 1), () => wf.step('y', () => 1)])
          return sequence([], ...rest)(wf)
        }
      const run = await change(lab, code('a', 'b', 'sleep'), code('b', 'a', 'sleep'))
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "b" was number 4 .* and is number 3 now/)
    },

    'stop at a step that has become something else': async (lab) => {
      const run = await change(lab, sequence([], 'a', 'sleep'), async (wf) => {
        await wf.step('a', () => 1)
        await wf.step('sleep', () => 1)
      })
      assert.match(reason(run), /^WORKFLOW_DIVERGED: the step "sleep" was recorded as a sleep and is a step now/)
    },

    'do not skip an undo in silence when they are cancelled': async (lab) => {
      const log: string[] = []
      const before = versioned(sequence(log, 'a', 'b', 'sleep'), 1)
      const old = await lab.start({ jobs: [before] })
      const { id } = await old.enqueue(before, {})
      await reached(old, id, 'waiting')
      await old.stop()
      const engine = await lab.start({ jobs: [versioned(sequence(log, 'a', 'sleep'), 1)] })
      await engine.runs.cancel(id)
      const run = await ended(engine, id)
      assert.deepEqual([run.state, run.error?.code, log], ['failed', 'WORKFLOW_DIVERGED', ['a', 'b']])
    },

    'keep the old way for those that began with it, with wf.since': async (lab) => {
      const log: string[] = []
      const after: Code = async (wf) => {
        await wf.step('a', () => void log.push('a'))
        if (wf.since(2)) await wf.step('new', () => void log.push('new'))
        await wf.sleep('1m', { name: 'sleep' })
        return wf.run.version
      }
      const run = await change(lab, sequence(log, 'a', 'sleep'), after, 2)
      assert.deepEqual([run.result, log], [1, ['a']])
      const engine = await lab.start({ jobs: [versioned(after, 2)] })
      const { id } = await engine.enqueue(versioned(after, 2), {})
      await reached(engine, id, 'waiting')
      await lab.clock.advance(60_000)
      assert.deepEqual([(await ended(engine, id)).result, log], [2, ['a', 'a', 'new']])
    },
  },
}
