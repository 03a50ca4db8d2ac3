import assert from 'node:assert/strict'
import { job, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { door, ended, reached, refusal, type Section } from './lab.ts'

const where = job({ name: 'where', input: z.object({}), run: (ctx) => ctx.services })
const PULSE_MS = 3_000

/** Letting one process finish while the others go on. */
export const draining: Section = {
  title: 'draining a worker',
  tests: {
    'it ends what it runs and takes nothing new, which another takes': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const slow = job({
        name: 'slow',
        input: z.object({}),
        async run(ctx) {
          entered.open()
          await gate.opened
          return ctx.services
        },
      })
      await using first = await start({ jobs: [slow, where], services: 'first' })
      await using api = await start({ jobs: [slow, where], roles: ['api'] })
      const held = await api.enqueue(slow, {})
      await clock.advance(PULSE_MS)
      await entered.opened
      const [worker] = await api.workers()
      assert.deepEqual(worker?.runIds, [held.id])
      await api.drain(worker?.epoch ?? 0)
      await clock.advance(PULSE_MS)
      await until('it knows', async () => (await first.healthy()).draining === true)
      const { id } = await api.enqueue(where, {})
      await clock.advance(PULSE_MS)
      await using _second = await start({ jobs: [slow, where], services: 'second' })
      assert.equal((await ended(api, id)).result, 'second')
      const [drained] = await api.workers()
      assert.equal(typeof drained?.drainingAt, 'number')
      gate.open()
      assert.equal((await ended(api, held.id)).result, 'first')
      await until('it holds nothing', async () => (await api.workers())[0]?.running === 0)
    },

    'a workflow there rests after its step and goes on elsewhere': async ({ start, clock }) => {
      const [entered, gate] = [door(), door()]
      const trip = workflow({
        name: 'trip',
        input: z.object({}),
        async run(wf) {
          const from = await wf.step('leave', async () => {
            entered.open()
            await gate.opened
            return wf.services
          })
          return [from, await wf.step('arrive', () => wf.services)]
        },
      })
      await using first = await start({ jobs: [trip], services: 'first' })
      const { id } = await first.enqueue(trip, {})
      await entered.opened
      const [worker] = await first.workers()
      await first.drain(worker?.epoch ?? 0)
      await until('it knows', async () => (await first.healthy()).draining === true)
      await using _second = await start({ jobs: [trip], services: 'second' })
      gate.open()
      await until('it was handed back', async () => (await first.workers())[0]?.running === 0)
      await clock.advance(PULSE_MS)
      assert.deepEqual((await ended(first, id)).result, ['first', 'second'])
    },

    'it takes runs again when told so': async ({ start, clock }) => {
      await using engine = await start({ jobs: [where], services: 'here' })
      const [worker] = await engine.workers()
      await engine.drain(worker?.epoch ?? 0)
      await engine.drain(worker?.epoch ?? 0)
      await until('it knows', async () => (await engine.healthy()).draining === true)
      const { id } = await engine.enqueue(where, {})
      await clock.advance(PULSE_MS)
      await reached(engine, id, 'queued')
      await engine.undrain(worker?.epoch ?? 0)
      assert.equal((await ended(engine, id)).result, 'here')
      assert.equal((await engine.workers())[0]?.drainingAt, undefined)
    },

    'who is declared dead while drained joins again drained': async ({ start, clock }) => {
      const own = fakeClock()
      await using first = await start({ jobs: [where], clock: own })
      const [worker] = await first.workers()
      const isThere = async () => (await other.workers()).some(({ epoch }) => epoch === worker?.epoch)
      await first.drain(worker?.epoch ?? 0)
      await until('it knows', async () => (await first.healthy()).draining === true)
      await using other = await start({ jobs: [where] })
      await clock.advance(10_000)
      await until('it is declared dead', async () => !(await isThere()))
      await own.advance(10_000)
      await until('it has joined again', async () =>
        (await other.workers()).some(({ drainingAt }) => drainingAt !== undefined),
      )
      assert.equal((await first.healthy()).draining, true)
    },

    'a worker that is not there is named': async ({ start }) => {
      await using engine = await start({ jobs: [where] })
      await refusal('WORKER_UNKNOWN', () => engine.drain(999_999))
      await refusal('WORKER_UNKNOWN', () => engine.undrain(0.5))
    },

    'each tells its version, its memory and how late its timers are': async ({ start, clock }) => {
      await using engine = await start({ jobs: [where], version: '1.2.3' })
      await until('it has told', async () => (await engine.workers())[0]?.vitals !== undefined)
      const [worker] = await engine.workers()
      assert.equal(worker?.vitals?.version, '1.2.3')
      assert.equal(worker?.vitals?.pid, process.pid)
      assert.ok((worker?.vitals?.rssBytes ?? 0) > 1_000_000)
      assert.equal(worker?.vitals?.at, clock.now())
    },
  },
}
