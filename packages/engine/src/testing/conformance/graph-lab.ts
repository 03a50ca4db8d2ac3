import { type Engine, type GraphJson, graph, graphCall, job, type RunDetail, workflow } from '@regie/engine'
import { z } from 'zod'
import { ended } from './lab.ts'

/** A node of a graph as it is written. */
export type Node = GraphJson['nodes'][number]

export const begin: Node = { id: 'start', type: 'start' }

/** An end that is a success, with this as the result. */
export function finish(result: z.core.util.JSONType = null, id = 'done'): Node {
  return { id, type: 'end', result }
}

/** An end that is a failure. */
export function giveUp(message: string, id = 'failed'): Node {
  return { id, type: 'end', outcome: 'failure', message }
}

/** A graph of these nodes; its edges as text: `a -> b, a -error-> c`. */
export function drawn(ways: string, nodes: readonly Node[], version = 1): GraphJson {
  const edges = ways.split(',').map((each) => {
    const [, from = '', on = 'next', to = ''] = /^(\S+) -(?:(\S+?)-)?> (\S+)$/.exec(each.trim()) ?? []
    return { from, to, on: on as 'next' }
  })
  return { name: 'drawn', version, nodes: [begin, ...nodes], edges }
}

/** Checks the graph, runs it to its end and answers the run. */
export async function runGraph(engine: Engine, json: GraphJson, input: unknown = null): Promise<RunDetail> {
  const { id } = await engine.enqueue(graphCall(graph(json), input))
  return ended(engine, id)
}

/** Answers what it is given. */
export const echo = job({ name: 'echo', input: z.unknown(), run: (_, value) => value })

/** Fails when it is told to, at once. */
export const fragile = job({
  name: 'fragile',
  input: z.object({ fail: z.boolean() }),
  retry: { attempts: 1 },
  run(_, { fail }) {
    if (fail) throw Object.assign(new Error('as asked'), { code: 'ASKED' })
    return 'fine'
  },
})

/** A workflow that a graph may call. */
export const twice = workflow({
  name: 'twice',
  input: z.number(),
  run: async (wf, n) => ((await wf.call(echo, n, { name: 'first' })) as number) * 2,
})
