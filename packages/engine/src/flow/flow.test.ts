import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { isEngineError } from '../errors.ts'
import { type JobCall, job } from '../job/job.ts'
import type { WorkflowContext } from '../workflow/context.ts'
import { chain, chord, group, type Settled } from './flow.ts'

const fetchFeed = job({ name: 'fetch-feed', input: z.object({ url: z.string() }), run: () => ({ xml: '<feed/>' }) })
const parse = job({ name: 'parse', input: z.object({ xml: z.string() }), run: () => [1, 2, 3] })
const total = job({ name: 'total', input: z.array(z.number()), run: (_, all) => all.length })
const double = job({ name: 'double', input: z.number(), run: (_, n) => n * 2 })
const far = job({ name: 'far', input: z.number(), isolate: { module: new URL('file:///far.js') } })

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    return isEngineError(error) ? error.code : String(error)
  }
  return undefined
}

describe('a chain', () => {
  it('is a plain call of the built-in workflow, with the plan as its input', () => {
    const call = chain(fetchFeed.with({ url: 'x' }), parse, total)
    expect(call.job.name).toBe('engine.flow')
    expect(JSON.parse(JSON.stringify(call.input))).toEqual({
      kind: 'chain',
      links: [{ job: 'fetch-feed', input: { url: 'x' } }, { job: 'parse' }, { job: 'total' }],
    })
  })

  it('has the result of its last job, and does not compile when a result is no input of the next', () => {
    expectTypeOf(chain(fetchFeed.with({ url: 'x' }), parse, total)).toEqualTypeOf<JobCall<number>>()
    expectTypeOf(chain(double.with(1))).toEqualTypeOf<JobCall<number>>()
    expectTypeOf(chain(double.with(1), fetchFeed.with({ url: 'x' }))).toEqualTypeOf<JobCall<{ xml: string }>>()
    // @ts-expect-error the feed is no list of numbers
    chain(fetchFeed.with({ url: 'x' }), total)
    // @ts-expect-error neither is a number the feed's text, in the third place
    chain(fetchFeed.with({ url: 'x' }), parse, parse)
    // @ts-expect-error a job without its input cannot begin
    expect(codeOf(() => chain())).toBe('FLOW_INVALID')
  })

  it('names a job that stands without its input where a call has to', () => {
    const refusal = expect.objectContaining({
      code: 'FLOW_INVALID',
      message: expect.stringContaining('the job double'),
    })
    expect(() => chain(double as never, total as never)).toThrow(refusal)
    expect(() => group([double as never])).toThrow(refusal)
    expect(codeOf(() => chain(double.with(1), undefined as never))).toBe('FLOW_INVALID')
  })

  it('holds chains, groups and chords as its parts', () => {
    const inner = chain(double.with(1), double)
    const call = chain(group([inner, double.with(2)]), total)
    expectTypeOf(call).toEqualTypeOf<JobCall<number>>()
    expect(JSON.stringify(call.input)).toContain('"job":"engine.flow"')
  })
})

describe('a group', () => {
  it('has the list of the results, each of its own type', () => {
    const mixed = group([double.with(1), fetchFeed.with({ url: 'x' })])
    expectTypeOf<NonNullable<(typeof mixed)['~output']>>().toEqualTypeOf<[number, { xml: string }]>()
    const many = group([1, 2, 3].map((n) => double.with(n)))
    expectTypeOf<NonNullable<(typeof many)['~output']>>().toEqualTypeOf<number[]>()
    const settled = group([double.with(1)], { policy: 'settle' })
    expectTypeOf<NonNullable<(typeof settled)['~output']>>().toEqualTypeOf<[Settled<number>]>()
  })

  it('is refused without a call', () => {
    expect(codeOf(() => group([]))).toBe('FLOW_INVALID')
  })
})

describe('a chord', () => {
  it('gives its callback the list, and has the result of the callback', () => {
    const call = chord(group([1, 2].map((n) => double.with(n))), total)
    expectTypeOf(call).toEqualTypeOf<JobCall<number>>()
    expect(call.input).toMatchObject({ kind: 'chord', policy: 'all', callback: { job: 'total' } })
    // @ts-expect-error a list is no number
    chord(group([double.with(1)]), double)
    expectTypeOf(chord(group([double.with(1)]), far.with(1))).toEqualTypeOf<JobCall<void>>()
  })

  it('is refused around anything else than a group', () => {
    const chained = chain(double.with(1))
    // @ts-expect-error a chain is no group
    expect(codeOf(() => chord(chained, total))).toBe('FLOW_INVALID')
  })
})

describe('a workflow', () => {
  it('that calls a chain, a group or a chord is given a result of their type', () => {
    const run = async (wf: WorkflowContext): Promise<void> => {
      expectTypeOf(await wf.call(chain(double.with(1), double))).toEqualTypeOf<number>()
      expectTypeOf(await wf.call(group([double.with(1), double.with(2)]))).toEqualTypeOf<[number, number]>()
      expectTypeOf(await wf.call({ job: double, input: 1 })).toEqualTypeOf<unknown>()
    }
    expect(run).toBeTypeOf('function')
  })
})
