import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { EngineError, type EngineErrorCode } from '../errors.ts'
import { PermanentError, RetryAfter } from '../job/errors.ts'
import { job, type RetryPolicy } from '../job/job.ts'
import { createRegistry, type KnownJob } from '../job/registry.ts'
import { outcomeOfError } from './outcome.ts'

class Rejected extends Error {}
class RejectedByBank extends Rejected {}

function known(retry: RetryPolicy = {}): KnownJob {
  const pay = job({ name: 'pay', input: z.object({}), retry, run() {} })
  const found = createRegistry([pay], { default: {} }).get('pay')
  if (found === undefined) throw new Error('the job pay is not known')
  return found
}

interface Case {
  readonly retry?: RetryPolicy
  readonly attempt?: number
  readonly deadline?: number
  readonly interruption?: EngineError
}

const NOW = 1_000_000

function outcome(error: unknown, { retry, attempt = 1, deadline, interruption }: Case = {}) {
  const policy = { attempts: 3, base: '10s', jitter: 'full', ...retry } as const
  return outcomeOfError(error, known(policy), attempt, { now: NOW, random: () => 0.5, deadline, interruption })
}

function interrupted(code: EngineErrorCode): Case {
  return { interruption: new EngineError(code, `because of ${code}`) }
}

describe('an error thrown by an attempt', () => {
  test('leads to another attempt after the backoff of this one', () => {
    expect(outcome(new Error('no answer'))).toMatchObject({
      kind: 'retry',
      due: NOW + 5_000,
      error: { code: 'Error', message: 'no answer' },
    })
    expect(outcome(new Error('no answer'), { attempt: 2 })).toMatchObject({ kind: 'retry', due: NOW + 10_000 })
  })

  test('fails the run at its last attempt, and at any beyond', () => {
    expect(outcome(new Error('no answer'), { attempt: 3 })).toMatchObject({
      kind: 'failed',
      error: { message: 'no answer' },
    })
    expect(outcome(new Error('no answer'), { attempt: 4 })).toMatchObject({ kind: 'failed' })
  })

  test('that knows when to come back decides the wait itself, but not whether an attempt is left', () => {
    const busy = new RetryAfter('90s')
    expect(outcome(busy)).toMatchObject({ kind: 'retry', due: NOW + 90_000 })
    expect(outcome(busy, { attempt: 3 })).toMatchObject({ kind: 'failed', error: { code: 'RetryAfter' } })
  })

  test('that is permanent by its class, or by a class the job names, fails the run at once', () => {
    expect(outcome(new PermanentError('no such account'))).toMatchObject({ kind: 'failed' })
    const retry = { permanent: [TypeError, Rejected] }
    expect(outcome(new Rejected('no funds'), { retry })).toMatchObject({ kind: 'failed' })
    expect(outcome(new RejectedByBank('no funds'), { retry })).toMatchObject({ kind: 'failed' })
    expect(outcome(new RangeError('too much'), { retry })).toMatchObject({ kind: 'retry' })
    expect(outcome(new Rejected('no funds'))).toMatchObject({ kind: 'retry' })
  })

  test.each(['PAYLOAD_INVALID', 'RESULT_TOO_LARGE', 'DEADLINE_EXCEEDED', 'JOB_INVALID'] as const)(
    'of the engine that no retry can cure fails the run at once: %s',
    (code) => {
      expect(outcome(new EngineError(code, 'as before'))).toMatchObject({ kind: 'failed', error: { code } })
    },
  )

  test.each(['TIMEOUT', 'STORE_BUSY', 'ISOLATED_CRASH'] as const)(
    'of the engine that may pass is tried again: %s',
    (code) => {
      expect(outcome(new EngineError(code, 'this time'))).toMatchObject({ kind: 'retry', error: { code } })
    },
  )

  test('of the engine is judged by its code, even when the job calls every error permanent', () => {
    const retry = { permanent: [Error] }
    expect(outcome(new EngineError('TIMEOUT', 'too long'), { retry })).toMatchObject({ kind: 'retry' })
  })

  test('says that the lease is gone: somebody else has the run', () => {
    expect(outcome(new EngineError('LEASE_LOST', 'taken over'))).toEqual({ kind: 'lost' })
    expect(outcome(new EngineError('LEASE_LOST', 'taken over'), { attempt: 3 })).toEqual({ kind: 'lost' })
  })

  test('may be anything at all', () => {
    expect(outcome('no answer')).toMatchObject({ kind: 'retry', error: { code: 'NOT_AN_ERROR', message: 'no answer' } })
    expect(outcome(undefined)).toMatchObject({ kind: 'retry' })
  })
})

describe('an attempt that was interrupted', () => {
  const error = new Error('the handler fell over its signal')

  test('by a cancellation ends the run with the reason of the cancellation', () => {
    expect(outcome(error, interrupted('ABORTED'))).toMatchObject({
      kind: 'cancelled',
      error: { code: 'ABORTED', message: 'because of ABORTED' },
    })
  })

  test('by a stop of the engine comes back as the same attempt', () => {
    expect(outcome(error, interrupted('ENGINE_STOPPED'))).toEqual({ kind: 'returned' })
    expect(outcome(error, { ...interrupted('ENGINE_STOPPED'), attempt: 3 })).toEqual({ kind: 'returned' })
  })

  test('by the loss of its lease is no longer ours', () => {
    expect(outcome(error, interrupted('LEASE_LOST'))).toEqual({ kind: 'lost' })
  })

  test('by its time limit is tried again, and keeps the time limit as its error', () => {
    expect(outcome(error, interrupted('TIMEOUT'))).toMatchObject({
      kind: 'retry',
      due: NOW + 5_000,
      error: { code: 'TIMEOUT', message: 'because of TIMEOUT' },
    })
  })

  test('by its deadline fails, whatever the handler then threw', () => {
    expect(outcome(new RetryAfter('1s'), interrupted('DEADLINE_EXCEEDED'))).toMatchObject({
      kind: 'failed',
      error: { code: 'DEADLINE_EXCEEDED', message: 'because of DEADLINE_EXCEEDED' },
    })
  })
})

describe('a deadline', () => {
  test('leaves time for an attempt that would come before it', () => {
    expect(outcome(new Error('no answer'), { deadline: NOW + 5_001 })).toMatchObject({
      kind: 'retry',
      due: NOW + 5_000,
    })
  })

  test.each([5_000, 4_999])('fails the run when the next attempt would not: %d ms are left of 5,000', (left) => {
    const failed = outcome(new Error('no answer'), { deadline: NOW + left })
    expect(failed).toMatchObject({ kind: 'failed', error: { code: 'DEADLINE_EXCEEDED' } })
    expect(failed).toHaveProperty('error.message', 'the next attempt of pay would come after its deadline: no answer')
  })
})
