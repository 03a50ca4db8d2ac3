import assert from 'node:assert/strict'
import { isEngineError, job, type Overlap, type ScheduleDefinition, schedule } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { aborted, door, ended, type Lab, reached, type Section } from './lab.ts'
import { MINUTE, outcomes, SECOND, timeline } from './scheduling-timeline.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => {} })

/** An engine whose minutely schedule finds its first run still at work, behind the door. */
async function startOverlapping({ start, clock }: Lab, overlap: Overlap) {
  const gate = door()
  const starts: number[] = []
  const signals: unknown[] = []
  const slow = job({
    name: 'slow',
    input: z.object({}),
    timeout: '1d',
    async run(ctx) {
      starts.push(ctx.run.id)
      if (starts.length > 1) return
      ctx.signal.addEventListener('abort', () => signals.push(ctx.signal.reason))
      await Promise.race([gate.opened, aborted(ctx.signal)])
    },
  })
  const minutely = schedule({
    name: 'minutely',
    every: '1m',
    jitter: '0s',
    overlap,
    expires: '1d',
    job: slow,
    input: {},
  })
  const engine = await start({ jobs: [slow], schedules: [minutely], roles: ['worker', 'scheduler'] })
  await clock.advance(MINUTE)
  await until('the first run is at work', () => starts.length === 1)
  return { engine, gate, starts, signals, slot: () => clock.advance(MINUTE) }
}

/** What becomes of a slot while an earlier run of its schedule is at work. */
export const overlapping: Section = {
  title: 'schedules that overlap',
  tests: {
    'skips slots while the run of an earlier one is at work, and says so in the history': async (lab) => {
      const { engine, gate, starts, slot } = await startOverlapping(lab, 'skip')
      await slot()
      await slot()
      assert.deepEqual(await outcomes(engine, 'minutely', 3), ['fired', 'skipped', 'skipped'])
      gate.open()
      await ended(engine, starts[0] ?? 0)
      await slot()
      assert.deepEqual(await outcomes(engine, 'minutely', 4), ['fired', 'skipped', 'skipped', 'fired'])
      await until('the next one has started', () => starts.length === 2)
    },

    'queues one slot behind the run at work, and only one': async (lab) => {
      const { engine, gate, starts, slot } = await startOverlapping(lab, 'queue')
      await slot()
      assert.deepEqual(await outcomes(engine, 'minutely', 2), ['fired', 'queued'])
      const queued = (await engine.schedules.history('minutely'))[0]?.runId ?? 0
      await reached(engine, queued, 'blocked')
      await slot()
      assert.deepEqual(await outcomes(engine, 'minutely', 3), ['fired', 'queued', 'skipped'])
      assert.equal(starts.length, 1)
      gate.open()
      assert.equal((await ended(engine, queued)).state, 'succeeded')
      assert.deepEqual(starts, [starts[0], queued])
    },

    'allows runs of several slots at the same time': async (lab) => {
      const { engine, gate, starts, slot } = await startOverlapping(lab, 'allow')
      await slot()
      await until('the second run has started', () => starts.length === 2)
      assert.equal((await ended(engine, starts[1] ?? 0)).state, 'succeeded')
      assert.equal((await engine.runs.get(starts[0] ?? 0)).state, 'running')
      assert.deepEqual(await outcomes(engine, 'minutely', 2), ['fired', 'fired'])
      gate.open()
    },

    'cancels the run at work through its signal, and fires the new slot': async (lab) => {
      const { engine, starts, signals, slot } = await startOverlapping(lab, 'cancel')
      await slot()
      assert.equal((await ended(engine, starts[0] ?? 0)).state, 'cancelled')
      assert.equal(signals.length, 1)
      assert.ok(isEngineError(signals[0], 'ABORTED'), String(signals[0]))
      await until('the second run has started', () => starts.length === 2)
      assert.equal((await ended(engine, starts[1] ?? 0)).state, 'succeeded')
      assert.deepEqual(await outcomes(engine, 'minutely', 2), ['fired', 'fired'])
    },
  },
}

type CatchUp = NonNullable<ScheduleDefinition['catchUp']>

/** Fires once, is down for six and a half minutes, and starts again: six slots have passed, the newest 30 s ago. */
async function startAfterDowntime({ start, clock }: Lab, catchUp: CatchUp | undefined) {
  const rule = catchUp === undefined ? {} : { catchUp }
  const definition = { every: '1m', jitter: '0s', overlap: 'allow', job: noop, input: {} } as const
  const minutely = schedule({ name: 'minutely', ...definition, ...rule })
  const options = { jobs: [noop], schedules: [minutely], roles: ['scheduler'] as const }
  const before = await start(options)
  await clock.advance(MINUTE)
  await outcomes(before, 'minutely', 1)
  await before.stop()
  const fired = clock.now()
  await clock.advance(6 * MINUTE + 30 * SECOND)
  const engine = await start(options)
  await outcomes(engine, 'minutely', 7)
  const slots = (await timeline(engine, 'minutely')).slice(1)
  assert.deepEqual(
    slots.map(([slot]) => (slot - fired) / MINUTE),
    [1, 2, 3, 4, 5, 6],
  )
  return { engine, fired, caughtUp: slots.map(([, outcome]) => outcome) }
}

/** What becomes of slots that passed while nothing ran. */
export const catchingUp: Section = {
  title: 'schedules after a downtime',
  tests: {
    'fires the newest of the slots that passed, as late, and records the others as missed': async (lab) => {
      const { engine, fired, caughtUp } = await startAfterDowntime(lab, { within: '1h', max: 2 })
      assert.deepEqual(caughtUp, ['missed', 'missed', 'missed', 'missed', 'late', 'late'])
      assert.deepEqual(lab.troubles, [
        { kind: 'slot-missed', schedule: 'minutely', slot: fired + 4 * MINUTE, missed: 4 },
      ])
      assert.equal(await engine.runs.count(), 3)
    },

    'fires none that is older than the window': async (lab) => {
      const { caughtUp } = await startAfterDowntime(lab, { within: '100s', max: 10 })
      assert.deepEqual(caughtUp, ['missed', 'missed', 'missed', 'missed', 'late', 'late'])
    },

    'fires one within the hour when nothing is said': async (lab) => {
      const { caughtUp } = await startAfterDowntime(lab, undefined)
      assert.deepEqual(caughtUp, ['missed', 'missed', 'missed', 'missed', 'missed', 'late'])
    },

    'fires none when asked for none, and tells of all': async (lab) => {
      const { engine, fired, caughtUp } = await startAfterDowntime(lab, { within: '1h', max: 0 })
      assert.deepEqual(new Set(caughtUp), new Set(['missed']))
      assert.deepEqual(lab.troubles, [
        { kind: 'slot-missed', schedule: 'minutely', slot: fired + 6 * MINUTE, missed: 6 },
      ])
      assert.equal(await engine.runs.count(), 1)
    },

    'goes on with the slots to come, and tells of a missed slot once': async (lab) => {
      const { engine, fired } = await startAfterDowntime(lab, { within: '1h', max: 1 })
      await lab.clock.advance(30 * SECOND)
      assert.deepEqual((await outcomes(engine, 'minutely', 8)).at(-1), 'fired')
      assert.equal((await timeline(engine, 'minutely')).at(-1)?.[0], fired + 7 * MINUTE)
      assert.deepEqual(
        lab.troubles.map(({ kind }) => kind),
        ['slot-missed'],
      )
    },
  },
}
