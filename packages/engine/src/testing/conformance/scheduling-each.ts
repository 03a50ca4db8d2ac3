import assert from 'node:assert/strict'
import { job, schedule } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { door, ended, refusal, type Section } from './lab.ts'
import { MINUTE } from './scheduling-timeline.ts'

const noop = job({ name: 'noop', input: z.object({}), run: (ctx) => ctx.run.org })
const definition = { name: 'minutely', every: '1m', jitter: '0s', input: {}, for: 'each-organisation' } as const
const each = schedule({ ...definition, job: noop })

/** Schedules that fire for each organisation. */
export const schedulingEach: Section = {
  title: 'schedules for each organisation',
  tests: {
    'give every organisation its run of a slot, once, however many schedulers look; a new one from its first slot on':
      async ({ start, clock }) => {
        const orgs = ['main', ...Array.from({ length: 450 }, (_, index) => `org-${index}`)]
        const organisations = async () => [...orgs]
        const options = { jobs: [noop], schedules: [each], organisations }
        await using engine = await start({ ...options, roles: ['scheduler'] })
        await using crontab = await start({ ...options, roles: ['api'] })
        await clock.leap(MINUTE)
        await Promise.all([crontab.schedules.tick(), crontab.schedules.tick(), engine.schedules.tick()])
        await until('all have theirs', async () => (await engine.runs.count()) === orgs.length)
        orgs.push('new')
        for (const org of ['main', 'org-449']) assert.equal(await engine.runs.count({ org }), 1, org)
        await clock.leap(MINUTE)
        await crontab.schedules.tick()
        await until('the new one has had its own', async () => (await engine.runs.count({ org: 'new' })) === 1)
        const records = await engine.schedules.history('minutely', 10_000)
        assert.equal(new Set(records.map(({ slot, org }) => `${slot} ${org}`)).size, records.length)
        assert.equal(new Set(records.map(({ slot }) => slot)).size, 2)
        assert.deepEqual((await engine.schedules.list()).length, 1)
      },

    'go on where a process died in the middle of a slot, and give nobody a second run': async (lab) => {
      const { start, clock } = lab
      const orgs = ['main', ...Array.from({ length: 250 }, (_, index) => `org-${index}`)]
      let dies = true
      const weight = (org: string): number => {
        if (dies && org === 'org-249') throw new Error('killed')
        return 1
      }
      const queues = { default: { fair: true } }
      const options = { jobs: [noop], schedules: [each], organisations: async () => orgs, weight, queues }
      await using engine = await start({ ...options, roles: ['api'] })
      await engine.schedules.tick()
      await clock.advance(MINUTE)
      await engine.schedules.tick()
      assert.equal(await engine.runs.count(), 200)
      assert.deepEqual(
        lab.troubles.map(({ kind }) => kind),
        ['schedule-failed'],
      )
      dies = false
      await engine.schedules.tick()
      assert.equal(await engine.runs.count(), orgs.length)
      assert.equal(await engine.schedules.tick(), 0)
      const { runs } = await engine.runs.search({ org: 'org-249' })
      assert.equal(runs.length, 1)
    },

    'ask the rule of overlap for each: a long run of one costs the others nothing': async ({ start, clock }) => {
      const gate = door()
      const slow = job({
        name: 'slow',
        input: z.object({}),
        timeout: '1d',
        run: async (ctx) => {
          if (ctx.run.org === 'slow') await gate.opened
        },
      })
      const schedules = [schedule({ ...definition, expires: '1d', job: slow })]
      const organisations = async () => ['quick', 'slow']
      await using engine = await start({ jobs: [slow], schedules, organisations, roles: ['worker', 'scheduler'] })
      const of = async (org: string) =>
        (await engine.schedules.history('minutely', 50, org)).map(({ outcome }) => outcome).reverse()
      await clock.advance(MINUTE)
      const quick = await until('both have theirs', async () => {
        const [first] = (await engine.runs.search({ org: 'quick' })).runs
        const running = await engine.runs.count({ org: 'slow', state: ['running'] })
        return running === 1 && first
      })
      await ended(engine, quick.id)
      await clock.advance(MINUTE)
      await until('the next slot is handled', async () => (await of('slow')).length === 2)
      assert.deepEqual(
        [await of('quick'), await of('slow')],
        [
          ['fired', 'fired'],
          ['fired', 'skipped'],
        ],
      )
      const { lastSlot } = await engine.schedules.get('minutely', 'slow')
      assert.deepEqual([lastSlot?.org, lastSlot?.outcome], ['slow', 'skipped'])
      gate.open()
    },

    'queue and cancel for each as well': async ({ start, clock }) => {
      const organisations = async () => ['a', 'b']
      const [queueing, cancelling] = (['queue', 'cancel'] as const).map((overlap) =>
        schedule({ ...definition, name: overlap, overlap, expires: '1d', job: noop }),
      )
      if (queueing === undefined || cancelling === undefined) throw new TypeError('there are two')
      await using engine = await start({
        jobs: [noop],
        schedules: [queueing, cancelling],
        organisations,
        roles: ['scheduler'],
      })
      for (const _ of [1, 2]) {
        await clock.advance(MINUTE)
        await engine.schedules.tick()
      }
      const told = async (name: string) =>
        (await engine.schedules.history(name)).map((slot) => [slot.org, slot.outcome])
      // Nothing works here, so the first slot's runs still wait at the second.
      assert.deepEqual(await told('queue'), [
        ['a', 'skipped'],
        ['b', 'skipped'],
        ['a', 'fired'],
        ['b', 'fired'],
      ])
      assert.deepEqual(
        (await told('cancel')).map(([, outcome]) => outcome),
        ['fired', 'fired', 'fired', 'fired'],
      )
      assert.equal(await engine.runs.count({ state: ['cancelled'] }), 2)
    },

    'miss a slot for all of them at once, and say so once': async (lab) => {
      const { start, clock } = lab
      const options = { jobs: [noop], schedules: [each], organisations: async () => ['a', 'b'] }
      await using engine = await start({ ...options, roles: ['api'] })
      await engine.schedules.tick()
      await clock.leap(3 * MINUTE + 30_000)
      await engine.schedules.tick()
      assert.deepEqual(
        (await engine.schedules.history('minutely')).map(({ org, outcome }) => [org, outcome]),
        [
          ['a', 'late'],
          ['b', 'late'],
          [undefined, 'missed'],
          [undefined, 'missed'],
        ],
      )
      assert.deepEqual(
        lab.troubles.map(({ kind }) => kind),
        ['slot-missed'],
      )
    },

    'are run now for one organisation, or for each': async ({ start }) => {
      const options = { jobs: [noop], schedules: [each], organisations: async () => ['main', 'a', 'b'] }
      await using engine = await start({ ...options, roles: ['worker', 'scheduler'] })
      const [own, ofA] = [await engine.schedules.runNow('minutely'), await engine.schedules.runNow('minutely', 'a')]
      assert.deepEqual([(await ended(engine, own)).result, (await ended(engine, ofA)).result], ['main', 'a'])
      const all = await engine.schedules.runEach('minutely')
      for (const { org, runId } of all) assert.equal((await ended(engine, runId)).result, org)
      assert.deepEqual(all.map(({ org }) => org).toSorted(), ['a', 'b', 'main'])
      const again = all.find(({ org }) => org === 'a')
      const records = await engine.schedules.history('minutely', 50, 'a')
      assert.deepEqual(
        records.map(({ org, outcome, runId }) => [org, outcome, runId]),
        [
          ['a', 'manual', again?.runId],
          ['a', 'manual', ofA],
        ],
      )
    },

    'are refused for anything else, and for one organisation and each at once': async ({ start }) => {
      const wrong = schedule({ ...definition, job: noop, for: 'everyone' as 'server' })
      const both = schedule({ ...definition, job: noop, org: 'acme' })
      for (const schedules of [[wrong], [both]])
        await refusal('SCHEDULE_INVALID', () => start({ jobs: [noop], schedules, roles: ['scheduler'] }))
    },
  },
}
