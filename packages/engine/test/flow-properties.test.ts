import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chain, chord, type Engine, type GraphJson, graph, graphCall, group, type JobCall, job } from '@regie/engine'
import { startTestEngine } from '@regie/engine/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

/** What was done, in any order: each task notes its name. */
const notes: string[] = []

const note = job({
  name: 'note',
  input: z.object({ name: z.string(), fail: z.boolean() }),
  retry: { attempts: 1 },
  run(_, { name, fail }) {
    notes.push(name)
    if (fail) throw new Error(name)
    return name
  },
})
const wrap = job({ name: 'wrap', input: z.unknown(), run: (_, value) => ({ wrapped: value ?? null }) })

let engine: Engine
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-flows-'))
  const database = { kind: 'sqlite', path: join(folder, 'x.sqlite'), durability: 'fast' } as const
  engine = await startTestEngine({ database, jobs: [note, wrap] })
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

/** Runs a call to its end; answers its result, or that it failed, and the notes that were made. */
async function outcomeOf(call: JobCall): Promise<{ readonly result: unknown; readonly noted: readonly string[] }> {
  notes.length = 0
  const { id } = await engine.enqueue(call)
  const run = await engine.runs.wait(id, AbortSignal.timeout(10_000))
  return { result: run.state === 'succeeded' ? (run.result ?? null) : run.state, noted: notes.toSorted() }
}

type Flow =
  | { readonly kind: 'call'; readonly fail: boolean }
  | { readonly kind: 'chain'; readonly first: Flow; readonly rest: readonly (Flow | 'wrap')[] }
  | { readonly kind: 'group' | 'chord'; readonly settle: boolean; readonly calls: readonly Flow[] }

const { flow } = fc.letrec<{ flow: Flow }>((tie) => ({
  flow: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'flow' },
    fc.record({ kind: fc.constant('call' as const), fail: fc.boolean().map((fail) => fail) }),
    fc.record({
      kind: fc.constant('chain' as const),
      first: tie('flow'),
      rest: fc.array(fc.oneof(fc.constant('wrap' as const), tie('flow')), { maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constantFrom('group' as const, 'chord' as const),
      settle: fc.boolean(),
      calls: fc.array(tie('flow'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}))

/** The call of a flow, with a name for each part by its place. */
function callOf(given: Flow, place: string): JobCall {
  if (given.kind === 'call') return note.with({ name: place, fail: given.fail })
  if (given.kind === 'chain') {
    const rest = given.rest.map((each, index) => (each === 'wrap' ? wrap : callOf(each, `${place}.${index}`)))
    return chain(callOf(given.first, `${place}.first`), ...(rest as never[])) as JobCall
  }
  const calls = given.calls.map((each, index) => callOf(each, `${place}.${index}`))
  const members = given.settle ? group(calls, { policy: 'settle' }) : group(calls)
  return given.kind === 'group' ? members : chord(members as never, wrap as never)
}

class Failed extends Error {}

/** What a flow comes to, by a walk over it; notes what is done. */
function expected(given: Flow, place: string, noted: string[]): unknown {
  if (given.kind === 'call') {
    noted.push(place)
    if (given.fail) throw new Failed()
    return place
  }
  if (given.kind === 'chain') {
    let result = expected(given.first, `${place}.first`, noted)
    for (const [index, each] of given.rest.entries())
      result = each === 'wrap' ? { wrapped: result } : expected(each, `${place}.${index}`, noted)
    return result
  }
  const outcomes = given.calls.map((each, index) => attempt(() => expected(each, `${place}.${index}`, noted)))
  if (!given.settle && outcomes.some(({ state }) => state === 'failed')) throw new Failed()
  const results = given.settle ? outcomes : outcomes.map(({ result }) => result)
  return given.kind === 'group' ? results : { wrapped: results }
}

function attempt(work: () => unknown): { readonly state: string; readonly result?: unknown } {
  try {
    return { state: 'succeeded', result: work() }
  } catch (error) {
    if (error instanceof Failed) return { state: 'failed' }
    throw error
  }
}

/** Which errors there were is for other tests. */
function withoutErrors(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'error' ? undefined : each)))
}

describe('a chain, group or chord, however nested', () => {
  it('comes to what its parts say, does each part once, and none that follows a failure', async () => {
    const holds = async (given: Flow): Promise<void> => {
      const noted: string[] = []
      const wanted = attempt(() => expected(given, 'x', noted))
      const { result, noted: done } = await outcomeOf(
        given.kind === 'call' ? chain(callOf(given, 'x')) : callOf(given, 'x'),
      )
      expect(withoutErrors(result)).toEqual(wanted.state === 'succeeded' ? wanted.result : 'failed')
      expect(done).toEqual(noted.toSorted())
    }
    await fc.assert(fc.asyncProperty(flow, holds), { numRuns: 40, interruptAfterTimeLimit: 15_000 })
  }, 40_000)
})

type Step =
  | { readonly kind: 'task'; readonly fail: boolean; readonly caught: boolean }
  | { readonly kind: 'if'; readonly value: boolean; readonly ways: readonly [Program, Program] }
  | { readonly kind: 'parallel'; readonly caught: boolean; readonly branches: readonly Program[] }
  | { readonly kind: 'loop'; readonly count: number; readonly body: Program }

type Program = readonly Step[]

const { program } = fc.letrec<{ program: Program; step: Step }>((tie) => ({
  program: fc.array(tie('step'), { maxLength: 3 }),
  step: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'step' },
    fc.record({ kind: fc.constant('task' as const), fail: fc.nat(3).map((n) => n === 0), caught: fc.boolean() }),
    fc.record({
      kind: fc.constant('if' as const),
      value: fc.boolean(),
      ways: fc.tuple(tie('program'), tie('program')),
    }),
    fc.record({
      kind: fc.constant('parallel' as const),
      caught: fc.boolean(),
      branches: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('loop' as const), count: fc.nat(2), body: tie('program') }),
  ),
}))

type Way = GraphJson['edges'][number]
/** A way out that has no edge yet. */
type Open = Pick<Way, 'from' | 'on'>

/** Draws a program as a graph. */
class Drawing {
  readonly nodes: GraphJson['nodes'][number][] = [{ id: 'start', type: 'start' }]
  readonly edges: Way[] = []

  /** Answers the ways out at its end. */
  draw(steps: Program, entries: readonly Open[], place: string, loops: readonly string[]): readonly Open[] {
    return steps.reduce((open, step, index) => this.#step(step, open, `${place}-${index}`, loops), entries)
  }

  connect(open: readonly Open[], to: string): void {
    this.edges.push(...open.map((way) => ({ ...way, to })))
  }

  #step(step: Step, entries: readonly Open[], id: string, loops: readonly string[]): readonly Open[] {
    this.connect(entries, id)
    if (step.kind === 'task') {
      const name = [id, ...loops.map((loop) => `{{ loop.${loop}.index }}`)].join('/')
      this.nodes.push({ id, type: 'task', job: 'note', input: { name, fail: step.fail } })
      return step.caught ? [{ from: id }, { from: id, on: 'error' }] : [{ from: id }]
    }
    if (step.kind === 'if') {
      this.nodes.push({ id, type: 'condition', if: String(step.value) })
      const ways = (['true', 'false'] as const).map((on, index) =>
        this.draw(step.ways[index] ?? [], [{ from: id, on }], `${id}-${on}`, loops),
      )
      return ways.flat()
    }
    if (step.kind === 'parallel') {
      this.nodes.push({ id, type: 'parallel', join: `${id}-join` })
      for (const [index, branch] of step.branches.entries())
        this.connect(this.draw(branch, [{ from: id, on: 'branch' }], `${id}-${index}`, loops), `${id}-join`)
      this.nodes.push({ id: `${id}-join`, type: 'join' })
      return step.caught ? [{ from: `${id}-join` }, { from: id, on: 'error' }] : [{ from: `${id}-join` }]
    }
    const items = `split("${'x'.repeat(Math.max(0, step.count - 1))}", "x")`
    this.nodes.push({ id, type: 'for-each', items: step.count === 0 ? 'input.none' : items, concurrency: 2 })
    // A body must not be empty: it begins with a node that does nothing.
    this.nodes.push({ id: `${id}-begin`, type: 'condition', if: 'true' })
    this.edges.push({ from: id, to: `${id}-begin`, on: 'each' })
    const begin: readonly Open[] = [
      { from: `${id}-begin`, on: 'true' },
      { from: `${id}-begin`, on: 'false' },
    ]
    this.connect(this.draw(step.body, begin, `${id}-body`, [...loops, id]), id)
    return [{ from: id }]
  }
}

/** What a program does, by a walk over it. */
function perform(steps: Program, place: string, rounds: readonly number[], noted: string[]): void {
  for (const [index, step] of steps.entries()) performStep(step, `${place}-${index}`, rounds, noted)
}

function performStep(step: Step, id: string, rounds: readonly number[], noted: string[]): void {
  if (step.kind === 'task') {
    noted.push([id, ...rounds].join('/'))
    if (step.fail && !step.caught) throw new Failed()
    return
  }
  if (step.kind === 'if') {
    perform(step.ways[step.value ? 0 : 1], `${id}-${step.value}`, rounds, noted)
    return
  }
  const parts =
    step.kind === 'parallel'
      ? step.branches.map((branch, index) => () => perform(branch, `${id}-${index}`, rounds, noted))
      : Array.from({ length: step.count }, (_, n) => () => perform(step.body, `${id}-body`, [...rounds, n], noted))
  // All are seen to their ends before a failure goes on.
  const failed = parts.map(attempt).some(({ state }) => state === 'failed')
  if (failed && !(step.kind === 'parallel' && step.caught)) throw new Failed()
}

describe('a graph of conditions, branches, loops and failures, however nested', () => {
  it('does each task as often and in as many ways as a program of the same shape', async () => {
    const holds = async (given: Program): Promise<void> => {
      const drawing = new Drawing()
      drawing.connect(drawing.draw(given, [{ from: 'start' }], 'n', []), 'end')
      const nodes = [...drawing.nodes, { id: 'end', type: 'end', result: 'through' } as const]
      const checked = graph({ name: 'random', nodes, edges: drawing.edges })
      const noted: string[] = []
      const { state } = attempt(() => perform(given, 'n', [], noted))
      const { result, noted: done } = await outcomeOf(graphCall(checked, { none: [] }))
      expect([result, done]).toEqual([state === 'succeeded' ? 'through' : 'failed', noted.toSorted()])
    }
    await fc.assert(fc.asyncProperty(program, holds), { numRuns: 60, interruptAfterTimeLimit: 15_000 })
  }, 40_000)
})
