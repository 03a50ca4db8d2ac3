import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { EngineError } from '../errors.ts'
import { graph } from './graph.ts'
import { type GraphJson, graphJsonSchema, graphSchema } from './schema.ts'

type Node = GraphJson['nodes'][number]

const start: Node = { id: 'start', type: 'start' }
const done: Node = { id: 'done', type: 'end' }

/** `a -> b`, `a -yes-> b`: one edge for each. */
function edges(text: string): GraphJson['edges'] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const [, from = '', on = 'next', to = ''] = /^(\S+) -(?:(\S+?)-)?> (\S+)$/.exec(each) ?? []
      return { from, to, on: on as 'next' }
    })
}

function task(id: string, input?: z.core.util.JSONType): Node {
  return { id, type: 'task', job: 'work', ...(input === undefined ? {} : { input }) }
}

function issuesOf(json: unknown): readonly string[] {
  try {
    graph(json)
    return []
  } catch (error) {
    if (error instanceof EngineError && error.code === 'GRAPH_INVALID')
      return error.issues.map(({ path, code, message }) => `${path} ${code}: ${message}`)
    throw error
  }
}

function issues(nodes: readonly Node[], ways: string): readonly string[] {
  return issuesOf({ name: 'test', nodes, edges: edges(ways) })
}

describe('a graph', () => {
  it('is checked, and gets its defaults', () => {
    const checked = graph({ name: 'test', nodes: [start, done], edges: edges('start -> done') })
    expect(checked).toMatchObject({ name: 'test', version: 1, graph: { format: 1, edges: [{ on: 'next' }] } })
  })

  it('may hold every kind of node', () => {
    const nodes: Node[] = [
      start,
      task('fetch', { url: '{{ input.url }}', run: '{{ run.id }}' }),
      { id: 'big', type: 'condition', if: 'nodes.fetch.total > 100 and length(input.lines) > 0' },
      {
        id: 'ask',
        type: 'approval',
        who: ['{{ input.boss }}', 'ada'],
        what: 'Pay {{ nodes.fetch.total }}?',
        timeout: '2d',
      },
      { id: 'fork', type: 'parallel', join: 'together', concurrency: 2 },
      {
        id: 'post',
        type: 'http',
        method: 'POST',
        url: 'https://x.test/{{ input.id }}',
        headers: { Authorization: 'Bearer {{ secret.X }}' },
        body: { a: [1, '{{ nodes.fetch.total }}'] },
        expect: [200, 201],
        retry: { attempts: 5, base: '1s' },
        timeout: '10s',
      },
      { id: 'tell', type: 'notify', channel: 'mail', to: '{{ input.boss }}', message: 'Hello' },
      { id: 'together', type: 'join' },
      { id: 'each', type: 'for-each', items: 'nodes.fetch.lines', concurrency: 5 },
      {
        id: 'sum',
        type: 'script',
        function: 'sum',
        input: { item: '{{ item.price }}', index: '{{ index }}', same: '{{ loop.each.item.price }}' },
      },
      { id: 'pause', type: 'wait', for: '1h' },
      { id: 'until', type: 'wait', until: 'input.at' },
      { id: 'word', type: 'wait', signal: 'word', key: '{{ input.id }}', timeout: '1d' },
      { id: 'sub', type: 'workflow', workflow: 'other', input: '{{ nodes.each }}' },
      { id: 'no', type: 'end', outcome: 'failure', message: 'not approved: {{ error.message }}' },
      { id: 'done', type: 'end', result: { list: '{{ nodes.each }}', posted: '{{ nodes.post.status }}' } },
    ]
    const ways = `start -> fetch, fetch -> big, fetch -error-> no, big -true-> ask, big -false-> fork, ask -approved-> fork,
      ask -rejected-> no, ask -timeout-> no, fork -branch-> post, fork -branch-> tell, post -> together, tell -> together,
      together -> each, each -each-> sum, sum -> pause, pause -> each, each -> until, until -> word, word -> sub,
      word -timeout-> sub, sub -> done, sub -error-> no`
    expect(issues(nodes, ways)).toEqual([])
  })

  it('names the exact place of what is not of its format', () => {
    const json = {
      name: 'x',
      nodes: [
        { id: 'a b', type: 'task', job: '', foo: 1 },
        { id: 'w', type: 'wait', for: '5 years' },
        { id: 'n', type: 'nope' },
      ],
      edges: [{ from: 'a', to: 'b', on: 'sideways' }],
    }
    const paths = issuesOf(json).map((issue) => issue.split(' ')[0])
    expect(paths).toEqual(
      expect.arrayContaining(['nodes.0.id', 'nodes.0.job', 'nodes.0', 'nodes.1.for', 'nodes.2.type', 'edges.0.on']),
    )
    expect(issuesOf(null)).toHaveLength(1)
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const deep = { name: 'x', nodes: [{ id: 'a', type: 'task', job: 'j', input: circular }], edges: [] }
    expect(issuesOf(deep)[0]).toContain(' json: it cannot be written as JSON: Converting circular structure')
    expect(issuesOf({ name: 'x', format: 2, nodes: [start], edges: [] })[0]).toContain('format')
  })

  it.each<[string, readonly Node[], string, readonly string[]]>([
    [
      'an edge to nowhere',
      [start, done],
      'start -> gone, start -> done',
      ['edges.0.to dangling: there is no node gone', 'edges.1.on duplicate: start has another edge for "next"'],
    ],
    [
      'an edge from nowhere',
      [start, done],
      'start -> done, gone -> done',
      ['edges.1.from dangling: there is no node gone'],
    ],
    [
      'two nodes of one name',
      [start, task('a'), task('a'), done],
      'start -> a, a -> done',
      ['nodes.2.id duplicate: nodes.1 is named a too'],
    ],
    ['no start', [task('a'), done], 'a -> done', ['nodes missing: there is no start: add a node of the type start']],
    [
      'no end',
      [start, task('a')],
      'start -> a',
      [
        'nodes missing: there is no end: add a node of the type end',
        'nodes.1 missing: a has no edge for its way out "next": add one',
      ],
    ],
    [
      'two starts',
      [start, { id: 'again', type: 'start' }, done],
      'start -> done, again -> done',
      ['nodes.1.type duplicate: a graph has one start: this is another'],
    ],
    [
      'a way out that the node does not have',
      [start, task('a'), done],
      'start -> a, a -> done, a -approved-> done',
      ['edges.2.on way: a node of the type task has no way out "approved"'],
    ],
    [
      'a condition with one way only',
      [start, { id: 'c', type: 'condition', if: 'true' }, done],
      'start -> c, c -true-> done',
      ['nodes.1 missing: c has no edge for its way out "false": add one'],
    ],
    [
      'a time-out without a way',
      [start, { id: 'w', type: 'wait', signal: 's', timeout: '1h' }, done],
      'start -> w, w -> done',
      ['nodes.1 missing: w has no edge for its way out "timeout": add one'],
    ],
    [
      'a way for a time-out that cannot be',
      [start, { id: 'w', type: 'wait', signal: 's' }, done],
      'start -> w, w -> done, w -timeout-> done',
      ['edges.2.on way: a node of the type wait has no way out "timeout"'],
    ],
    [
      'a wait for two things',
      [start, { id: 'w', type: 'wait', signal: 's', for: '1s' }, done],
      'start -> w, w -> done',
      ['nodes.1 field: w must have one of `for`, `until` and `signal`'],
    ],
    [
      'a node that nothing leads to',
      [start, task('a'), done],
      'start -> done, a -> done',
      ['nodes.1 unreachable: nothing leads to a'],
    ],
    [
      'an edge back to the start',
      [start, task('a'), done],
      'start -> a, a -> start',
      ['edges.1.to way: nothing leads to the start'],
    ],
    [
      'a circle',
      [start, task('a'), task('b'), done, { id: 'c', type: 'condition', if: 'true' }],
      'start -> a, a -> b, b -> c, c -true-> a, c -false-> done',
      ['edges.1 cycle: a → b → c → a is a circle: only the body of a for-each may lead back, and to its for-each'],
    ],
  ])('is refused for %s', (_, nodes, ways, expected) => {
    expect(issues(nodes, ways)).toEqual(expected)
  })

  const fork: Node = { id: 'fork', type: 'parallel', join: 'join' }
  const join: Node = { id: 'join', type: 'join' }
  const loop: Node = { id: 'loop', type: 'for-each', items: 'input.list' }
  const choice: Node = { id: 'if', type: 'condition', if: 'true' }

  it.each<[string, readonly Node[], string, string]>([
    [
      'a branch that ends on its own',
      [start, fork, task('a'), join, done],
      'start -> fork, fork -branch-> a, a -> done, fork -branch-> join, join -> done',
      'nodes.4 region: the branch of fork that begins with a ends at done',
    ],
    [
      'branches that meet before the join',
      [start, fork, task('a'), task('b'), task('c'), join, done],
      'start -> fork, fork -branch-> a, fork -branch-> b, a -> c, b -> c, c -> join, join -> done',
      'meets another branch before the join',
    ],
    [
      'an edge into the midst of a branch',
      [start, choice, fork, task('a'), join, done],
      'start -> if, if -true-> fork, if -false-> a, fork -branch-> a, a -> join, join -> done',
      'edges.2 region: if leads into the midst of the branch of fork',
    ],
    [
      'a join that is none',
      [start, { ...fork, join: 'a' }, task('a'), done],
      'start -> fork, fork -branch-> a, a -> done',
      'nodes.1.join reference: a is no node of the type join',
    ],
    [
      'a join without its parallel',
      [start, join, done],
      'start -> join, join -> done',
      'nodes.1 reference: no parallel names the join join',
    ],
    [
      'an edge to the join from elsewhere',
      [start, choice, fork, task('a'), join, done],
      'start -> if, if -true-> fork, if -false-> join, fork -branch-> a, a -> join, join -> done',
      'edges.2 region: if is in no branch that ends at join',
    ],
    [
      'a loop without a body',
      [start, loop, done],
      'start -> loop, loop -each-> loop, loop -> done',
      'edges.1 region: the body of loop is empty',
    ],
    [
      'a body that goes on instead of back',
      [start, loop, task('a'), done],
      'start -> loop, loop -each-> a, a -> done, loop -> done',
      'nodes.3 region: the body of loop ends at done',
    ],
    [
      'an edge into a body',
      [start, choice, loop, task('a'), done],
      'start -> if, if -true-> loop, if -false-> a, loop -each-> a, a -> loop, loop -> done',
      'edges.2 region: if leads into the midst of the body of loop',
    ],
    [
      'a branch that goes round the loop instead of to its join',
      [start, loop, fork, task('a'), task('b'), join, done],
      'start -> loop, loop -each-> fork, fork -branch-> a, fork -branch-> b, a -> loop, b -> join, join -> loop, loop -> done',
      'lead it to the join join',
    ],
  ])('is refused for %s', (_, nodes, ways, expected) => {
    expect(issues(nodes, ways).join('\n')).toContain(expected)
  })

  it('may end as a failure anywhere, branch empty, and nest loops and branches', () => {
    const inner: Node = { id: 'inner', type: 'for-each', items: 'item' }
    const nodes = [
      start,
      loop,
      inner,
      fork,
      task('a', '{{ loop.loop.index }}-{{ loop.inner.index }}'),
      join,
      choice,
      { id: 'bad', type: 'end', outcome: 'failure' } as Node,
      done,
    ]
    const ways =
      'start -> loop, loop -each-> inner, inner -each-> fork, fork -branch-> if, if -true-> a, if -false-> bad, a -> join, fork -branch-> join, join -> inner, inner -> loop, loop -> done'
    expect(issues(nodes, ways)).toEqual([])
  })

  it.each<[string, Node, string]>([
    [
      'what does not exist',
      task('x', { deep: ['{{ nodes.gone.a }}'] }),
      'nodes.4.input.deep.0 reference: nodes.gone: there is no node gone',
    ],
    [
      'what comes later',
      task('x', '{{ nodes.after }}'),
      'nodes.4.input reference: nodes.after: after has no result yet',
    ],
    ['itself', task('x', '{{ nodes.x }}'), 'nodes.4.input reference: nodes.x: x has no result yet'],
    [
      'the body of a loop from outside',
      task('x', '{{ nodes.inside }}'),
      'nodes.4.input reference: nodes.inside: inside has no result yet',
    ],
    ['an item outside of a loop', task('x', '{{ item }}'), 'item is there in the body of a for-each only'],
    ['an unknown root', task('x', '{{ process.env }}'), 'there is nothing named process: begin with input'],
    ['a node by a computed name', task('x', '{{ nodes[input.a] }}'), 'write nodes.ID'],
    ['an error where none can be', task('x', '{{ error.message }}'), 'error is there behind an edge "error" only'],
    [
      'a secret in a task',
      task('x', '{{ secret.KEY }}'),
      'secrets may be named in the url, headers and body of http nodes only',
    ],
    [
      'a secret by a computed name',
      { id: 'x', type: 'http', url: 'https://x.test/{{ secret[input.a] }}' },
      'write secret.NAME',
    ],
    [
      'what is no expression',
      { id: 'x', type: 'script', function: 'f', input: '{{ 1 + 1 }}' },
      'nodes.4.input expression: ',
    ],
    [
      'an unknown function',
      { id: 'x', type: 'wait', until: 'now()' },
      'nodes.4.until expression: there is no function now',
    ],
  ])('is refused when an expression names %s', (_, node, expected) => {
    const nodes = [start, loop, task('inside', '{{ item }}'), done, node, task('after')]
    const ways = 'start -> loop, loop -each-> inside, inside -> loop, loop -> x, x -> after, after -> done'
    expect(issues(nodes, ways).join('\n')).toContain(expected)
  })

  it('is refused when it holds a credential, which would be stored with each run', () => {
    const http: Node = { id: 'x', type: 'http', url: 'https://u:p@x.test', headers: { authorization: 'Bearer abc' } }
    expect(issues([start, http, done], 'start -> x, x -> done').map((issue) => issue.split(':')[0])).toEqual([
      'nodes.1.headers.authorization secret',
      'nodes.1.url secret',
    ])
  })

  it('is checked whatever its edges, without ever failing otherwise', () => {
    const kinds: readonly Node[] = [
      task('n'),
      choice,
      { id: 'n', type: 'parallel', join: '4' },
      { id: 'n', type: 'join' },
      loop,
      done,
    ]
    const nodes = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 7 })
    const ends = fc.tuple(fc.nat(7), fc.constantFrom('next', 'true', 'false', 'branch', 'each', 'error'), fc.nat(7))
    fc.assert(
      fc.property(nodes, fc.array(ends, { maxLength: 14 }), (some, ways) => {
        const json = {
          name: 'random',
          nodes: [{ id: '0', type: 'start' }, ...some.map((node, index) => ({ ...node, id: String(index + 1) }))],
          edges: ways.map(([from, on, to]) => ({ from: String(from), on, to: String(to) })),
        }
        expect(Array.isArray(issuesOf(json))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the JSON Schema of graphs', () => {
  it('describes every kind of node, for an editor', () => {
    const schema = JSON.stringify(graphJsonSchema())
    for (const { type } of graphSchema.shape.nodes.element.options.map(({ shape }) => ({ type: shape.type.value })))
      expect(schema).toContain(`"const":"${type}"`)
    expect(JSON.parse(schema)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    })
  })
})
