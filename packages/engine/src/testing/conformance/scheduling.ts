import assert from 'node:assert/strict'
import { type Job, job, schedule } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { countRows } from '../store.ts'
import { until } from '../until.ts'
import type { Lab, Section } from './lab.ts'
import { advanceTo, leapTo, MINUTE, outcomes, SECOND, timeline } from './scheduling-timeline.ts'

const noop = job({ name: 'noop', input: z.object({}), run: () => {} })

/** A job that writes down when it starts. */
function noting(startedAt: number[]): Job<Record<string, never>, void> {
  return job({ name: 'note', input: z.object({}), run: (ctx) => void startedAt.push(ctx.clock.now()) })
}

/** When slots are due, and that each is enqueued then and never before. */
export const scheduling: Section = {
  title: 'schedules',
  tests: {
    'enqueues the run of a slot at its instant and never before': async ({ start, clock }) => {
      const startedAt: number[] = []
      const note = noting(startedAt)
      const minutely = schedule({ name: 'minutely', every: '1m', jitter: '0s', job: note, input: {} })
      await using engine = await start({ jobs: [note], schedules: [minutely], roles: ['worker', 'scheduler'] })
      const due = clock.now() + MINUTE
      assert.equal((await engine.schedules.get('minutely')).nextSlot, due)
      await clock.advance(MINUTE - 1)
      assert.deepEqual([await timeline(engine, 'minutely'), startedAt], [[], []])
      await clock.advance(1)
      await until('the run has started', () => startedAt.length === 1)
      assert.deepEqual([await timeline(engine, 'minutely'), startedAt], [[[due, 'fired']], [due]])
      const { lastSlot, nextSlot } = await engine.schedules.get('minutely')
      assert.deepEqual([lastSlot?.slot, nextSlot], [due, due + MINUTE])
    },

    'gives the run its input and its organisation': async ({ start, clock }) => {
      const greet = job({
        name: 'greet',
        input: z.object({ who: z.string() }),
        run: (ctx, { who }) => [ctx.run.org, who],
      })
      const daily = schedule({
        name: 'hello',
        every: '1m',
        jitter: '0s',
        org: 'acme',
        job: greet,
        input: { who: 'Ada' },
      })
      await using engine = await start({ jobs: [greet], schedules: [daily], roles: ['worker', 'scheduler'] })
      await clock.advance(MINUTE)
      const run = await until('it has ended', async () => {
        const { runs } = await engine.runs.search({ job: 'greet', state: ['succeeded'] })
        return runs[0]
      })
      assert.deepEqual([(await engine.runs.get(run.id)).result, run.org], [['acme', 'Ada'], 'acme'])
      assert.equal((await engine.schedules.history('hello'))[0]?.runId, run.id)
    },

    'starts each slot late by its jitter, never early, and not always by the same': async ({ start, clock }) => {
      const startedAt: number[] = []
      const note = noting(startedAt)
      const spread = schedule({ name: 'spread', every: '10s', jitter: '5s', overlap: 'allow', job: note, input: {} })
      await using engine = await start({ jobs: [note], schedules: [spread], roles: ['worker', 'scheduler'] })
      const began = clock.now()
      await clock.advance(105 * SECOND)
      await until('ten runs have started', () => startedAt.length === 10)
      const delays = startedAt.map((at, index) => at - (began + (index + 1) * 10 * SECOND))
      assert.ok(
        delays.every((delay) => delay >= 0 && delay < 5 * SECOND),
        `started ${delays} ms after their slots`,
      )
      assert.ok(new Set(delays).size > 5, `${delays} are not spread`)
      assert.deepEqual((await engine.schedules.get('spread')).jitterMs, 5 * SECOND)
    },

    'jitters by frequency when nothing is said: 15 to 30 s under five minutes, 5 min a day, 30 a week, 1 h a month':
      async ({ start }) => {
        const crons = { often: '*/2 * * * *', daily: '0 3 * * *', weekly: '0 3 * * 1', monthly: '0 3 1 * *' }
        const schedules = Object.entries(crons).map(([name, cron]) => schedule({ name, cron, job: noop, input: {} }))
        await using engine = await start({ jobs: [noop], schedules, roles: ['scheduler'] })
        const jitters = Object.fromEntries((await engine.schedules.list()).map((each) => [each.name, each.jitterMs]))
        assert.deepEqual(jitters, { often: 15 * SECOND, daily: 5 * MINUTE, weekly: 30 * MINUTE, monthly: 60 * MINUTE })
      },

    'reads cron expressions in the zone of the schedule': async ({ start, clock }) => {
      const places = { 'Europe/Paris': '10:05', 'Asia/Tokyo': '18:05', 'America/New_York': '4:05', UTC: '9:05' }
      const schedules = Object.entries(places).map(([timeZone, time], index) => {
        const [hour, minute] = time.split(':')
        return schedule({ name: `in-${index}`, cron: `${minute} ${hour} * * *`, timeZone, job: noop, input: {} })
      })
      await using engine = await start({ jobs: [noop], schedules, roles: ['scheduler'] })
      const due = clock.now() + 5 * MINUTE
      await advanceTo(clock, due - 1)
      for (const { name } of schedules) assert.deepEqual(await timeline(engine, name), [], name)
      await clock.advance(1)
      for (const { name } of schedules) {
        await outcomes(engine, name, 1)
        assert.deepEqual(await timeline(engine, name), [[due, 'fired']], name)
      }
    },

    'fires a daily 02:30 in Paris at 03:30 on the night without it': (lab) =>
      assertFires(lab, '30 2 * * *', [
        Date.UTC(2026, 2, 28, 1, 30),
        Date.UTC(2026, 2, 29, 1, 30),
        Date.UTC(2026, 2, 30, 0, 30),
      ]),

    'fires a daily 02:30 in Paris once, the first time, on the night that has it twice': (lab) =>
      assertFires(lab, '30 2 * * *', [
        Date.UTC(2026, 9, 24, 0, 30),
        Date.UTC(2026, 9, 25, 0, 30),
        Date.UTC(2026, 9, 26, 1, 30),
      ]),

    'keeps the rhythm of an hourly schedule in Paris through both changes': async (lab) => {
      for (const [month, day] of [
        [2, 29],
        [9, 25],
      ] as const) {
        const hours = Array.from({ length: 5 }, (_, hour) => Date.UTC(2026, month, day - 1, 23 + hour))
        await assertFires(lab, '0 * * * *', hours, `hourly-${month}`)
      }
    },

    'keeps slots over a restart, and never fires one again': async ({ start, clock }) => {
      const minutely = schedule({ name: 'minutely', every: '1m', jitter: '0s', overlap: 'allow', job: noop, input: {} })
      const options = { jobs: [noop], schedules: [minutely], roles: ['scheduler'] as const }
      const began = clock.now()
      for (let minute = 1; minute <= 3; minute++) {
        await using engine = await start(options)
        await clock.advance(MINUTE)
        await outcomes(engine, 'minutely', minute)
      }
      await using engine = await start(options)
      await clock.advance(MINUTE - 1)
      const expected = [1, 2, 3].map((minute) => [began + minute * MINUTE, 'fired'])
      assert.deepEqual(await timeline(engine, 'minutely'), expected)
      assert.equal(await countRows(engine, 'engine_body'), 3)
    },
  },
}

/** Leaps from slot to slot through a night of Paris: a moment before each of them nothing more has fired. */
async function assertFires(
  { start }: Pick<Lab, 'start'>,
  cron: string,
  slots: readonly number[],
  name = 'nightly',
): Promise<void> {
  const clock = fakeClock((slots[0] ?? 0) - 5 * SECOND)
  const nightly = schedule({
    name,
    cron,
    timeZone: 'Europe/Paris',
    jitter: '0s',
    overlap: 'allow',
    job: noop,
    input: {},
  })
  await using engine = await start({ jobs: [noop], schedules: [nightly], roles: ['scheduler'], clock })
  for (const [index, slot] of slots.entries()) {
    await leapTo(clock, slot - 1)
    assert.equal((await timeline(engine, name)).length, index, `before ${new Date(slot).toISOString()}`)
    await clock.advance(1)
    await outcomes(engine, name, index + 1)
  }
  assert.deepEqual(
    await timeline(engine, name),
    slots.map((slot) => [slot, 'fired']),
  )
}
