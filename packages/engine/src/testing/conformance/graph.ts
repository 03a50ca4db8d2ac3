import assert from 'node:assert/strict'
import {
  approval,
  approvalKey,
  chain,
  graph,
  graphCall,
  job,
  type Notification,
  schedule,
  signal,
  workflow,
} from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { begin, drawn, echo, finish, fragile, giveUp, runGraph, twice } from './graph-lab.ts'
import { door, ended, reached, type Section } from './lab.ts'
import { advanceTo, MINUTE } from './scheduling-timeline.ts'
import { said, stepsOf } from './workflow-lab.ts'

const word = signal({ name: 'word', payload: z.object({ text: z.string() }) })
const jobs = [echo, fragile, twice]

/** Graphs whose nodes succeed. */
export const graphs: Section = {
  title: 'declarative workflows',
  tests: {
    'run tasks, workflows and scripts, and fill in what came before': async ({ start }) => {
      const functions = {
        add: (input: unknown) =>
          z
            .object({ a: z.number(), b: z.number() })
            .transform(({ a, b }) => a + b)
            .parse(input),
      }
      await using engine = await start({ jobs, graph: { functions } })
      const json = drawn('start -> fetch, fetch -> double, double -> sum, sum -> done', [
        { id: 'fetch', type: 'task', job: 'echo', input: { total: '{{ input.price }}', note: 'for {{ input.name }}' } },
        { id: 'double', type: 'workflow', workflow: 'twice', input: '{{ nodes.fetch.total }}' },
        { id: 'sum', type: 'script', function: 'add', input: { a: '{{ nodes.double }}', b: 1 } },
        finish({ sum: '{{ nodes.sum }}', note: '{{ upper(nodes.fetch.note) }}', run: '{{ run.org }}' }),
      ])
      const run = await runGraph(engine, json, { price: 21, name: 'Ada' })
      assert.deepEqual([run.error, run.result], [undefined, { sum: 43, note: 'FOR ADA', run: 'main' }])
      assert.deepEqual(await stepsOf(engine, run.id), ['fetch done', 'double done', 'sum done'])
    },

    'take the way that a condition says': async ({ start }) => {
      await using engine = await start({ jobs })
      const json = drawn('start -> big, big -true-> much, big -false-> little, much -> done, little -> done', [
        { id: 'big', type: 'condition', if: 'input.total > 100 and not (input.free)' },
        { id: 'much', type: 'task', job: 'echo', input: 'much' },
        { id: 'little', type: 'task', job: 'echo', input: 'little' },
        finish('{{ default(nodes.much, nodes.little) }} {{ nodes.big }}'),
      ])
      assert.equal((await runGraph(engine, json, { total: 101 })).result, 'much true')
      assert.equal((await runGraph(engine, json, { total: 101, free: true })).result, 'little false')
      assert.equal((await runGraph(engine, json, { total: 5 })).result, 'little false')
    },

    'run branches side by side, and go on at the join when all are there': async ({ start }) => {
      const [first, second] = [door(), door()]
      const meet = job({
        name: 'meet',
        input: z.number(),
        async run(_, n) {
          ;(n === 1 ? first : second).open()
          await (n === 1 ? second : first).opened
          return n
        },
      })
      await using engine = await start({ jobs: [meet, echo] })
      const json = drawn(
        'start -> fork, fork -branch-> a, fork -branch-> b, a -> c, c -> join, b -> join, join -> done',
        [
          { id: 'fork', type: 'parallel', join: 'join' },
          { id: 'a', type: 'task', job: 'meet', input: 1 },
          { id: 'b', type: 'task', job: 'meet', input: 2 },
          { id: 'c', type: 'task', job: 'echo', input: '{{ nodes.a }}' },
          { id: 'join', type: 'join' },
          finish(['{{ nodes.c }}', '{{ nodes.b }}']),
        ],
      )
      assert.deepEqual((await runGraph(engine, json)).result, [1, 2])
    },

    'go through a list, so many at a time, and answer the results in order; loops may nest': async ({ start }) => {
      let [running, most] = [0, 0]
      const work = job({
        name: 'work',
        input: z.array(z.number()),
        async run(_, pair) {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          running--
          return pair.join('.')
        },
      })
      await using engine = await start({ jobs: [work] })
      const json = drawn(
        'start -> rows, rows -each-> cells, cells -each-> cell, cell -> cells, cells -> rows, rows -> done',
        [
          { id: 'rows', type: 'for-each', items: 'input', concurrency: 2 },
          { id: 'cells', type: 'for-each', items: 'item' },
          { id: 'cell', type: 'task', job: 'work', input: ['{{ loop.rows.index }}', '{{ item }}'] },
          finish('{{ nodes.rows }}'),
        ],
      )
      const run = await runGraph(engine, json, [[7, 8], [], [9]])
      assert.deepEqual(run.result, [['0.7', '0.8'], [], ['2.9']])
      assert.ok(most <= 2)
      assert.deepEqual((await stepsOf(engine, run.id)).toSorted(), [
        'cell[0][0] done',
        'cell[0][1] done',
        'cell[2][0] done',
      ])
    },

    'wait for a while, until an instant, and for a signal': async ({ start, clock }) => {
      const sender = workflow({
        name: 'sender',
        input: z.string(),
        signals: [word],
        run: (wf, text) => wf.signal(word, { text }, { key: 'k-7' }),
      })
      await using engine = await start({ jobs: [sender], graph: { signals: [word] } })
      const json = drawn('start -> hour, hour -> date, date -> word, word -> done, word -timeout-> failed', [
        { id: 'hour', type: 'wait', for: '1h' },
        { id: 'date', type: 'wait', until: 'input.at' },
        { id: 'word', type: 'wait', signal: 'word', key: 'k-{{ input.id }}', timeout: '1d' },
        finish('{{ nodes.word.text }}'),
        giveUp('nobody said a word'),
      ])
      const at = new Date(clock.now() + 2 * 3_600_000).toISOString()
      const { id } = await engine.enqueue(graphCall(graph(json), { at, id: 7 }))
      await reached(engine, id, 'waiting')
      await clock.leap(3_600_000)
      await until('it waits for the date', async () => (await stepsOf(engine, id)).includes('date pending'))
      await clock.leap(3_600_000)
      await until('it waits for the word', async () => (await stepsOf(engine, id)).includes('word pending'))
      await engine.enqueue(sender, 'go')
      assert.equal((await ended(engine, id)).result, 'go')
      const late = await engine.enqueue(graphCall(graph(json), { at: 0, id: 8 }))
      await reached(engine, late.id, 'waiting')
      await clock.leap(3_600_000)
      await until('it waits for the word', async () => (await stepsOf(engine, late.id)).includes('word pending'))
      await clock.leap(86_400_000)
      assert.match((await ended(engine, late.id)).error?.message ?? '', /nobody said a word/)
    },

    'ask somebody, say who is asked what, and go where the answer leads': async ({ start, clock }) => {
      const decide = workflow({
        name: 'decide',
        input: z.object({ run: z.number(), approved: z.boolean() }),
        run: (wf, { run, approved }) => wf.signal(approval, { approved, by: 'ada' }, { key: approvalKey(run, 'ask') }),
      })
      await using engine = await start({ jobs: [decide] })
      const json = drawn('start -> ask, ask -approved-> done, ask -rejected-> no, ask -timeout-> late', [
        { id: 'ask', type: 'approval', who: ['{{ input.boss }}'], what: 'Pay {{ input.total }}?', timeout: '2d' },
        finish('by {{ nodes.ask.by }}'),
        giveUp('rejected by {{ nodes.ask.by }}', 'no'),
        giveUp('nobody decided', 'late'),
      ])
      const call = graphCall(graph(json), { boss: 'ada@x.test', total: 12 })
      const ids: number[] = []
      for (let n = 0; n < 3; n++) ids.push((await engine.enqueue(call)).id)
      const [yes = 0, no = 0, late = 0] = ids
      for (const id of ids) await reached(engine, id, 'waiting')
      const asked = { step: 'ask', key: approvalKey(yes, 'ask'), who: ['ada@x.test'], what: 'Pay 12?' }
      await said(engine, yes, { graph: { name: 'drawn', version: 1 }, approvals: [asked], approvalsPending: 1 })
      await engine.enqueue(decide, { run: yes, approved: true })
      await engine.enqueue(decide, { run: no, approved: false })
      assert.equal((await ended(engine, yes)).result, 'by ada')
      assert.match((await ended(engine, no)).error?.message ?? '', /rejected by ada/)
      assert.equal((await engine.runs.get(late)).state, 'waiting')
      await clock.leap(2 * 86_400_000)
      assert.match((await ended(engine, late)).error?.message ?? '', /nobody decided/)
    },

    'send messages through the port, each with a key that stays the same when it is sent again': async ({
      start,
      clock,
    }) => {
      const sent: Omit<Notification, 'signal'>[] = []
      const notify = ({ signal: _signal, ...message }: Notification): void => {
        sent.push(message)
        if (sent.length === 1) throw new Error('the mail server is busy')
      }
      await using engine = await start({ jobs, graph: { notify } })
      const json = drawn('start -> tell, tell -> done', [
        {
          id: 'tell',
          type: 'notify',
          channel: 'mail',
          to: ['{{ input }}'],
          subject: 'News',
          message: 'Dear {{ input }}',
          retry: { base: '10s', jitter: 'none' },
        },
        finish('told'),
      ])
      const { id } = await engine.enqueue(graphCall(graph(json), 'ada'), { org: 'acme' })
      await reached(engine, id, 'waiting')
      await clock.advance(10_000)
      assert.equal((await ended(engine, id)).result, 'told')
      const message = {
        channel: 'mail',
        to: ['ada'],
        subject: 'News',
        message: 'Dear ada',
        key: `${id}:tell`,
        org: 'acme',
        run: id,
      }
      assert.deepEqual(sent, [message, message])
    },

    'keep the version they began with, whatever becomes of the graph': async ({ start, clock }) => {
      await using engine = await start({ jobs })
      const say = (text: string, version: number) =>
        drawn(
          'start -> pause, pause -> say, say -> done',
          [
            { id: 'pause', type: 'wait', for: '1h' },
            { id: 'say', type: 'task', job: 'echo', input: text },
            finish('{{ nodes.say }}'),
          ],
          version,
        )
      const old = await engine.enqueue(graphCall(graph(say('old', 1))))
      await reached(engine, old.id, 'waiting')
      await using later = await start({ jobs })
      const fresh = await later.enqueue(graphCall(graph(say('new', 2))))
      await reached(later, fresh.id, 'waiting')
      await clock.leap(3_600_000)
      assert.deepEqual([(await ended(later, old.id)).result, (await ended(later, fresh.id)).result], ['old', 'new'])
    },

    'are parts of chains, called from workflows and scheduled, like any call': async ({ start, clock }) => {
      const call = graphCall(
        graph(
          drawn('start -> say, say -> done', [
            { id: 'say', type: 'task', job: 'echo', input: 'said' },
            finish('{{ nodes.say }}'),
          ]),
        ),
      )
      const outer = workflow({ name: 'outer', input: z.object({}), run: (wf) => wf.call(call, { name: 'graph' }) })
      const minutely = schedule({ name: 'minutely', every: '1m', jitter: '0s', call })
      await using engine = await start({
        jobs: [...jobs, outer],
        schedules: [minutely],
        roles: ['worker', 'scheduler'],
      })
      for (const each of [chain(call, echo), outer.with({})])
        assert.equal((await ended(engine, (await engine.enqueue(each)).id)).result, 'said')
      const before = await engine.runs.count({ job: 'engine.graph' })
      await advanceTo(clock, clock.now() + MINUTE)
      await until('the slot has run', async () => (await engine.runs.count({ job: 'engine.graph' })) > before)
    },

    'begin and end with nothing between': async ({ start }) => {
      await using engine = await start({ jobs })
      const json = { name: 'least', nodes: [begin, finish('{{ input }}')], edges: [{ from: 'start', to: 'done' }] }
      assert.deepEqual((await runGraph(engine, json, { a: [1] })).result, { a: [1] })
    },
  },
}
