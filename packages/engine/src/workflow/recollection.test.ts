import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import type { StepRow } from '../store/steps.ts'
import { Recollection } from './recollection.ts'

function recorded(name: string, seq: number, given: Partial<StepRow> = {}): StepRow {
  return {
    run: 1,
    name,
    seq,
    kind: 'step',
    state: 'done',
    alone: true,
    attempt: 1,
    due: null,
    child: null,
    startedAt: 0,
    endedAt: 1,
    result: null,
    error: null,
    ...given,
  }
}

function refusal(call: () => unknown): EngineError {
  try {
    call()
  } catch (error) {
    if (error instanceof EngineError) return error
  }
  throw new Error('it was not refused')
}

describe('what a run remembers of its steps', () => {
  test('gives new calls numbers in their order', () => {
    const memory = new Recollection([])
    expect(memory.call('a', 'step', true)).toEqual({ name: 'a', kind: 'step', seq: 1, alone: true, row: undefined })
    expect(memory.call('b', 'sleep', false)).toEqual({ name: 'b', kind: 'sleep', seq: 2, alone: false, row: undefined })
  })

  test('answers a call with what is recorded of it, under the number it had', () => {
    const row = recorded('a', 7, { alone: false })
    const memory = new Recollection([row])
    expect(memory.call('a', 'step', true)).toEqual({ name: 'a', kind: 'step', seq: 7, alone: false, row })
  })

  test('is replaying until the code has come to everything', () => {
    const memory = new Recollection([recorded('a', 1), recorded('b', 2)])
    expect(memory.replaying).toBe(true)
    memory.call('a', 'step', true)
    expect(memory.replaying).toBe(true)
    expect(memory.divergence).toMatchObject({ code: 'WORKFLOW_DIVERGED', step: 'b' })
    expect(memory.divergence?.message).toContain('"b" is recorded, but the code does not come to it')
    memory.call('b', 'step', true)
    expect(memory.replaying).toBe(false)
    expect(memory.divergence).toBeUndefined()
  })

  test('numbers what is new after everything recorded, and no longer calls it alone when the numbers have a gap', () => {
    const memory = new Recollection([recorded('a', 1), recorded('c', 5, { alone: false })])
    memory.call('a', 'step', true)
    memory.call('c', 'step', false)
    expect(memory.call('d', 'step', true)).toMatchObject({ seq: 6, alone: false })
  })

  test('refuses a second step of one name', () => {
    const memory = new Recollection([])
    memory.call('a', 'step', true)
    const error = refusal(() => memory.call('a', 'step', true))
    expect(error.code).toBe('STEP_DUPLICATE')
    expect(error.message).toContain('two steps of this workflow are named "a"')
  })

  test('refuses names that are empty, longer than 200 characters or hold control characters', () => {
    const memory = new Recollection([])
    for (const name of ['', 'a'.repeat(201), 'a\u0000b']) {
      const error = refusal(() => memory.call(name, 'step', true))
      expect(error.code).toBe('NAME_INVALID')
      expect(error.message).toContain('1 to 200 characters')
    }
    expect(memory.call('a'.repeat(200), 'step', true).seq).toBe(1)
  })

  test('sees that a step has become something else', () => {
    const memory = new Recollection([recorded('a', 1)])
    const error = refusal(() => memory.call('a', 'sleep', true))
    expect(error).toMatchObject({ code: 'WORKFLOW_DIVERGED', step: 'a' })
    expect(error.message).toContain('was recorded as a step and is a sleep now')
    expect(error.message).toContain('wf.since()')
  })

  test('sees that two steps which followed one another have been swapped', () => {
    const memory = new Recollection([recorded('a', 1), recorded('b', 2)])
    const error = refusal(() => memory.call('b', 'step', true))
    expect(error).toMatchObject({ code: 'WORKFLOW_DIVERGED', step: 'b' })
    expect(error.message).toContain('was number 2 when it was recorded and is number 1 now')
  })

  test('lets steps that ran side by side come in any order', () => {
    const memory = new Recollection([recorded('a', 1, { alone: false }), recorded('b', 2, { alone: false })])
    expect(memory.call('b', 'step', false).seq).toBe(2)
    expect(memory.call('a', 'step', false).seq).toBe(1)
    expect(memory.replaying).toBe(false)
  })

  test('follows any code that makes the same calls again, and stops at the first that is missing', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(names, fc.nat(), (calls, pick) => {
        const first = new Recollection([])
        const rows = calls.map((name) => recorded(name, first.call(name, 'step', true).seq))
        const again = new Recollection(rows)
        for (const name of calls) expect(again.call(name, 'step', true).row?.name).toBe(name)
        expect(again.replaying).toBe(false)
        const missing = pick % calls.length
        const changed = new Recollection(rows)
        for (const name of calls.slice(0, missing)) changed.call(name, 'step', true)
        expect(changed.divergence).toMatchObject({ step: calls[missing] })
        const next = calls[missing + 1]
        if (next !== undefined) expect(refusal(() => changed.call(next, 'step', true)).code).toBe('WORKFLOW_DIVERGED')
      }),
    )
  })
})
