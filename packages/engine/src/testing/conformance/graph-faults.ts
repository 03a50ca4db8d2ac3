import assert from 'node:assert/strict'
import { graph, graphCall, type JobCall, job, signal, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'
import { drawn, echo, finish, fragile, giveUp, type Node, runGraph } from './graph-lab.ts'
import { aborted, door, refusal, type Section } from './lab.ts'

const jobs = [echo, fragile]
const risky: Node = { id: 'risky', type: 'task', job: 'fragile', input: { fail: '{{ input.fail }}' } }

/** Graphs of which something fails, and graphs that are refused. */
export const graphFaults: Section = {
  title: 'failures of declarative workflows',
  tests: {
    'follow the error edge of a node that failed for good, and show it the error': async ({ start }) => {
      await using engine = await start({ jobs })
      const json = drawn('start -> risky, risky -> done, risky -error-> mend, mend -> mended', [
        risky,
        {
          id: 'mend',
          type: 'task',
          job: 'echo',
          input: { node: '{{ error.node }}', code: '{{ error.code }}', message: '{{ error.message }}' },
        },
        finish('{{ nodes.risky }}'),
        finish(['{{ nodes.mend }}', '{{ nodes.risky }}', '{{ error.code }}'], 'mended'),
      ])
      assert.equal((await runGraph(engine, json, { fail: false })).result, 'fine')
      const { result } = await runGraph(engine, json, { fail: true })
      assert.deepEqual(result, [{ node: 'risky', code: 'ASKED', message: 'as asked' }, null, 'ASKED'])
    },

    'fail the run at a node without an error edge, and at an end that is a failure': async ({ start }) => {
      await using engine = await start({ jobs })
      const plain = await runGraph(engine, drawn('start -> risky, risky -> done', [risky, finish()]), { fail: true })
      assert.deepEqual([plain.state, plain.error?.code], ['failed', 'STEP_FAILED'])
      assert.match(plain.error?.message ?? '', /"risky" failed: ASKED: as asked/)
      const end = await runGraph(engine, drawn('start -> failed', [giveUp('not {{ input }}')]), 'today')
      assert.deepEqual(
        [end.error?.code, end.error?.message],
        ['GRAPH_FAILED', 'the graph ended as a failure: not today'],
      )
      assert.equal(end.attempt, 1)
    },

    'treat an expression without a value, and an input that a job does not take, as failures of their node': async ({
      start,
    }) => {
      await using engine = await start({ jobs })
      const ask = drawn('start -> ask, ask -true-> done, ask -false-> done, ask -error-> caught', [
        { id: 'ask', type: 'condition', if: 'input.fail > 3' },
        finish(),
        finish('{{ error.node }}: {{ error.code }}', 'caught'),
      ])
      assert.equal((await runGraph(engine, ask, { fail: 'yes' })).result, 'ask: EXPRESSION_INVALID')
      const bad = drawn('start -> risky, risky -> done, risky -error-> caught', [
        risky,
        finish(),
        finish('{{ error.code }}', 'caught'),
      ])
      assert.equal((await runGraph(engine, bad, { fail: 'yes' })).result, 'PAYLOAD_INVALID')
      const uncaught = await runGraph(
        engine,
        drawn('start -> each, each -each-> risky, risky -> each, each -> done', [
          { id: 'each', type: 'for-each', items: 'input.list' },
          risky,
          finish(),
        ]),
        {},
      )
      assert.deepEqual(
        [uncaught.error?.code, uncaught.error?.message],
        ['EXPRESSION_INVALID', 'the node each failed: the items of each are no list of at most 100000'],
      )
    },

    'see the other branches to their ends when one fails, and then follow the error edge of the parallel': async ({
      start,
    }) => {
      const gate = door()
      const slow = job({ name: 'slow', input: z.unknown(), run: () => gate.opened.then(() => 'late') })
      await using engine = await start({ jobs: [...jobs, slow] })
      const json = drawn(
        'start -> fork, fork -branch-> risky, fork -branch-> slow, risky -> join, slow -> join, join -> done, fork -error-> caught',
        [
          { id: 'fork', type: 'parallel', join: 'join' },
          risky,
          { id: 'slow', type: 'task', job: 'slow' },
          { id: 'join', type: 'join' },
          finish(),
          finish('{{ error.node }}', 'caught'),
        ],
      )
      const { id } = await engine.enqueue(graphCall(graph(json), { fail: true }))
      await until('the task has failed', async () => (await engine.runs.count({ state: ['failed'] })) === 1)
      assert.equal((await engine.runs.get(id)).endedAt, undefined)
      gate.open()
      const run = await until('it ends', async () => {
        const now = await engine.runs.get(id)
        return now.endedAt !== undefined && now
      })
      assert.equal(run.result, 'risky')
      assert.equal(await engine.runs.count({ job: 'slow', state: ['succeeded'] }), 1)
    },

    'let each round of a loop mend itself': async ({ start }) => {
      await using engine = await start({ jobs })
      const json = drawn(
        'start -> each, each -each-> risky, risky -> each, risky -error-> mend, mend -> each, each -> done',
        [
          { id: 'each', type: 'for-each', items: 'input', concurrency: 3 },
          { id: 'risky', type: 'task', job: 'fragile', input: { fail: '{{ item }}' } },
          { id: 'mend', type: 'task', job: 'echo', input: 'mended {{ index }}' },
          finish('{{ nodes.each }}'),
        ],
      )
      assert.deepEqual((await runGraph(engine, json, [false, true, false])).result, ['fine', 'mended 1', 'fine'])
    },

    'go on in another process when theirs dies in the middle: no node that is done is done again': async ({
      start,
      clock,
    }) => {
      const gate = door()
      const done: unknown[] = []
      const functions = { note: (input: unknown) => void done.push(input) }
      const stuck = job({
        name: 'stuck',
        input: z.number(),
        async run(ctx, n) {
          if (ctx.run.attempt === 1 && n === 2) await gate.opened
          return n * 10
        },
      })
      const json = drawn(
        'start -> before, before -> each, each -each-> work, work -> note, note -> each, each -> done',
        [
          { id: 'before', type: 'script', function: 'note', input: 'before' },
          { id: 'each', type: 'for-each', items: 'input' },
          { id: 'work', type: 'task', job: 'stuck', input: '{{ item }}' },
          { id: 'note', type: 'script', function: 'note', input: '{{ nodes.work }}' },
          finish('{{ length(nodes.each) }}'),
        ],
      )
      await using dead = await start({ jobs: [stuck], graph: { functions }, clock: fakeClock() })
      const { id } = await dead.enqueue(graphCall(graph(json), [1, 2, 3]))
      await until('it is stuck', async () => (await dead.runs.count({ job: 'stuck' })) === 2)
      await using rescuer = await start({ jobs: [stuck], graph: { functions } })
      await until('the graph ends', async () => {
        await clock.advance(5_000)
        return (await rescuer.runs.get(id)).endedAt !== undefined
      })
      gate.open()
      assert.equal((await rescuer.runs.get(id)).result, 3)
      // What came after the death may be done by the zombie too, which is not let record it.
      assert.deepEqual([...new Set(done)], ['before', 10, 20, 30])
      assert.deepEqual(done.slice(0, 2), ['before', 10])
      for (const once of ['before', 10]) assert.equal(done.filter((each) => each === once).length, 1)
    },

    'are cancelled with what they have started': async ({ start, clock }) => {
      const slow = job({ name: 'slow', input: z.unknown(), run: (ctx) => aborted(ctx.signal) })
      await using engine = await start({ jobs: [slow] })
      const json = drawn('start -> slow, slow -> done, slow -error-> done', [
        { id: 'slow', type: 'task', job: 'slow' },
        finish(),
      ])
      const { id } = await engine.enqueue(graphCall(graph(json)))
      await until('the task runs', async () => (await engine.runs.count({ job: 'slow', state: ['running'] })) === 1)
      await engine.runs.cancel(id)
      await until('both have ended', async () => {
        await clock.advance(1_000)
        return (await engine.runs.count({ state: ['cancelled'] })) === 2
      })
    },

    'are refused with the place of what this engine does not know: nothing is stored': async ({ start }) => {
      const word = signal({ name: 'word', payload: z.object({}) })
      const listens = workflow({ name: 'listens', input: z.object({}), signals: [word], run: () => {} })
      const only = job({ name: 'only', input: z.unknown(), unique: {}, run: () => {} })
      await using engine = await start({ jobs: [...jobs, listens, only], roles: ['api'] })
      const refused = async (node: Node): Promise<string> => {
        const ways = node.type === 'wait' && node.timeout !== undefined ? ', x -timeout-> done' : ''
        const call = graphCall(graph(drawn(`start -> x, x -> done${ways}`, [node, finish()])))
        const { issues } = await refusal('GRAPH_INVALID', () => engine.enqueue(call))
        return issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
      }
      assert.equal(
        await refused({ id: 'x', type: 'task', job: 'gone' }),
        "nodes.1.job: the job gone is not one of this engine's",
      )
      assert.match(await refused({ id: 'x', type: 'task', job: 'only' }), /^nodes\.1\.job: the unique job only/)
      assert.match(
        await refused({ id: 'x', type: 'task', job: 'fragile', input: { fail: 3 } }),
        /^nodes\.1\.input\.fail: /,
      )
      assert.match(await refused({ id: 'x', type: 'workflow', workflow: 'echo' }), /^nodes\.1\.workflow: echo is a job/)
      assert.match(
        await refused({ id: 'x', type: 'script', function: 'gone' }),
        /^nodes\.1\.function: there is no function gone/,
      )
      assert.match(
        await refused({ id: 'x', type: 'wait', signal: 'gone' }),
        /^nodes\.1\.signal: .*\(known: engine\.approval, word\)/,
      )
      assert.match(
        await refused({ id: 'x', type: 'notify', channel: 'mail', message: 'x' }),
        /^nodes\.1: .*`graph\.notify`/,
      )
      assert.match(
        await refused({ id: 'x', type: 'http', url: 'https://x.test/{{ secret.A }}' }),
        /^nodes\.1: .*`graph\.secret`/,
      )
      const raw = (given: unknown): JobCall => ({
        job: graphCall(graph(drawn('start -> done', [finish()]))).job,
        input: given,
      })
      await refusal('PAYLOAD_INVALID', () =>
        engine.enqueue(raw({ graph: { name: 'x', nodes: [], edges: [] }, input: 1 })),
      )
      const circle = { name: 'x', nodes: [{ id: 'a', type: 'start' }, finish()], edges: [] }
      await refusal('GRAPH_INVALID', () => engine.enqueue(raw({ graph: circle, input: 1 })))
      assert.equal(await engine.runs.count(), 0)
    },
  },
}
