import assert from 'node:assert/strict'
import { type Engine, job, PermanentError, schedule, signal, workflow } from '@regie/engine'
import { z } from 'zod'
import { countRows, engineTables } from '../store.ts'
import { until } from '../until.ts'
import { allEnded, door, ended, followedBy, type Lab, reached, type Section } from './lab.ts'
import { balanceProjection, moved, moves, opened } from './projection-accounts.ts'
import { flow } from './workflow-lab.ts'

const SECOND = 1_000
const go = signal({ name: 'go', payload: z.object({}) })
const noop = plain('noop')
// Its first retry comes in an hour.
const SLOW = { attempts: 9, base: '1h', backoff: 'fixed', jitter: 'none' } as const

function plain(name: string, queue = 'default') {
  return job({ name, queue, input: z.object({}), run: () => {} })
}

function fail(): never {
  throw new Error('not yet')
}

/** A job that hears of nothing before the test ends, and so holds its slot. `key`: one run of it at a time. */
function deafJob({ atEnd }: Pick<Lab, 'atEnd'>, name = 'deaf', key?: string) {
  const gate = door()
  atEnd(gate.open)
  const limits = key === undefined ? [] : [{ key, concurrency: 1 }]
  return job({ name, input: z.object({}), timeout: '1d', limits, run: () => gate.opened })
}

const running = (engine: Engine, job: string, count: number): Promise<true> =>
  until(`${count} runs of ${job} are at work`, async () => {
    return (await engine.runs.count({ job, state: ['running'] })) === count
  })

/** Hides a table from the engines while `work` goes on: the store refuses whatever needs it. */
async function without({ database }: Engine, table: string, work: () => Promise<void>): Promise<void> {
  const { schema } = database.kysely()
  await schema.alterTable(table).renameTo('hidden').execute()
  await work()
  await schema.alterTable('hidden').renameTo(table).execute()
}

/** What waits costs nothing while it does: an engine that does the same thing again and again passes every other test. */
export const quieting: Section = {
  title: 'waiting engines leave the store alone',
  tests: {
    'while cancelled and failed workflows wait for children that hear of nothing': async (lab) => {
      const deaf = deafJob(lab)
      const grandchild = flow('grandchild', (wf) => wf.call(deaf, {}))
      const child = flow('child', (wf) => wf.call(grandchild, {}))
      const parent = flow('parent', (wf) => wf.all([() => wf.call(child, {}), () => wf.call(deaf, {})]))
      const failing = flow('failing', async (wf) => {
        void wf.call(deaf, {}, { name: 'forgotten' })
        await wf.sleep('9s')
        throw new PermanentError('enough')
      })
      const timely = flow('timely', (wf) => wf.callMany([deaf.with({})]))
      const engine = await lab.start({ jobs: [parent, child, grandchild, deaf, failing, timely] })
      const { id } = await engine.enqueue(parent, {})
      await engine.enqueue(failing, {})
      await engine.enqueue(timely, {}, { deadline: '10s' })
      await running(engine, 'deaf', 4)
      await until('all wait', async () => (await engine.runs.count({ state: ['waiting'] })) === 5)
      await lab.clock.advance(9.5 * SECOND)
      await engine.runs.cancel(id, 'enough')
      // All have heard, and no child has been given up yet.
      await lab.clock.advance(SECOND)
      await lab.quiet()
      assert.equal(await engine.runs.count({ state: ['waiting'] }), 5)
    },

    'while workflows wait for an instant, a signal, the next try of a step or an undo, or are paused': async (lab) => {
      const sleeper = flow('sleeper', (wf) => wf.sleep('1m'))
      const patient = flow('patient', (wf) => wf.wait(go, { timeout: '1m' }), { signals: [go] })
      const trying = flow('trying', (wf) => wf.step('a', fail, { retry: SLOW }))
      const undoing = flow('undoing', async (wf) => {
        await wf.step('a', () => 1, { retry: SLOW, undo: fail })
        await wf.sleep('1h')
      })
      const engine = await lab.start({ jobs: [sleeper, patient, trying, undoing] })
      const flows = [sleeper, patient, sleeper, patient, trying, undoing, undoing]
      const ids: number[] = []
      for (const each of flows) ids.push((await engine.enqueue(each, {}, { deadline: '2h' })).id)
      for (const id of ids) await reached(engine, id, 'waiting')
      // Its instant comes, and the other's signal, while they are paused; the last is paused when it is told to stop.
      const [, , tired = 0, called = 0, , cancelled = 0, both = 0] = ids
      for (const id of [tired, called, both]) await engine.workflows.pause(id)
      await engine.workflows.signal(go, {}, { run: called })
      for (const id of [cancelled, both]) await engine.runs.cancel(id)
      await lab.clock.advance(61 * SECOND)
      await lab.quiet()
      const states = await Promise.all(ids.map(async (id) => (await engine.runs.get(id)).state))
      assert.deepEqual(
        states,
        [...'sswwwww'].map((letter) => (letter === 's' ? 'succeeded' : 'waiting')),
      )
    },

    'while runs wait for a slot, their rate, a retry, their queue or code that knows them': async (lab) => {
      const held = deafJob(lab, 'held', 'only')
      const rare = job({ name: 'rare', input: z.object({}), limits: [{ key: 'rare', rate: '1/1h' }], run: () => {} })
      const [later, elsewhere, stopped] = [plain('later'), plain('elsewhere', 'elsewhere'), plain('stopped', 'stopped')]
      const failing = job({ name: 'failing', input: z.object({}), retry: SLOW, run: fail })
      const old = workflow({ name: 'old', input: z.object({}), version: 1, run: (wf) => wf.sleep('1s') })
      const queues = { stopped: {} }
      const former = await lab.start({ jobs: [old] })
      const { id } = await former.enqueue(old, {})
      await reached(former, id, 'waiting')
      await former.stop()
      const api = await lab.start({
        jobs: [held, rare, later, elsewhere, stopped, failing],
        queues: { ...queues, elsewhere: {} },
        roles: ['api'],
      })
      await api.queues.pause('stopped')
      const engine = await lab.start({ jobs: [held, rare, stopped, failing], queues })
      for (const each of [held, rare, later, elsewhere, stopped, failing]) await api.enqueueMany(each, [{}, {}])
      await api.enqueueBatch([held.with({}), rare.with({})], followedBy(held.with({})))
      await api.enqueue(held, {}, { expires: '1h', deadline: '2h' })
      await running(api, 'held', 1)
      await lab.clock.advance(30 * SECOND)
      await lab.quiet()
      assert.equal(await engine.runs.count({ state: ['parked'] }), 3)
      assert.equal(await engine.runs.count({ state: ['blocked'] }), 3)
    },

    'while a worker is drained and slots are taken, with work left in its queues': async (lab) => {
      const deaf = deafJob(lab)
      const queues = { default: { concurrency: 1 } }
      const first = await lab.start({ jobs: [noop, deaf], queues })
      const second = await lab.start({ jobs: [noop, deaf], queues })
      // Each claims ahead of what has proved quick, and finds its slot taken.
      for (const engine of [first, second])
        await allEnded(
          engine,
          (await engine.enqueueMany(noop, Array(20).fill({}))).map(({ id }) => id),
        )
      for (const engine of [first, second]) {
        await engine.enqueueMany(deaf, Array(40).fill({}))
        await until('all are claimed', async () => (await countRows(engine, 'engine_ready')) === 0)
      }
      await lab.quiet()
      const [worker] = await first.workers()
      await first.drain(worker?.epoch ?? 0)
      await lab.clock.advance(5 * SECOND)
      await lab.quiet()
      assert.equal((await first.healthy()).draining, true)
      assert.equal((await second.healthy()).draining, undefined)
    },

    'while schedules find their runs at work, and projections and reactions fail': async (lab) => {
      const schedules = (['skip', 'queue', 'cancel'] as const).map((overlap) =>
        schedule({ name: overlap, every: '1m', jitter: '0s', overlap, job: deafJob(lab, overlap), input: {} }),
      )
      let applied = 0
      const bad = balanceProjection({
        apply() {
          applied++
          throw new Error('never')
        },
      })
      const engine = await lab.start({
        jobs: schedules.map(({ job }) => job),
        schedules,
        events: [opened, moved],
        projections: [bad],
        roles: ['worker', 'scheduler'],
      })
      await engine.append('a', 'new', moves(1, 2))
      await lab.clock.advance(190 * SECOND)
      await until('it has failed', () => applied > 0)
      await lab.quiet()
    },

    'while another scheduler has the schedule that is due': async (lab) => {
      const [locked, release] = [door(), door()]
      const minutely = schedule({ name: 'minutely', every: '1m', jitter: '0s', job: noop, input: {} })
      const engine = await lab.start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      const other = engineTables(engine)
        .transaction()
        .execute(async (tx) => {
          await tx.updateTable('engine_schedule').set({ declared: 1 }).execute()
          locked.open()
          await release.opened
        })
      await locked.opened
      await lab.clock.advance(60 * SECOND)
      await lab.quiet()
      release.open()
      await other
      await until('it has fired', async () => {
        await lab.clock.advance(50)
        return (await engine.runs.count()) === 1
      })
    },

    'when eight processes have heard what each of them has done': async (lab) => {
      const engines: Engine[] = []
      for (let n = 0; n < 8; n++) {
        engines.push(await lab.start({ jobs: [noop], random: () => 0.5 }))
        await lab.clock.advance(2.5 * SECOND)
      }
      for (const engine of engines) await ended(engine, (await engine.enqueue(noop, {})).id)
      await engines[0]?.queues.pause('default')
      await lab.clock.advance(11 * SECOND)
      await lab.quiet()
    },

    'while code that knows a job has no slot for it, or leaves its queue to code that does not': async (lab) => {
      const deaf = deafJob(lab)
      const [here, there] = [plain('here'), plain('there', 'theirs')]
      const moved = plain('there', 'mine')
      const engine = await lab.start({ jobs: [deaf, here, moved], queues: { default: { concurrency: 1 }, mine: {} } })
      await engine.enqueue(deaf, {})
      await running(engine, 'deaf', 1)
      await lab.start({ jobs: [noop], queues: { theirs: {} } })
      const api = await lab.start({ jobs: [here, there], queues: { theirs: {} }, roles: ['api'] })
      for (const each of [here, there]) await reached(api, (await api.enqueue(each, {})).id, 'parked')
      await lab.clock.advance(3 * SECOND)
      await lab.quiet()
      assert.equal(await api.runs.count({ state: ['parked'] }), 2)
    },

    'when the store refuses to tell what a workflow did, until it does': async (lab) => {
      const wf = flow('wf', (wf) => wf.wait(go, { timeout: '1m' }), { signals: [go] })
      const engine = await lab.start({ jobs: [wf] })
      const { id } = await engine.enqueue(wf, {})
      await reached(engine, id, 'waiting')
      await without(engine, 'engine_step', async () => {
        await lab.clock.advance(60 * SECOND)
        await lab.quiet()
      })
      await lab.clock.advance(SECOND)
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },

    'when the store refuses to let a run through its gate, until it does': async (lab) => {
      const limited = job({
        name: 'limited',
        input: z.object({}),
        limits: [{ key: 'k', concurrency: 1 }],
        run: () => {},
      })
      const engine = await lab.start({ jobs: [limited] })
      let id = 0
      await without(engine, 'engine_gate', async () => {
        id = (await engine.enqueue(limited, {})).id
        await lab.quiet()
      })
      await lab.clock.advance(SECOND)
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },
  },
}
