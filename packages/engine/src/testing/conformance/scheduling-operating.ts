import assert from 'node:assert/strict'
import { createEngine, type EngineErrorCode, job, type Schedule, schedule } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { ended, type Lab, reached, refusal, type Section } from './lab.ts'
import { MINUTE, outcomes, SECOND, timeline } from './scheduling-timeline.ts'

const noop = job({ name: 'noop', input: z.object({ n: z.number().optional() }), run: (_, { n }) => n ?? 'done' })
const stranger = job({ name: 'stranger', input: z.object({}), run: () => {} })

const definition = { jitter: '0s', overlap: 'allow', job: noop, input: {} } as const
const minutely = schedule({ name: 'minutely', every: '1m', ...definition })

const BOTH = ['worker', 'scheduler'] as const

/** Definitions that are refused, and how. The compiler refuses most of them too. */
const REFUSED: readonly (readonly [EngineErrorCode, object])[] = [
  ['SCHEDULE_INVALID', { every: '1m', cron: '* * * * *' }],
  ['SCHEDULE_INVALID', {}],
  ['SCHEDULE_INVALID', { every: '500ms' }],
  ['SCHEDULE_INVALID', { every: '1m', input: { n: 'one' } }],
  ['SCHEDULE_INVALID', { every: '1m', catchUp: { within: '1h', max: -1 } }],
  ['DURATION_INVALID', { every: 'often' }],
  ['DURATION_INVALID', { every: '1m', jitter: 'a little' }],
  ['DURATION_INVALID', { every: '1m', expires: '1 fortnight' }],
  ['DURATION_INVALID', { every: '1m', catchUp: { within: 'a while', max: 1 } }],
  ['CRON_INVALID', { cron: '61 * * * *' }],
  ['CRON_INVALID', { cron: 'every day' }],
  ['CRON_INVALID', { cron: '0 0 30 2 *' }],
  ['TIME_ZONE_INVALID', { cron: '0 9 * * *', timeZone: 'Europe/Atlantis' }],
  ['NAME_INVALID', { every: '1m', name: 'No Such Name!' }],
  ['JOB_UNKNOWN', { every: '1m', job: stranger }],
]

function define(parts: object): Schedule {
  return schedule({ ...{ name: 'one', job: noop, input: {} }, ...parts } as Parameters<typeof schedule>[0])
}

/** Pausing, running by hand, asking; and what a person hears of. */
export const schedulingOperations: Section = {
  title: 'schedules in the hands of operators',
  tests: {
    'fires nothing of a paused schedule, and does not catch its slots up': async ({ start, clock, troubles }) => {
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      const began = clock.now()
      await engine.schedules.pause('minutely')
      await clock.advance(3 * MINUTE + 30 * SECOND)
      const { pausedAt, nextSlot } = await engine.schedules.get('minutely')
      assert.deepEqual([pausedAt, nextSlot, await timeline(engine, 'minutely')], [began, undefined, []])
      await engine.schedules.resume('minutely')
      assert.deepEqual((await engine.schedules.get('minutely')).nextSlot, began + 4 * MINUTE)
      await clock.advance(30 * SECOND)
      await outcomes(engine, 'minutely', 1)
      assert.deepEqual([await timeline(engine, 'minutely'), troubles], [[[began + 4 * MINUTE, 'fired']], []])
    },

    'keeps a schedule paused over a restart, and resumes it from another process': async ({ start, clock }) => {
      const first = await start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      await first.schedules.pause('minutely', 'prices are wrong')
      await first.stop()
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: ['scheduler'] })
      await using api = await start({ jobs: [noop], schedules: [minutely], roles: ['api'] })
      await clock.advance(2 * MINUTE + 20 * SECOND)
      assert.deepEqual(await timeline(engine, 'minutely'), [])
      assert.equal((await api.schedules.get('minutely')).pausedReason, 'prices are wrong')
      await api.schedules.resume('minutely')
      assert.equal((await api.schedules.get('minutely')).pausedReason, undefined)
      await clock.advance(40 * SECOND)
      assert.deepEqual(await outcomes(engine, 'minutely', 1), ['fired'])
    },

    'runs one now, beside the slots': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: BOTH })
      const began = clock.now()
      const ids = [await engine.schedules.runNow('minutely'), await engine.schedules.runNow('minutely')]
      for (const id of ids) assert.equal((await ended(engine, id)).state, 'succeeded')
      assert.equal(new Set(ids).size, 2)
      await clock.advance(MINUTE)
      assert.deepEqual(await outcomes(engine, 'minutely', 3), ['manual', 'manual', 'fired'])
      assert.equal((await timeline(engine, 'minutely')).at(-1)?.[0], began + MINUTE)
    },

    'runs one now of a paused schedule, which stays paused': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: BOTH })
      await engine.schedules.pause('minutely')
      assert.equal((await ended(engine, await engine.schedules.runNow('minutely'))).state, 'succeeded')
      await clock.advance(2 * MINUTE)
      assert.deepEqual(await outcomes(engine, 'minutely', 1), ['manual'])
    },

    'tells the next slots without firing them': async ({ start, clock }) => {
      const mornings = schedule({ name: 'mornings', cron: '0 9 * * 1-5', ...definition })
      await using engine = await start({ jobs: [noop], schedules: [minutely, mornings], roles: ['api', 'scheduler'] })
      const began = clock.now()
      assert.deepEqual(
        await engine.schedules.next('minutely', 3),
        [1, 2, 3].map((n) => began + n * MINUTE),
      )
      assert.equal((await engine.schedules.next('minutely')).length, 10)
      const days = (await engine.schedules.next('mornings', 5)).map((slot) => new Date(slot).toISOString().slice(8, 16))
      assert.deepEqual(days, ['06T09:00', '07T09:00', '08T09:00', '09T09:00', '12T09:00'])
      assert.deepEqual(await engine.schedules.history('minutely'), [])
    },

    'shows the history newest first, as far as asked': async ({ start, clock }) => {
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: BOTH })
      const began = clock.now()
      await clock.advance(5 * MINUTE)
      await outcomes(engine, 'minutely', 5)
      const records = await engine.schedules.history('minutely', 2)
      assert.deepEqual(
        records.map(({ slot, outcome, handledAt }) => [slot, outcome, handledAt]),
        [5, 4].map((minute) => [began + minute * MINUTE, 'fired', began + minute * MINUTE]),
      )
      assert.equal((await ended(engine, records[0]?.runId ?? 0)).state, 'succeeded')
    },

    'shows the slots of all schedules in a time, the newest of each, and what comes of one that was listed': async ({
      start,
      clock,
    }) => {
      const other = schedule({ name: 'other', every: '2m', ...definition, org: 'acme' })
      await using engine = await start({ jobs: [noop], schedules: [minutely, other], roles: BOTH })
      const began = clock.now()
      await clock.advance(4 * MINUTE)
      await outcomes(engine, 'minutely', 4)
      await outcomes(engine, 'other', 2)
      const [from, to] = [began + 2 * MINUTE, began + 4 * MINUTE]
      const slots = async (query: { readonly to?: number; readonly org?: string; readonly limit?: number } = {}) =>
        (await engine.schedules.slots({ from, to, ...query })).map(({ schedule: name, slot }) => [
          name,
          (slot - began) / MINUTE,
        ])
      const [third, second, both] = [
        ['minutely', 3],
        ['minutely', 2],
        ['other', 2],
      ]
      assert.deepEqual(await slots(), [third, second, both])
      assert.deepEqual(await slots({ limit: 1 }), [third, both])
      assert.deepEqual(await slots({ org: 'acme', to: to + 1 }), [['other', 4], both])
      for (const status of await engine.schedules.list())
        assert.deepEqual(await engine.schedules.next(status, 3), await engine.schedules.next(status.name, 3))
    },

    'lists every schedule as it was declared': async ({ start }) => {
      const paris = { cron: '0 9 * * 1-5', timeZone: 'Europe/Paris', description: 'Greets', org: 'acme' } as const
      const greet = schedule({ ...definition, name: 'greet', ...paris, overlap: 'queue', jitter: '90s', expires: '2h' })
      await using engine = await start({ jobs: [noop], schedules: [minutely, greet], roles: ['scheduler'] })
      const [first, second] = await engine.schedules.list()
      const { nextSlot, ...status } = first ?? {}
      const catchUp = { withinMs: 3_600_000, max: 1 }
      const shown = { ...paris, overlap: 'queue', jitterMs: 90_000, catchUp, expiresMs: 7_200_000, declared: true }
      assert.deepEqual(status, { name: 'greet', for: 'server', job: 'noop', ...shown })
      assert.equal(nextSlot, Date.UTC(2026, 0, 6, 8))
      assert.deepEqual([second?.name, second?.everyMs, second?.timeZone], ['minutely', MINUTE, 'UTC'])
    },

    'refuses to act on a schedule that nobody declared': async ({ start }) => {
      await using engine = await start({ jobs: [noop], schedules: [minutely], roles: ['api', 'scheduler'] })
      for (const act of ['get', 'next', 'history', 'runNow', 'runEach', 'pause', 'resume'] as const) {
        await refusal('SCHEDULE_UNKNOWN', () => engine.schedules[act]('nobody'))
      }
    },

    'refuses bad declarations before anything is opened, each with its code': async ({ source }) => {
      for (const [code, parts] of REFUSED) {
        await refusal(code, () => createEngine({ database: source, jobs: [noop], schedules: [define(parts)] }))
      }
      const twice = [minutely, minutely]
      await refusal('SCHEDULE_DUPLICATE', () => createEngine({ database: source, jobs: [noop], schedules: twice }))
    },

    'fires the other schedules when one cannot be fired, tells of it, and fires that one once it can be': async ({
      start,
      clock,
      troubles,
    }) => {
      let broken = false
      const picky = job({ name: 'picky', input: z.object({}).refine(() => !broken, 'no longer'), run: () => {} })
      const schedules = [
        schedule({ name: 'a-broken', every: '1m', ...definition, job: picky }),
        minutely,
        schedule({ name: 'z-broken', every: '1m', ...definition, job: picky }),
      ]
      await using engine = await start({ jobs: [noop, picky], schedules, roles: ['scheduler'] })
      broken = true
      await clock.advance(MINUTE)
      assert.deepEqual(await outcomes(engine, 'minutely', 1), ['fired'])
      await until('both were told of', () => troubles.length >= 2)
      const told = troubles.map((trouble) => [trouble.kind, 'schedule' in trouble && trouble.schedule])
      assert.deepEqual(told.slice(0, 2).toSorted(), [
        ['schedule-failed', 'a-broken'],
        ['schedule-failed', 'z-broken'],
      ])
      broken = false
      await clock.advance(20 * SECOND)
      assert.deepEqual(await outcomes(engine, 'a-broken', 1), ['late'])
      assert.deepEqual(await outcomes(engine, 'z-broken', 1), ['late'])
    },

    'tells of a slot whose run has failed': async ({ start, clock, troubles }) => {
      const fails = job({
        name: 'fails',
        input: z.object({}),
        retry: { attempts: 1 },
        run() {
          throw new RangeError('as always')
        },
      })
      const schedules = [schedule({ name: 'failing', every: '1m', ...definition, job: fails })]
      await using engine = await start({ jobs: [fails], schedules, roles: BOTH })
      await clock.advance(MINUTE)
      await until('it was told', () => troubles.length === 1)
      const runId = (await engine.schedules.history('failing'))[0]?.runId
      assert.deepEqual(troubles[0], {
        kind: 'run-failed',
        runId,
        org: 'main',
        job: 'fails',
        error: 'RangeError: as always',
        fingerprint: (await engine.runs.errors())[0]?.fingerprint,
      })
    },

    'tells of a slot whose run could not start in time, within three seconds': async (lab) => {
      const { start, clock, troubles } = lab
      const short = schedule({ name: 'short', cron: '1 * * * *', ...definition, expires: '30s' })
      await using engine = await start({ jobs: [noop], schedules: [short], roles: BOTH })
      await engine.queues.pause('default')
      await clock.advance(MINUTE + 29 * SECOND)
      assert.deepEqual(troubles, [])
      await clock.advance(4 * SECOND)
      await until('it was told', () => troubles.length === 1)
      assert.deepEqual(
        troubles.map(({ kind }) => kind),
        ['run-failed'],
      )
      await assertExpired(lab, engine.schedules.history('short'))
      const runId = (await engine.schedules.history('short'))[0]?.runId ?? 0
      await reached(engine, runId, 'expired')
    },
  },
}

async function assertExpired(
  { troubles }: Pick<Lab, 'troubles'>,
  history: Promise<readonly { readonly runId?: number }[]>,
): Promise<void> {
  const [trouble] = troubles
  const [record] = await history
  assert.ok(trouble?.kind === 'run-failed' && trouble.runId === record?.runId, JSON.stringify(trouble))
  assert.match(trouble.error, /^EXPIRED: /)
}
