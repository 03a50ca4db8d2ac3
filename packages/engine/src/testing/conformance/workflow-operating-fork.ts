import assert from 'node:assert/strict'
import { job, PermanentError, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { engineTables } from '../store.ts'
import { until } from '../until.ts'
import { allEnded, door, ended, reached, refusal, type Section } from './lab.ts'
import { flow, stepsOf } from './workflow-lab.ts'

const done: string[] = []
const act = (name: string) => (): string => {
  done.push(name)
  return name
}

const report = workflow({
  name: 'report',
  version: 2,
  input: z.object({ title: z.string() }),
  async run(wf, { title }) {
    const found = await wf.step('find', () => act(`find ${title}`)())
    const parts = await wf.all(['a', 'b', 'c'].map((name) => () => wf.step(name, act(name))))
    return wf.step('write', () => act(`write ${title} of ${found} ${parts.join('')}`)())
  },
})

/** New runs that begin with what others had done. */
export const workflowForking: Section = {
  title: 'forking workflows',
  tests: {
    'a fork has done what came before the step, does the rest, and leaves its source alone': async (lab) => {
      done.length = 0
      const engine = await lab.start({ jobs: [report] })
      const { id } = await engine.enqueue(report, { title: 'May' }, { org: 'acme', tags: ['monthly'], priority: 'low' })
      await ended(engine, id)
      const { steps, result } = await engine.workflows.get(id)
      assert.deepEqual(await engine.workflows.forkPlan(id, 'write'), {
        kept: ['find', 'a', 'b', 'c'],
        again: ['write'],
      })
      await refusal('STEP_UNKNOWN', () => engine.workflows.forkPlan(id, 'print'))
      const fork = await engine.workflows.fork(id, { from: 'write', input: { title: 'June' } })
      const run = await ended(engine, fork)
      assert.equal(run.result, 'write June of find May abc')
      assert.deepEqual(done.slice(5), ['write June of find May abc'])
      const { org, tags, priority } = run
      assert.deepEqual([org, tags, priority], ['acme', ['monthly', `fork-of-${id}`], 'low'])
      const detail = await engine.workflows.get(fork)
      assert.deepEqual([detail.forkedFrom, detail.version], [id, 2])
      const source = await engine.workflows.get(id)
      assert.deepEqual([source.steps, source.result], [steps, result])
      const { runs } = await engine.workflows.search({ tag: `fork-of-${id}` })
      assert.deepEqual(
        runs.map((one) => one.id),
        [fork],
      )
    },

    'a fork in the middle of wf.all keeps what was called before, and does the others': async (lab) => {
      done.length = 0
      const engine = await lab.start({ jobs: [report] })
      const { id } = await engine.enqueue(report, { title: 'May' })
      await ended(engine, id)
      const fork = await engine.workflows.fork(id, { from: 'b' })
      assert.equal((await ended(engine, fork)).result, 'write May of find May abc')
      assert.deepEqual(done.slice(5), ['b', 'c', 'write May of find May abc'])
      const first = await engine.workflows.fork(id, { from: 'find' })
      assert.equal((await ended(engine, first)).state, 'succeeded')
      assert.equal(done.length, 13)
    },

    'a run is forked while it runs': async (lab) => {
      const [entered, gate] = [door(), door()]
      let held = false
      const slow = flow('slow', async (wf) => {
        const first = await wf.step('first', () => 1)
        await wf.step('second', async () => {
          if (held) return
          held = true
          entered.open()
          await gate.opened
        })
        return first
      })
      const engine = await lab.start({ jobs: [slow] })
      const { id } = await engine.enqueue(slow, {})
      await entered.opened
      await refusal('STEP_UNKNOWN', () => engine.workflows.fork(id, { from: 'second' }))
      const fork = await engine.workflows.fork(id, { from: 'first' })
      assert.equal((await ended(engine, fork)).result, 1)
      assert.equal((await engine.runs.get(id)).state, 'running')
      gate.open()
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },

    'what was undone is not taken for done, nor what was done in view of it': async (lab) => {
      const acts: string[] = []
      let broken = true
      const saga = flow('saga', async (wf) => {
        await wf.step('look', () => void acts.push('look'))
        await wf.step('book', () => void acts.push('book'), { undo: () => void acts.push('undo') })
        await wf.step('tell', () => void acts.push('tell'))
        await wf.step('pay', () => {
          if (broken) throw new PermanentError('no')
        })
      })
      const engine = await lab.start({ jobs: [saga] })
      const { id } = await engine.enqueue(saga, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      broken = false
      assert.deepEqual(await engine.workflows.forkPlan(id, 'pay'), { kept: ['look'], again: ['book', 'tell', 'pay'] })
      const fork = await engine.workflows.fork(id, { from: 'pay' })
      assert.equal((await ended(engine, fork)).state, 'succeeded')
      assert.deepEqual(acts, ['look', 'book', 'tell', 'undo', 'book', 'tell'])
      assert.deepEqual(await stepsOf(engine, id), ['look done', 'book undone', 'tell done', 'pay failed'])
    },

    'a failure from which the code went on is part of what is copied, another is not': async (lab) => {
      const acts: string[] = []
      let broken = true
      const careful = flow('careful', async (wf) => {
        await wf
          .step('first', () => {
            acts.push('first')
            throw new PermanentError('no')
          })
          .catch(() => wf.step('instead', () => void acts.push('instead')))
        await wf.all([
          () =>
            wf.step('left', () => {
              if (broken) throw new PermanentError('no')
              acts.push('left')
            }),
          () => wf.step('right', () => void acts.push('right')),
        ])
      })
      const engine = await lab.start({ jobs: [careful] })
      const { id } = await engine.enqueue(careful, {})
      assert.equal((await ended(engine, id)).state, 'failed')
      broken = false
      const fork = await engine.workflows.fork(id, { from: 'right' })
      assert.equal((await ended(engine, fork)).state, 'succeeded')
      assert.deepEqual(acts, ['first', 'instead', 'right', 'left', 'right'])
    },

    'a fork that is cancelled before it begins undoes what was copied, also behind a failure': async (lab) => {
      const acts: string[] = []
      const careful = flow('careful', async (wf) => {
        await wf
          .step('first', () => {
            acts.push('first')
            throw new PermanentError('no')
          })
          .catch(() => wf.step('instead', () => void acts.push('instead'), { undo: () => void acts.push('undo') }))
        await wf.sleep('30d')
      })
      const engine = await lab.start({ jobs: [careful] })
      const { id } = await engine.enqueue(careful, {})
      await reached(engine, id, 'waiting')
      await engine.stop()
      const operator = await lab.start({ jobs: [careful], roles: ['api'] })
      const fork = await operator.workflows.fork(id, { from: 'sleep 30d' })
      assert.deepEqual((await operator.workflows.check()).findings, [])
      assert.equal(await operator.workflows.cancel(fork), 'requested')
      const worker = await lab.start({ jobs: [careful] })
      assert.equal((await ended(worker, fork)).state, 'cancelled')
      assert.deepEqual(acts, ['first', 'instead', 'undo'])
      assert.equal((await worker.runs.get(id)).state, 'waiting')
    },

    'a fork neither takes the unique key of its source nor answers to its parent': async (lab) => {
      const child = workflow({
        name: 'child',
        input: z.object({ key: z.string() }),
        run: async (wf, { key }) => {
          await wf.step('one', () => key)
          return wf.step('two', () => key)
        },
      })
      const lone = workflow({
        name: 'lone',
        input: z.object({ key: z.string() }),
        unique: { key: ({ key }) => key },
        run: async (wf) => {
          await wf.step('one', () => 1)
          await wf.sleep('30d')
        },
      })
      const parent = flow('parent', (wf) => wf.call(child, { key: 'x' }))
      const engine = await lab.start({ jobs: [parent, child, lone] })
      const { id } = await engine.enqueue(lone, { key: 'k' })
      await reached(engine, id, 'waiting')
      const twin = await engine.workflows.fork(id, { from: 'sleep 30d' })
      assert.notEqual(twin, id)
      await reached(engine, twin, 'waiting')
      assert.deepEqual(await engine.enqueue(lone, { key: 'k' }), { id, duplicate: true })
      const called = await engine.enqueue(parent, {})
      await ended(engine, called.id)
      const [step] = (await engine.workflows.get(called.id)).steps
      const fork = await engine.workflows.fork(step?.childRunIds?.[0] ?? 0, { from: 'two' })
      assert.equal((await ended(engine, fork)).result, 'x')
      assert.equal('parentId' in (await engine.runs.get(fork)), false)
    },

    'a bad fork is refused, and starts nothing': async (lab) => {
      const engine = await lab.start({ jobs: [report] })
      const { id } = await engine.enqueue(report, { title: 'May' })
      await ended(engine, id)
      const unknown = await refusal('STEP_UNKNOWN', () => engine.workflows.fork(id, { from: 'wirte' }))
      assert.match(unknown.message, /"find", "a", "b", "c", "write"/)
      await refusal('PAYLOAD_INVALID', () => engine.workflows.fork(id, { from: 'write', input: { title: 7 } }))
      const stranger = await lab.start({ jobs: [], roles: ['api'] })
      await refusal('JOB_UNKNOWN', () => stranger.workflows.fork(id, { from: 'write' }))
      assert.equal(await engine.runs.count(), 1)
    },

    'a fork whose process dies in its first step is taken over with what was copied': async (lab) => {
      const acts: string[] = []
      const [entered, gate] = [door(), door()]
      lab.atEnd(gate.open)
      let hang = false
      const code = flow('code', async (wf) => {
        await wf.step('one', () => void acts.push('one'))
        await wf.step('two', async () => {
          if (hang) {
            entered.open()
            await gate.opened
          }
          acts.push('two')
        })
      })
      const dead = await lab.start({ jobs: [code], clock: fakeClock(lab.clock.now()) })
      const { id } = await dead.enqueue(code, {})
      await ended(dead, id)
      hang = true
      const fork = await dead.workflows.fork(id, { from: 'two' })
      await entered.opened
      hang = false
      const rescuer = await lab.start({ jobs: [code] })
      await lab.clock.advance(10_000)
      assert.equal((await ended(rescuer, fork)).state, 'succeeded')
      assert.deepEqual(acts, ['one', 'two', 'two'])
    },
  },
}

/** Repairs of many workflows by a filter. */
export const workflowRepairing: Section = {
  title: 'repairing many workflows',
  tests: {
    'counts first, then retries those that failed, and only those': async (lab) => {
      let broken = true
      const failing = workflow({
        name: 'failing',
        input: z.object({ number: z.number() }),
        run: (wf, { number }) =>
          wf.step('work', () => {
            if (broken && number > 0) throw new PermanentError('no')
            return number
          }),
      })
      const mail = job({ name: 'mail', input: z.object({}), run: () => Promise.reject(new PermanentError('no')) })
      const engine = await lab.start({ jobs: [failing, mail] })
      const runs = await engine.enqueueMany(
        failing,
        Array.from({ length: 300 }, (_, number) => ({ number })),
      )
      const { id } = await engine.enqueue(mail, {})
      const failed = async (count: number) =>
        until(`${count} failed`, async () => (await engine.runs.count({ state: ['failed'] })) === count)
      await failed(300)
      assert.equal((await ended(engine, id)).state, 'failed')
      const filter = { job: '*' }
      const counted = await engine.workflows.repair(filter, { action: 'retry', dryRun: true })
      assert.deepEqual(counted, { matched: 299, done: 299 })
      await failed(300)
      broken = false
      assert.deepEqual(await engine.workflows.repair(filter, { action: 'retry' }), { matched: 299, done: 299 })
      await until('all succeeded', async () => (await engine.runs.count({ state: ['succeeded'] })) === runs.length)
      await failed(1)
      assert.deepEqual(await engine.workflows.repair(filter, { action: 'retry' }), { matched: 0, done: 0 })
    },

    'forks those that have come to the step, and not the forks': async (lab) => {
      const seen: string[] = []
      const code = workflow({
        name: 'code',
        input: z.object({ word: z.string(), short: z.boolean().default(false) }),
        async run(wf, { word, short }) {
          await wf.step('one', () => void seen.push(`one ${word}`))
          if (!short) await wf.step('two', () => void seen.push(`two ${word}`))
        },
      })
      const engine = await lab.start({ jobs: [code] })
      const runs = await engine.enqueueMany(code, [{ word: 'a' }, { word: 'b' }, { word: 'c', short: true }])
      await allEnded(
        engine,
        runs.map((run) => run.id),
      )
      const options = { action: 'fork', from: 'two', input: { word: 'z' } } as const
      const expected = { matched: 3, done: 2 }
      assert.deepEqual(await engine.workflows.repair({}, { ...options, dryRun: true }), expected)
      assert.equal(await engine.runs.count(), 3)
      assert.deepEqual(await engine.workflows.repair({}, options), expected)
      const { runs: all } = await engine.workflows.search()
      await allEnded(
        engine,
        all.map((run) => run.id),
      )
      assert.deepEqual(seen.toSorted(), ['one a', 'one b', 'one c', 'two a', 'two b', 'two z', 'two z'])
    },

    'cancels and resumes those it fits': async (lab) => {
      const sleeper = flow('sleeper', (wf) => wf.sleep('30d'))
      const engine = await lab.start({ jobs: [sleeper] })
      const runs = await engine.enqueueMany(sleeper, [{}, {}, {}])
      for (const { id } of runs) await reached(engine, id, 'waiting')
      await engine.workflows.pause(runs[0]?.id ?? 0)
      assert.deepEqual(await engine.workflows.repair({}, { action: 'resume', dryRun: true }), { matched: 3, done: 1 })
      assert.deepEqual(await engine.workflows.repair({}, { action: 'resume' }), { matched: 3, done: 1 })
      const paused = await engineTables(engine)
        .selectFrom('engine_workflow')
        .where('paused_at', 'is not', null)
        .select('run')
        .execute()
      assert.deepEqual(paused, [])
      const filter = { state: ['waiting', 'queued', 'running'] } as const
      assert.deepEqual(await engine.workflows.repair(filter, { action: 'cancel', reason: 'wrong prices' }), {
        matched: 3,
        done: 3,
      })
      for (const { id } of runs) assert.equal((await ended(engine, id)).error?.message, 'wrong prices')
    },

    'gives many another input, checked for every workflow before anything is done': async (lab) => {
      const [words, numbers] = [
        workflow({
          name: 'words',
          input: z.object({ it: z.string() }),
          run: (_wf, { it }) => {
            if (it === 'bad') throw new Error('bad')
            return it
          },
        }),
        workflow({
          name: 'numbers',
          input: z.object({ it: z.number() }),
          run: () => Promise.reject(new Error('never')),
        }),
      ]
      const engine = await lab.start({ jobs: [words, numbers] })
      const { id } = await engine.enqueue(words, { it: 'bad' })
      const { id: number } = await engine.enqueue(numbers, { it: 1 })
      await allEnded(engine, [id, number])
      await refusal('PAYLOAD_INVALID', () => engine.workflows.repair({}, { action: 'retry', input: { it: 'good' } }))
      assert.equal(await engine.runs.count({ state: ['failed'] }), 2)
      const some = { job: 'words' }
      assert.equal((await engine.workflows.repair(some, { action: 'retry', input: { it: 'good' } })).done, 1)
      assert.equal((await ended(engine, id)).result, 'good')
    },

    'a repair that makes no sense is refused': async (lab) => {
      const engine = await lab.start({ jobs: [] })
      const { workflows } = engine
      await refusal('FILTER_INVALID', () => workflows.repair({}, { action: 'fork' }))
      await refusal('FILTER_INVALID', () => workflows.repair({}, { action: 'retry', from: 'x' }))
      await refusal('FILTER_INVALID', () => workflows.repair({}, { action: 'cancel', input: {} }))
      await refusal('FILTER_INVALID', () => workflows.repair({}, { action: 'mend' as 'retry' }))
      await refusal('FILTER_INVALID', () => workflows.repair({ state: ['lost' as 'failed'] }, { action: 'retry' }))
    },
  },
}
