import { describe, expect, test } from 'vitest'
import { EngineError } from '../errors.ts'
import { PermanentError, RetryAfter } from '../job/errors.ts'
import { nextAttemptAt, type StepPolicy, stepPolicy } from './step-policy.ts'

const ground = { now: 1_000_000, random: () => 1 }
const calm: StepPolicy = stepPolicy({ retry: { attempts: 3, base: '2s', jitter: 'none' } }, 9)

function next(error: unknown, attempt = 1, policy = calm): number | undefined {
  const due = nextAttemptAt(error, policy, attempt, ground)
  return due === undefined ? undefined : due - ground.now
}

describe('how often a step is tried', () => {
  test('takes its defaults where nothing is said', () => {
    expect(stepPolicy({}, 3)).toEqual({
      attempts: 3,
      backoff: { backoff: 'exponential', baseMs: 1_000, maxMs: 3_600_000, jitter: 'full' },
      permanent: [],
      timeoutMs: 300_000,
    })
  })

  test('takes what is said', () => {
    class Hopeless extends Error {}
    const retry = {
      attempts: 7,
      backoff: 'fixed',
      base: '5s',
      max: '1m',
      jitter: 'none',
      permanent: [Hopeless],
    } as const
    expect(stepPolicy({ retry, timeout: '10s' }, 3)).toEqual({
      attempts: 7,
      backoff: { backoff: 'fixed', baseMs: 5_000, maxMs: 60_000, jitter: 'none' },
      permanent: [Hopeless],
      timeoutMs: 10_000,
    })
  })

  test('names the field of a duration that is none', () => {
    // @ts-expect-error: no such unit
    expect(() => stepPolicy({ timeout: '3 years' }, 3)).toThrow('timeout of a step')
    // @ts-expect-error: no such unit
    expect(() => stepPolicy({ retry: { base: 'soon' } }, 3)).toThrow('retry.base of a step')
    // @ts-expect-error: no such unit
    expect(() => stepPolicy({ retry: { max: 'late' } }, 3)).toThrow('retry.max of a step')
  })

  test('waits longer after each failure, until its attempts are used up', () => {
    expect([next(new Error('x'), 1), next(new Error('x'), 2), next(new Error('x'), 3)]).toEqual([
      2_000,
      4_000,
      undefined,
    ])
    expect(next(new Error('x'), 4)).toBeUndefined()
  })

  test('is over at once for what no attempt can cure', () => {
    class Hopeless extends Error {}
    expect(next(new PermanentError('no'))).toBeUndefined()
    expect(next(new Hopeless(), 1, { ...calm, permanent: [Hopeless] })).toBeUndefined()
    expect(next(new Error('another'), 1, { ...calm, permanent: [Hopeless] })).toBe(2_000)
    const codes = ['PAYLOAD_INVALID', 'PAYLOAD_TOO_LARGE', 'RESULT_INVALID', 'RESULT_TOO_LARGE', 'STEP_NESTED'] as const
    for (const code of codes) expect(next(new EngineError(code, 'no'))).toBeUndefined()
    expect(next(new EngineError('TIMEOUT', 'late'))).toBe(2_000)
  })

  test('follows an error that knows when to come back', () => {
    expect(next(new RetryAfter('7s'))).toBe(7_000)
    expect(next(new RetryAfter(1.5))).toBe(2)
    expect(next(new RetryAfter(-3))).toBe(0)
    expect(next(new RetryAfter(Number.NaN))).toBe(2_000)
    expect(next(new RetryAfter('7s'), 3)).toBeUndefined()
  })
})
