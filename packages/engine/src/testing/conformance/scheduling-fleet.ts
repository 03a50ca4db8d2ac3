import assert from 'node:assert/strict'
import { type Engine, job, schedule } from '@regie/engine'
import { z } from 'zod'
import { type FakeClock, fakeClock } from '../fake-clock.ts'
import { engineTables } from '../store.ts'
import { type Lab, refusal, type Section } from './lab.ts'
import { advanceTo, MINUTE, outcomes, SECOND, timeline } from './scheduling-timeline.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => {} })

const definition = { jitter: '0s', overlap: 'allow', job: noop, input: {} } as const
const minutely = schedule({ name: 'minutely', every: '1m', ...definition })

const SLOTS = 200
const PERIOD = 5 * SECOND

/** Numbers that look random and are the same each time (Park and Miller). */
function lehmer(seed: number): (end: number) => number {
  let state = seed
  return (end) => {
    state = (state * 48_271) % 2_147_483_647
    return state % end
  }
}

/** Two schedulers that race for each slot, and one that comes earlier or later, until the last slot has passed for all. */
async function runFleet({ clock, start }: Lab, seed: number): Promise<Engine> {
  const random = lehmer(seed)
  const often = schedule({ name: 'often', every: `${PERIOD}ms`, ...definition, jitter: '2s' })
  const join = (own: FakeClock) => start({ jobs: [noop], schedules: [often], roles: ['scheduler'], clock: own })
  const apart = fakeClock(clock.now())
  const last = clock.now() + SLOTS * PERIOD
  const fleet = [await join(clock), await join(clock), await join(apart)] as const
  let restarted = await join(clock)
  for (let now = clock.now(); now < last; ) {
    now = Math.min(last, now + 1 + random(3 * PERIOD))
    for (const each of random(2) === 0 ? [clock, apart] : [apart, clock]) await advanceTo(each, now)
    if (random(10) > 0) continue
    await restarted.stop()
    restarted = await join(random(2) === 0 ? clock : apart)
  }
  return fleet[0]
}

/** Several schedulers on one store, and code that changes under them. */
export const schedulerFleet: Section = {
  title: 'schedules in several processes',
  tests: {
    'fires each of 200 slots once with four schedulers, of which one stops and starts': async (lab) => {
      const began = lab.clock.now()
      const engine = await runFleet(lab, 20_260_105)
      const slots = await timeline(engine, 'often')
      assert.deepEqual(
        slots,
        Array.from({ length: SLOTS }, (_, index) => [began + (index + 1) * PERIOD, 'fired']),
      )
      const rows = await engineTables(engine).selectFrom('engine_slot').select('run').execute()
      assert.equal(new Set(rows.map(({ run }) => run)).size, SLOTS)
      assert.equal(await engine.runs.count(), SLOTS)
      assert.deepEqual(lab.troubles, [])
    },

    'fires nothing twice when a crontab ticks beside a running scheduler': async ({ start, clock }) => {
      const options = { jobs: [noop], schedules: [minutely] }
      await using engine = await start({ ...options, roles: ['scheduler'] })
      await using crontab = await start({ ...options, roles: ['api'] })
      const began = clock.now()
      for (let minute = 1; minute <= 10; minute++) {
        await Promise.all([clock.advance(MINUTE), crontab.schedules.tick()])
        await Promise.all([crontab.schedules.tick(), crontab.schedules.tick(), engine.schedules.tick()])
      }
      const expected = Array.from({ length: 10 }, (_, index) => [began + (index + 1) * MINUTE, 'fired'])
      assert.deepEqual(await timeline(engine, 'minutely'), expected)
      assert.equal(await engine.runs.count(), 10)
    },

    'fires what is due when a crontab ticks without any scheduler': async ({ start, clock }) => {
      await using crontab = await start({ jobs: [noop], schedules: [minutely], roles: ['api'] })
      assert.equal(await crontab.schedules.tick(), 0)
      await clock.advance(MINUTE)
      assert.equal(await crontab.schedules.tick(), 1)
      assert.equal(await crontab.schedules.tick(), 0)
      await clock.advance(MINUTE)
      assert.equal(await crontab.schedules.tick(), 1)
      assert.deepEqual(await outcomes(crontab, 'minutely', 2), ['fired', 'fired'])
    },

    'plans a schedule anew when its code has changed, and keeps its history': async ({ start, clock }) => {
      const before = schedule({ name: 'report', cron: '* * * * *', ...definition })
      const after = schedule({ name: 'report', cron: '30 9 * * *', ...definition })
      const began = clock.now()
      const old = await start({ jobs: [noop], schedules: [before], roles: ['scheduler'] })
      await clock.advance(MINUTE)
      await outcomes(old, 'report', 1)
      await old.stop()
      await using engine = await start({ jobs: [noop], schedules: [after], roles: ['scheduler'] })
      assert.equal((await engine.schedules.get('report')).nextSlot, began + 30 * MINUTE)
      await advanceTo(clock, began + 30 * MINUTE - 1)
      assert.equal((await timeline(engine, 'report')).length, 1)
      await clock.advance(1)
      assert.deepEqual(await outcomes(engine, 'report', 2), ['fired', 'fired'])
    },

    'fires a schedule no more that the code has lost, and keeps its history': async ({ start, clock }) => {
      const old = await start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      await clock.advance(MINUTE)
      await outcomes(old, 'minutely', 1)
      await old.stop()
      await using engine = await start({ jobs: [noop], schedules: [], roles: ['scheduler'] })
      await clock.advance(5 * MINUTE)
      const { declared, nextSlot, lastSlot } = await engine.schedules.get('minutely')
      assert.deepEqual([declared, nextSlot, lastSlot?.outcome], [false, undefined, 'fired'])
      assert.equal((await timeline(engine, 'minutely')).length, 1)
      await refusal('SCHEDULE_UNKNOWN', () => engine.schedules.runNow('minutely'))
    },

    'leaves a schedule alone that other code has declared differently since': async ({ start, clock }) => {
      const began = clock.now()
      const replaced = schedule({ name: 'report', cron: '* * * * *', ...definition })
      const current = schedule({ name: 'report', cron: '*/5 * * * *', ...definition })
      await using old = await start({ jobs: [noop], schedules: [replaced, minutely], roles: ['scheduler'] })
      await using engine = await start({ jobs: [noop], schedules: [current, minutely], roles: ['scheduler'] })
      await clock.advance(10 * MINUTE)
      const expected = [5, 10].map((minute) => [began + minute * MINUTE, 'fired'])
      assert.deepEqual(await timeline(engine, 'report'), expected)
      await engine.stop()
      await clock.advance(10 * MINUTE)
      assert.deepEqual(await timeline(old, 'report'), expected)
      assert.equal((await timeline(old, 'minutely')).length, 20)
    },

    'misses no slot of a new schedule when an older process starts that does not know it': async ({ start, clock }) => {
      const began = clock.now()
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      for (let minute = 0; minute < 3; minute++) {
        await advanceTo(clock, began + minute * MINUTE + 55 * SECOND)
        await using _old = await start({ jobs: [noop], schedules: [], roles: ['scheduler'] })
        await clock.advance(4 * SECOND)
      }
      await advanceTo(clock, began + 5 * MINUTE)
      const expected = [1, 2, 3, 4, 5].map((minute) => [began + minute * MINUTE, 'fired'])
      assert.deepEqual(await timeline(engine, 'minutely'), expected)
    },
  },
}
