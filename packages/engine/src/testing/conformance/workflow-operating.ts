import assert from 'node:assert/strict'
import { type Engine, job, type RunState, signal, type WorkflowDetail, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import { door, ended, reached, refusal, type Section } from './lab.ts'
import { flow } from './workflow-lab.ts'

const approval = signal({ name: 'approval', payload: z.object({ by: z.string() }) })
const other = signal({ name: 'other', payload: z.string() })

const approved = workflow({
  name: 'approved',
  input: z.object({ order: z.string() }),
  signals: [approval],
  async run(wf, { order }) {
    wf.set({ stage: 'asking' })
    const prepared = await wf.step('prepare', () => ({ order }))
    const answer = await wf.wait(approval, { key: order, timeout: '3s' })
    wf.set({ stage: 'answered' })
    return { ...prepared, by: answer?.by ?? null }
  },
})

/** Waits until a workflow waits for something; answers it. */
async function waiting(engine: Engine, id: number): Promise<WorkflowDetail> {
  await reached(engine, id, 'waiting')
  return engine.workflows.get(id)
}

/** What operators see of workflows, and how they speak to them. */
export const workflowOperating: Section = {
  title: 'operating on workflows',
  tests: {
    'a workflow is shown with its steps, what it waits for and what it says of itself': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      const detail = await until('the state is published', async () => {
        const seen = await engine.workflows.get(id)
        return seen.published !== undefined && seen
      })
      assert.deepEqual([detail.version, detail.generation, detail.published], [1, 0, { stage: 'asking' }])
      assert.deepEqual(
        detail.steps.map(({ name, kind, state, attempt, result }) => ({ name, kind, state, attempt, result })),
        [
          { name: 'prepare', kind: 'step', state: 'done', attempt: 1, result: { order: 'A1' } },
          { name: 'wait approval A1', kind: 'wait', state: 'pending', attempt: 1, result: undefined },
        ],
      )
      assert.equal(detail.steps[1]?.dueAt, lab.clock.now() + 3_000)
      assert.deepEqual(detail.waitingFor, [{ step: 'wait approval A1', signal: 'approval', key: 'A1' }])
      assert.equal('pausedAt' in detail || 'ending' in detail || 'forkedFrom' in detail, false)
    },

    'a workflow that undoes shows how it will end, and its children are named': async (lab) => {
      const [hold, undoing] = [door(), door()]
      const child = flow('child', (wf) => wf.sleep('30d'))
      const parent = flow('parent', async (wf) => {
        await wf.step('book', () => 'seat 7', {
          undo: async () => {
            undoing.open()
            await hold.opened
          },
        })
        await wf.call(child, {})
      })
      const engine = await lab.start({ jobs: [parent, child] })
      const { id } = await engine.enqueue(parent, {})
      const before = await waiting(engine, id)
      const [childId = 0] = before.steps[1]?.childRunIds ?? []
      assert.equal((await reached(engine, childId, 'waiting')).parentId, id)
      await engine.workflows.cancel(id, 'no longer wanted')
      await undoing.opened
      const during = await engine.workflows.get(id)
      assert.deepEqual(during.ending, {
        state: 'cancelled',
        error: { code: 'ABORTED', message: 'no longer wanted' },
      })
      hold.open()
      assert.equal((await ended(engine, id)).state, 'cancelled')
      const after = await engine.workflows.get(id)
      assert.equal('ending' in after, false)
      assert.deepEqual(
        after.steps.map(({ name, state }) => `${name} ${state}`),
        ['book undone', 'child failed'],
      )
    },

    'a search finds workflows only, by every condition of a run': async (lab) => {
      const plain = flow('plain', async () => 'done')
      const engine = await lab.start({ jobs: [approved, plain] })
      const { id } = await engine.enqueue(approved, { order: 'A1' }, { tags: ['"v":1'] })
      await engine.enqueue(plain, {})
      await reached(engine, id, 'waiting')
      const ids = async (...given: Parameters<typeof engine.workflows.search>) =>
        (await engine.workflows.search(...given)).runs.map((run) => run.id)
      assert.deepEqual(await ids(), [id + 1, id])
      assert.deepEqual(await ids({ state: ['waiting'], job: 'app*' }), [id])
      const { runs, next } = await engine.workflows.search({}, { limit: 1 })
      assert.deepEqual([runs.length, next], [1, String(id + 1)])
      assert.equal(await engine.runs.count({ workflow: false }), 0)
    },

    'what is no workflow is refused by name, and so is what is not there': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      await refusal('RUN_UNKNOWN', () => engine.workflows.get(4711))
      for (const id of [4711, Number.NaN, 1.5, Number.MAX_VALUE]) {
        await refusal('RUN_UNKNOWN', () => engine.workflows.pause(id))
        await refusal('RUN_UNKNOWN', () => engine.workflows.retry(id))
        await refusal('RUN_UNKNOWN', () => engine.workflows.fork(id, { from: 'x' }))
        await refusal('RUN_UNKNOWN', () => engine.workflows.signal(approval, { by: 'Ada' }, { run: id }))
      }
    },

    'a signal from outside wakes whoever waits for its key, or is kept until somebody does': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      const answer = await engine.workflows.signal(approval, { by: 'Ada' }, { key: 'A1' })
      assert.deepEqual(answer, { outcome: 'delivered', runId: id })
      assert.deepEqual((await ended(engine, id)).result, { order: 'A1', by: 'Ada' })
      const kept = await engine.workflows.signalNamed('approval', { by: 'Bob' }, { key: 'A2' })
      assert.deepEqual(kept, { outcome: 'kept' })
      const late = await engine.enqueue(approved, { order: 'A2' })
      assert.deepEqual((await ended(engine, late.id)).result, { order: 'A2', by: 'Bob' })
    },

    'a signal within a transaction is sent with its commit, or not at all': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      const boom = new Error('rolled back')
      await assert.rejects(
        engine.transaction(async (tx) => {
          assert.equal((await tx.signal(approval, { by: 'Ada' }, { key: 'A1' })).outcome, 'delivered')
          throw boom
        }),
        boom,
      )
      assert.equal((await waiting(engine, id)).waitingFor.length, 1)
      await engine.transaction((tx) => tx.signal(approval, { by: 'Bob' }, { key: 'A1' }))
      assert.deepEqual((await ended(engine, id)).result, { order: 'A1', by: 'Bob' })
    },

    'a signal that a job sends goes to its own organisation': async (lab) => {
      const approve = job({
        name: 'approve',
        input: z.object({ order: z.string() }),
        run: (ctx, { order }) => ctx.complete((tx) => tx.signal(approval, { by: ctx.run.org }, { key: order })),
      })
      const engine = await lab.start({ jobs: [approved, approve] })
      const { id: acme } = await engine.enqueue(approved, { order: 'A1' }, { org: 'acme' })
      const { id: umbrella } = await engine.enqueue(approved, { order: 'A1' }, { org: 'umbrella' })
      for (const id of [acme, umbrella]) await reached(engine, id, 'waiting')
      const { id } = await engine.enqueue(approve, { order: 'A1' }, { org: 'umbrella' })
      assert.deepEqual((await ended(engine, id)).result, { outcome: 'delivered', runId: umbrella })
      assert.deepEqual((await ended(engine, umbrella)).result, { order: 'A1', by: 'umbrella' })
      assert.equal((await engine.runs.get(acme)).state, 'waiting')
    },

    'a bad signal is refused before anything is sent': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      const { workflows } = engine
      const unknown = await refusal('SIGNAL_UNKNOWN', () => workflows.signalNamed('approvall', {}, { key: 'A1' }))
      assert.match(unknown.message, /known: approval/)
      await refusal('SIGNAL_UNKNOWN', () => workflows.signal(other, 'x', { key: 'A1' }))
      const invalid = await refusal('PAYLOAD_INVALID', () =>
        workflows.signalNamed('approval', { by: 7 }, { key: 'A1' }),
      )
      assert.deepEqual(
        invalid.issues.map(({ path }) => path),
        ['by'],
      )
      await refusal('PAYLOAD_TOO_LARGE', () => workflows.signal(approval, { by: 'x'.repeat(1_048_577) }, { key: 'A1' }))
      for (const key of ['', 'x'.repeat(201), '\u001frun:1', 'a\u0000b', '\ud800'])
        await refusal('NAME_INVALID', () => workflows.signal(approval, { by: 'Ada' }, { key }))
      assert.equal((await waiting(engine, id)).waitingFor.length, 1)
    },

    'nothing of a run that has ended is shown as waiting, and a paused one goes on at no instant': async (lab) => {
      const naps = flow('naps', (wf) => wf.sleep('30d'))
      const engine = await lab.start({ jobs: [approved, naps] })
      const { id: asks } = await engine.enqueue(approved, { order: 'A1' })
      const { id: sleeps } = await engine.enqueue(naps, {})
      assert.equal((await waiting(engine, asks)).waitingFor.length, 1)
      assert.equal((await waiting(engine, sleeps)).dueAt, lab.clock.now() + 30 * 86_400_000)
      await engine.workflows.pause(sleeps)
      const paused = await engine.workflows.get(sleeps)
      assert.deepEqual(['dueAt' in paused, paused.steps[0]?.state], [false, 'pending'])
      await engine.workflows.resume(sleeps)
      for (const id of [asks, sleeps]) {
        await engine.workflows.cancel(id)
        await ended(engine, id)
        const { waitingFor, steps, endedAt } = await engine.workflows.get(id)
        const last = steps.at(-1)
        assert.deepEqual([waitingFor, last?.state, last?.endedAt], [[], 'abandoned', endedAt])
        assert.equal(last !== undefined && 'dueAt' in last, false)
      }
    },

    'a signal to a run that waits for it with a key is refused, and the key named': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      const { workflows } = engine
      const keyed = await refusal('RUN_STATE', () => workflows.signal(approval, { by: 'Ada' }, { run: id }))
      assert.match(keyed.message, /with the key "A1"/)
      await refusal('NAME_INVALID', () => workflows.signal(approval, { by: 'Ada' }, { run: id, key: 'A1' }))
      assert.equal(await countRows(engine, 'engine_signal'), 0)
      assert.equal((await workflows.signal(approval, { by: 'Ada' }, { key: 'A1' })).outcome, 'delivered')
      assert.deepEqual((await ended(engine, id)).result, { order: 'A1', by: 'Ada' })
    },

    'a signal to a run that has ended, or is of another organisation, is refused': async (lab) => {
      const own = workflow({
        name: 'own',
        input: z.object({}),
        signals: [approval],
        run: (wf) => wf.wait(approval),
      })
      const engine = await lab.start({ jobs: [own] })
      const { id } = await engine.enqueue(own, {}, { org: 'acme' })
      await reached(engine, id, 'waiting')
      await refusal('RUN_UNKNOWN', () =>
        engine.workflows.signal(approval, { by: 'Ada' }, { run: id }, { org: 'umbrella' }),
      )
      assert.deepEqual(await engine.workflows.signal(approval, { by: 'Ada' }, { run: id }), {
        outcome: 'delivered',
        runId: id,
      })
      assert.deepEqual((await ended(engine, id)).result, { by: 'Ada' })
      await refusal('RUN_STATE', () => engine.workflows.signal(approval, { by: 'Ada' }, { run: id }))
    },

    'a paused workflow stays where it is, keeps what happens to it, and goes on when resumed': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      await engine.workflows.pause(id, 'the approver is away')
      await engine.workflows.pause(id, 'again')
      const paused = await engine.workflows.get(id)
      assert.deepEqual([paused.pausedAt, paused.pauseReason], [lab.clock.now(), 'the approver is away'])
      assert.equal((await engine.workflows.signal(approval, { by: 'Ada' }, { key: 'A1' })).outcome, 'delivered')
      await lab.clock.advance(3_500)
      assert.equal((await engine.workflows.get(id)).state, 'waiting')
      await engine.workflows.resume(id)
      assert.deepEqual((await ended(engine, id)).result, { order: 'A1', by: 'Ada' })
    },

    'a pause reaches a workflow in the middle of a step: the step ends, the next does not begin': async (lab) => {
      const [entered, gate] = [door(), door()]
      const done: string[] = []
      const two = flow('two', async (wf) => {
        await wf.step('one', async () => {
          entered.open()
          await gate.opened
          done.push('one')
        })
        await wf.step('two', () => void done.push('two'))
      })
      const engine = await lab.start({ jobs: [two] })
      const { id } = await engine.enqueue(two, {})
      await entered.opened
      await engine.workflows.pause(id)
      await lab.clock.advance(2_000)
      gate.open()
      await reached(engine, id, 'waiting')
      assert.deepEqual(done, ['one'])
      await engine.workflows.resume(id)
      assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.deepEqual(done, ['one', 'two'])
    },

    'a workflow paused before its start does not start, and a resume in between is not missed': async (lab) => {
      let started = 0
      const counted = flow('counted', () => wfStarted())
      const wfStarted = (): string => {
        started++
        return 'done'
      }
      const operator = await lab.start({ jobs: [counted], roles: ['api'] })
      const { id } = await operator.enqueue(counted, {})
      await operator.workflows.pause(id)
      const worker = await lab.start({ jobs: [counted] })
      await reached(worker, id, 'waiting')
      assert.equal(started, 0)
      await operator.workflows.resume(id)
      await lab.clock.advance(3_000)
      assert.equal((await ended(worker, id)).result, 'done')
    },

    'what has ended or is not paused is neither paused nor resumed; a paused one can be cancelled': async (lab) => {
      const engine = await lab.start({ jobs: [approved] })
      const { id } = await engine.enqueue(approved, { order: 'A1' })
      await reached(engine, id, 'waiting')
      await refusal('RUN_STATE', () => engine.workflows.resume(id))
      await engine.workflows.pause(id)
      assert.equal(await engine.workflows.cancel(id), 'requested')
      assert.equal((await ended(engine, id)).state, 'cancelled' satisfies RunState)
      await refusal('RUN_STATE', () => engine.workflows.pause(id))
      await refusal('RUN_STATE', () => engine.workflows.resume(id))
      assert.equal(await engine.workflows.cancel(id), 'already-ended')
    },

    'a pause outlives the process that had the workflow': async (lab) => {
      const [entered, gate] = [door(), door()]
      lab.atEnd(gate.open)
      const stuck = flow('stuck', async (wf) => {
        await wf.step('hang', () => {
          entered.open()
          return gate.opened
        })
      })
      const calm = flow('stuck', async (wf) => wf.step('hang', () => 'calm'))
      const dead = await lab.start({ jobs: [stuck], clock: fakeClock(lab.clock.now()) })
      const { id } = await dead.enqueue(stuck, {})
      await entered.opened
      await dead.workflows.pause(id)
      const rescuer = await lab.start({ jobs: [calm] })
      await lab.clock.advance(10_000)
      await reached(rescuer, id, 'waiting')
      await rescuer.workflows.resume(id)
      assert.equal((await ended(rescuer, id)).result, 'calm')
    },
  },
}
