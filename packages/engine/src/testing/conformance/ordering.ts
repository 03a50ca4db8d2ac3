import assert from 'node:assert/strict'
import { type Engine, job, type Priority, schedule } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { door, ended, followedBy, type Lab, refusal, type Section } from './lab.ts'

const ONE = { default: { concurrency: 1 } }

/** A job that notes in which order its runs start. */
function noting() {
  const order: string[] = []
  const note = job({ name: 'note', input: z.object({ name: z.string() }), run: (_, { name }) => void order.push(name) })
  return { order, note }
}

/** Who starts first. */
export const ordering: Section = {
  title: 'order',
  tests: {
    'starts the more urgent first, and equals in the order of their enqueueing': async ({ start }) => {
      const { order, note } = noting()
      await using api = await start({ jobs: [note], queues: ONE, roles: ['api'] })
      const priorities: readonly Priority[] = ['low', 'normal', 'high', 'urgent', 'normal', 'low', 'urgent', 'high']
      for (const [index, priority] of priorities.entries())
        await api.enqueue(note, { name: `${priority} ${index}` }, { priority })
      await using _worker = await start({ jobs: [note], queues: ONE })
      await until('all have started', () => order.length === priorities.length)
      assert.deepEqual(order, ['urgent 3', 'urgent 6', 'high 2', 'high 7', 'normal 1', 'normal 4', 'low 0', 'low 5'])
    },

    'takes the priority of the job when the call names none': async ({ start }) => {
      const order: string[] = []
      const jobs = (['low', 'urgent'] as const).map((priority) =>
        job({ name: priority, input: z.object({}), priority, run: (ctx) => void order.push(ctx.run.job) }),
      )
      await using api = await start({ jobs, queues: ONE, roles: ['api'] })
      for (const each of jobs) await api.enqueue(each, {})
      await using _worker = await start({ jobs, queues: ONE })
      await until('both have started', () => order.length === 2)
      assert.deepEqual(order, ['urgent', 'low'])
    },

    'keeps first come, first served over hundreds of runs, enqueued by one and by many': async ({ start }) => {
      const { order, note } = noting()
      await using api = await start({ jobs: [note], queues: ONE, roles: ['api'] })
      const names = Array.from({ length: 300 }, (_, index) => String(index))
      for (const name of names.slice(0, 30)) await api.enqueue(note, { name })
      await api.enqueueMany(
        note,
        names.slice(30).map((name) => ({ name })),
      )
      await using _worker = await start({ jobs: [note], queues: ONE })
      await until('all have started', () => order.length === names.length)
      assert.deepEqual(order, names)
    },

    'keeps the order of each key that allows one at a time, while others are enqueued': async ({ start }) => {
      const seen = new Map<string, number[]>()
      const step = job({
        name: 'step',
        input: z.object({ key: z.string(), n: z.number() }),
        limits: [{ key: ({ key }) => key, concurrency: 1 }],
        async run(_, { key, n }) {
          seen.set(key, [...(seen.get(key) ?? []), n])
          await new Promise((resolve) => setImmediate(resolve))
        },
      })
      await using engine = await start({ jobs: [step] })
      for (let n = 0; n < 20; n++) {
        await engine.enqueueMany(
          step,
          ['a', 'b', 'c'].map((key) => ({ key, n })),
        )
      }
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 60)
      const inOrder = Array.from({ length: 20 }, (_, n) => n)
      for (const key of ['a', 'b', 'c']) assert.deepEqual(seen.get(key), inOrder, key)
    },

    'finds a run whose transaction commits after newer ones were claimed, and behind a backlog': async ({
      start,
      clock,
      source,
    }) => {
      // On SQLite there is one writer: nobody claims anything while a transaction is open.
      if (source.kind === 'sqlite') return
      const { order, note } = noting()
      const [inside, commit, half, goOn] = [door(), door(), door(), door()]
      const wait = job({
        name: 'wait',
        input: z.object({}),
        async run() {
          half.open()
          await goOn.opened
        },
      })
      const jobs = [note, wait]
      await using engine = await start({ jobs, queues: ONE })
      await engine.queues.pause('default')
      const late = engine.transaction(async (tx) => {
        await tx.enqueue(note, { name: 'late' })
        inside.open()
        await commit.opened
      })
      await inside.opened
      const flood = (count: number) =>
        engine.enqueueMany(
          note,
          Array.from({ length: count }, () => ({ name: '' })),
        )
      await flood(1_500)
      await engine.enqueue(wait, {})
      await flood(1_500)
      await engine.queues.resume('default')
      for (let steps = 0; steps < 200 && order.length < 1_500; steps++) await clock.advance(100)
      await half.opened
      commit.open()
      await late
      goOn.open()
      await until('the rest has started', () => order.filter((name) => name === '').length === 3_000)
      // Seconds of the clock, not the minutes until somebody else enqueues.
      await clock.advance(3_000)
      await until('the late one has started', () => order.includes('late'))
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 3_002)
    },

    'moves a waiting run forward when its priority is raised': async ({ start }) => {
      const { order, note } = noting()
      await using api = await start({ jobs: [note], queues: ONE, roles: ['api'] })
      for (const name of ['a', 'b']) await api.enqueue(note, { name })
      const { id } = await api.enqueue(note, { name: 'c' })
      await api.runs.setPriority(id, 'urgent')
      assert.equal((await api.runs.get(id)).priority, 'urgent')
      await using _worker = await start({ jobs: [note], queues: ONE })
      await until('all have started', () => order.length === 3)
      assert.deepEqual(order, ['c', 'a', 'b'])
      await ended(api, id)
      await refusal('RUN_STATE', () => api.runs.setPriority(id, 'low'))
    },

    'keeps a raised priority over a delay': async ({ start, clock }) => {
      const { order, note } = noting()
      const gate = door()
      const block = job({ name: 'block', input: z.object({}), run: () => gate.opened })
      await using engine = await start({ jobs: [note, block], queues: ONE })
      await engine.enqueue(note, { name: 'first' }, { delay: '5s' })
      const { id } = await engine.enqueue(note, { name: 'second' }, { delay: '5s' })
      await engine.runs.setPriority(id, 'urgent')
      await engine.enqueue(block, {})
      await clock.advance(5_000)
      gate.open()
      await until('both have started', () => order.length === 2)
      assert.deepEqual(order, ['second', 'first'])
    },
  },
}

const FAIR = { default: { concurrency: 1, fair: true } }

async function drained(engine: Engine, order: readonly string[], count: number): Promise<void> {
  await until('all have started', () => order.length === count)
  await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === count)
}

/** Enqueues for several organisations, then lets one worker run it all; answers the organisations in order of their starts. */
async function startsOf(
  { start }: Lab,
  floods: Readonly<Record<string, number>>,
  weight: (org: string) => number = () => 1,
) {
  const order: string[] = []
  const note = job({ name: 'note', input: z.object({}), run: (ctx) => void order.push(ctx.run.org) })
  await using api = await start({ jobs: [note], queues: FAIR, weight, roles: ['api'] })
  for (const [org, count] of Object.entries(floods)) {
    await api.enqueueMany(
      note,
      Array.from({ length: count }, () => ({})),
      { org },
    )
  }
  await using _worker = await start({ jobs: [note], queues: FAIR, weight })
  await drained(
    api,
    order,
    Object.values(floods).reduce((sum, count) => sum + count, 0),
  )
  return order
}

/** Shares of organisations in fair queues. */
export const fairness: Section = {
  title: 'fair queues',
  tests: {
    'do not let an organisation that floods them starve another': async (lab) => {
      const order = await startsOf(lab, { flood: 300, small: 10 })
      assert.ok(
        order.lastIndexOf('small') < 25,
        `the last of the small one started as number ${order.lastIndexOf('small')}`,
      )
    },

    'take turns among equals': async (lab) => {
      const order = await startsOf(lab, { a: 60, b: 60, c: 60 })
      for (let index = 0; index < 150; index += 30) {
        const slice = order.slice(index, index + 30)
        for (const org of ['a', 'b', 'c']) {
          const share = slice.filter((one) => one === org).length
          assert.ok(share >= 9 && share <= 11, `${org} started ${share} of 30 runs`)
        }
      }
    },

    'give an organisation of three times the weight three times the starts': async (lab) => {
      const order = await startsOf(lab, { heavy: 120, light: 120 }, (org) => (org === 'heavy' ? 3 : 1))
      const heavy = order.slice(0, 120).filter((org) => org === 'heavy').length
      assert.ok(heavy >= 87 && heavy <= 93, `the heavy one started ${heavy} of 120 runs`)
    },

    'keep the order within an organisation, and priorities before shares': async ({ start }) => {
      const order: string[] = []
      const note = job({
        name: 'note',
        input: z.object({ n: z.number() }),
        run: (ctx, { n }) => void order.push(`${ctx.run.org}${n}`),
      })
      await using api = await start({ jobs: [note], queues: FAIR, roles: ['api'] })
      for (const n of [1, 2, 3]) await api.enqueue(note, { n }, { org: 'a' })
      for (const n of [1, 2]) await api.enqueue(note, { n }, { org: 'b' })
      await api.enqueue(note, { n: 9 }, { org: 'a', priority: 'high' })
      await using _worker = await start({ jobs: [note], queues: FAIR })
      await drained(api, order, 6)
      assert.equal(order[0], 'a9')
      for (const org of ['a', 'b']) {
        const own = order.slice(1).filter((name) => name.startsWith(org))
        assert.deepEqual(own, own.toSorted())
      }
    },

    'let a newcomer in while another floods them': async ({ start }) => {
      const order: string[] = []
      const note = job({
        name: 'note',
        input: z.object({}),
        async run(ctx) {
          order.push(ctx.run.org)
          if (order.length === 100)
            await engine.enqueueMany(
              note,
              Array.from({ length: 5 }, () => ({})),
              { org: 'newcomer' },
            )
        },
      })
      await using engine: Engine = await start({ jobs: [note], queues: { default: { concurrency: 1, fair: true } } })
      await engine.enqueueMany(
        note,
        Array.from({ length: 2_000 }, () => ({})),
        { org: 'flood' },
      )
      await until('the newcomer is through', () => order.filter((org) => org === 'newcomer').length === 5)
      assert.ok(order.length < 2_000, `only after ${order.length} runs`)
      await drained(engine, order, 2_005)
    },

    'count what schedules fire and what follows batches among the runs of their organisation': async ({ start }) => {
      const order: string[] = []
      const note = job({ name: 'note', input: z.object({}), run: (ctx) => void order.push(ctx.run.org) })
      const part = job({ name: 'part', input: z.object({}), queue: 'parts', run: () => {} })
      const nightly = schedule({ name: 'nightly', cron: '0 3 * * *', job: note, input: {}, org: 'scheduled' })
      const options = { jobs: [note, part], schedules: [nightly], queues: { ...FAIR, parts: {} } }
      await using engine = await start({ ...options, roles: ['worker', 'scheduler'] })
      await engine.queues.pause('default')
      for (let round = 0; round < 30; round++) {
        await engine.schedules.runNow('nightly')
        await engine.enqueueBatch([part.with({})], { org: 'batched', ...followedBy(note.with({})) })
        await engine.enqueue(note, {}, { org: 'plain' })
      }
      await until('all wait', async () => (await engine.runs.count({ job: 'note', state: ['queued'] })) === 90)
      await engine.queues.resume('default')
      await until('all have started', () => order.length === 90)
      for (const org of ['scheduled', 'batched', 'plain']) {
        const share = order.slice(0, 45).filter((one) => one === org).length
        assert.ok(share >= 14 && share <= 16, `${org} started ${share} of 45 runs`)
      }
      await until('all have ended', async () => (await engine.runs.count({ state: ['succeeded'] })) === 120)
    },

    'share out runs enqueued in a transaction as well': async ({ start }) => {
      const order: string[] = []
      const note = job({ name: 'note', input: z.object({}), run: (ctx) => void order.push(ctx.run.org) })
      await using api = await start({ jobs: [note], queues: FAIR, roles: ['api'] })
      await api.transaction(async (tx) => {
        await tx.enqueueMany(
          note,
          Array.from({ length: 50 }, () => ({})),
          { org: 'flood' },
        )
        await tx.enqueue(note, {}, { org: 'small' })
      })
      await using _worker = await start({ jobs: [note], queues: FAIR })
      await drained(api, order, 51)
      assert.ok(order.indexOf('small') < 5, `number ${order.indexOf('small')}`)
    },
  },
}
