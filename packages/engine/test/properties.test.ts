import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, job, type Rate } from '@regie/engine'
import { fakeClock, startTestEngine, until } from '@regie/engine/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Backoff, backoffMs } from '../src/job/backoff.ts'

const policies: fc.Arbitrary<Backoff> = fc.record({
  backoff: fc.constantFrom('exponential' as const, 'fixed' as const),
  baseMs: fc.integer({ min: 0, max: 3_600_000 }),
  maxMs: fc.integer({ min: 1, max: 86_400_000 }),
  jitter: fc.constantFrom('full' as const, 'none' as const),
})
const attempts = fc.integer({ min: 1, max: 10_000 })
const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the wait before a retry', () => {
  it('is a whole number of milliseconds between nothing and its maximum, after however many attempts', () => {
    const holds = (policy: Backoff, attempt: number, fraction: number): void => {
      const wait = backoffMs(policy, attempt, () => fraction)
      expect(Number.isSafeInteger(wait)).toBe(true)
      expect(wait).toBeGreaterThanOrEqual(0)
      expect(wait).toBeLessThanOrEqual(policy.maxMs)
    }
    fc.assert(fc.property(policies, attempts, fractions, holds))
  })

  it('never becomes shorter from one attempt to the next, for the same draw', () => {
    const holds = (policy: Backoff, attempt: number, fraction: number): void => {
      const [now, next] = [attempt, attempt + 1].map((each) => backoffMs(policy, each, () => fraction))
      expect(next).toBeGreaterThanOrEqual(now ?? 0)
    }
    fc.assert(fc.property(policies, attempts, fractions, holds))
  })

  it('is the draw times the bound, and the bound itself without jitter', () => {
    const holds = (policy: Backoff, attempt: number, fraction: number): void => {
      const bound = backoffMs({ ...policy, jitter: 'none' }, attempt, () => fraction)
      const drawn = backoffMs({ ...policy, jitter: 'full' }, attempt, () => fraction)
      expect(Math.abs(drawn - bound * fraction)).toBeLessThanOrEqual(1)
    }
    fc.assert(fc.property(policies, attempts, fractions, holds))
  })
})

interface Traffic {
  readonly burst: number
  readonly intervalMs: number
  readonly slots: number
  /** How many arrive, and how long the clock then moves, by leaps or by steps. */
  readonly waves: readonly { readonly count: number; readonly afterMs: number; readonly leap: boolean }[]
}

const traffic: fc.Arbitrary<Traffic> = fc.record({
  burst: fc.integer({ min: 1, max: 5 }),
  intervalMs: fc.integer({ min: 20, max: 400 }),
  slots: fc.integer({ min: 1, max: 4 }),
  waves: fc.array(
    fc.record({
      count: fc.integer({ min: 0, max: 6 }),
      afterMs: fc.integer({ min: 0, max: 1_500 }),
      leap: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

/** Sends the traffic through an engine on a real file; answers the instants of the starts and the most that ran at once. */
async function startsOf({ burst, intervalMs, slots, waves }: Traffic) {
  const folder = await mkdtemp(join(tmpdir(), 'regie-properties-'))
  const clock = fakeClock()
  const starts: number[] = []
  let running = 0
  let most = 0
  const rate: Rate = `${burst}/${burst * intervalMs}ms`
  const call = job({
    name: 'call',
    input: z.object({}),
    limits: [{ key: 'both', concurrency: slots, rate }],
    async run() {
      starts.push(clock.now())
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
    },
  })
  const database = { kind: 'sqlite', path: join(folder, 'x.sqlite'), durability: 'fast' } as const
  const total = waves.reduce((sum, { count }) => sum + count, 0)
  {
    await using engine: Engine = await startTestEngine({ database, jobs: [call], clock })
    for (const { count, afterMs, leap } of waves) {
      await engine.enqueueMany(
        call,
        Array.from({ length: count }, () => ({})),
      )
      await (leap ? clock.leap(afterMs) : clock.advance(afterMs))
    }
    await until('everything has run', async () => {
      await clock.advance(intervalMs)
      return (await engine.runs.count({ state: ['succeeded'] })) === total
    })
  }
  await rm(folder, { recursive: true })
  return { starts, most, total }
}

describe('a rate and a concurrency on one key', () => {
  it('let everything through once, never more than the slots allow, nor than the bucket holds, however late a start comes', async () => {
    const holds = async (given: Traffic): Promise<void> => {
      const { starts, most, total } = await startsOf(given)
      expect(starts).toHaveLength(total)
      expect(most).toBeLessThanOrEqual(given.slots)
      for (const [from, first] of starts.entries()) {
        for (const [offset, later] of starts.slice(from).entries()) {
          const slackMs = Math.min(50, given.intervalMs)
          const refilled = Math.floor((later - first + slackMs) / given.intervalMs + 1e-9)
          expect(offset + 1, `starts from ${first} to ${later}`).toBeLessThanOrEqual(given.burst + refilled)
        }
      }
    }
    await fc.assert(fc.asyncProperty(traffic, holds), { numRuns: 25, interruptAfterTimeLimit: 10_000 })
  }, 30_000)
})
