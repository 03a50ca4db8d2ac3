import assert from 'node:assert/strict'
import { chain, type GraphJson, graph, graphCall, job, type WorkflowDetail } from '@regie/engine'
import { z } from 'zod'
import { until } from '../until.ts'
import { drawn, echo, finish, type Node } from './graph-lab.ts'
import { ended, reached, refusal, type Section } from './lab.ts'

/** Notes what it is given; fails where it is told to. */
function noting() {
  const done: unknown[] = []
  const broken = { at: '' }
  const note = job({
    name: 'note',
    input: z.string(),
    retry: { attempts: 1 },
    run(_, what) {
      if (broken.at === what) throw new Error('broken')
      done.push(what)
      return what
    },
  })
  return { note, done, broken }
}

const task = (id: string): Node => ({ id, type: 'task', job: 'note', input: id })
const abc = (last = 'c'): GraphJson =>
  drawn('start -> a, a -> b, b -> c, c -> done', [
    task('a'),
    task('b'),
    { ...task('c'), input: last } as Node,
    finish('{{ nodes.c }}'),
  ])

function stepNames({ steps }: WorkflowDetail): readonly string[] {
  return steps.map(({ name, kind, state }) => `${name} ${kind} ${state}`)
}

/** What operators do with graphs and chains: their steps are the nodes. */
export const graphOperating: Section = {
  title: 'operating declarative workflows',
  tests: {
    'shows each node as a step, and what an approval waits for': async ({ start }) => {
      await using engine = await start({ jobs: [echo] })
      const json = drawn(
        'start -> each, each -each-> say, say -> each, each -> ask, ask -approved-> done, ask -rejected-> done',
        [
          { id: 'each', type: 'for-each', items: 'input' },
          { id: 'say', type: 'task', job: 'echo', input: '{{ item }}' },
          { id: 'ask', type: 'approval', who: 'ada', what: 'Well?' },
          finish(),
        ],
      )
      const { id } = await engine.enqueue(graphCall(graph(json), ['x', 'y']))
      await reached(engine, id, 'waiting')
      const detail = await until('it waits for the approval', async () => {
        const now = await engine.workflows.get(id)
        return now.waitingFor.length === 1 && now
      })
      assert.deepEqual(stepNames(detail), ['say[0] call done', 'say[1] call done', 'ask wait pending'])
      assert.deepEqual(detail.waitingFor, [{ step: 'ask', signal: 'engine.approval', key: `${id}:ask` }])
      await refusal('PAYLOAD_INVALID', () =>
        engine.workflows.signalNamed('engine.approval', { approved: 1 }, { key: `${id}:ask` }),
      )
      await engine.workflows.signalNamed('engine.approval', { approved: true, by: 'ada' }, { key: `${id}:ask` })
      assert.equal((await ended(engine, id)).state, 'succeeded')
    },

    'goes on at the node that failed when it is retried: what is done is not done again': async ({ start }) => {
      const { note, done, broken } = noting()
      await using engine = await start({ jobs: [note] })
      broken.at = 'b'
      const { id } = await engine.enqueue(graphCall(graph(abc())))
      await reached(engine, id, 'failed')
      broken.at = ''
      await engine.workflows.retry(id)
      assert.equal((await reached(engine, id, 'succeeded')).result, 'c')
      assert.deepEqual(done, ['a', 'b', 'c'])
    },

    'is forked from a node with a corrected graph: what came before is not done again': async ({ start }) => {
      const { note, done } = noting()
      await using engine = await start({ jobs: [note] })
      const first = await engine.enqueue(graphCall(graph(abc())))
      await ended(engine, first.id)
      const { input } = graphCall(graph(abc('better')))
      const fork = await engine.workflows.fork(first.id, { from: 'c', input })
      assert.equal((await ended(engine, fork)).result, 'better')
      assert.deepEqual(done, ['a', 'b', 'c', 'better'])
      const unknown = graphCall(
        graph(drawn('start -> a, a -> done', [{ ...task('a'), job: 'gone' } as Node, finish()])),
      )
      await refusal('GRAPH_INVALID', () => engine.workflows.fork(first.id, { from: 'a', input: unknown.input }))
    },

    'forks and retries a chain by its parts': async ({ start }) => {
      const { note, done, broken } = noting()
      await using engine = await start({ jobs: [note] })
      broken.at = 'two'
      const { id } = await engine.enqueue(chain(note.with('one'), note.with('two'), note))
      await reached(engine, id, 'failed')
      broken.at = ''
      await engine.workflows.retry(id)
      assert.equal((await reached(engine, id, 'succeeded')).result, 'two')
      const fork = await engine.workflows.fork(id, { from: '2 note' })
      assert.equal((await ended(engine, fork)).result, 'two')
      assert.deepEqual(done, ['one', 'two', 'two', 'two', 'two'])
    },

    'finds nothing in the way of those under way, even where a function or a job of what is done is gone': async ({
      start,
      clock,
    }) => {
      const functions = { shape: (input: unknown) => input }
      const json = drawn('start -> shape, shape -> say, say -> pause, pause -> done', [
        { id: 'shape', type: 'script', function: 'shape', input: 1 },
        { id: 'say', type: 'task', job: 'echo', input: '{{ nodes.shape }}' },
        { id: 'pause', type: 'wait', for: '1d' },
        finish('{{ nodes.say }}'),
      ])
      await using engine = await start({ jobs: [echo], graph: { functions } })
      const { id } = await engine.enqueue(graphCall(graph(json)))
      await reached(engine, id, 'waiting')
      await until('it pauses', async () => (await engine.workflows.get(id)).steps.length === 3)
      await engine.stop()
      await using later = await start({ jobs: [] })
      assert.deepEqual(await later.workflows.check(), { checked: 1, findings: [], more: false })
      await clock.leap(86_400_000)
      assert.equal((await ended(later, id)).result, 1)
    },
  },
}
