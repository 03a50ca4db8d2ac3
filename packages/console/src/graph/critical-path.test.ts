import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { criticalPath } from './critical-path.ts'
import { succession, type Timed } from './succession.ts'

const ORIGIN = Date.UTC(2026, 0, 1)
const iso = (offset: number): string => new Date(ORIGIN + offset).toISOString()
const step = (from: number, to?: number, beside = false): Timed => ({
  startedAt: iso(from),
  ...(to !== undefined && { endedAt: iso(to) }),
  ...(beside && { beside }),
})

/** Steps in the order of their calls, as a workflow records them: short times, so that many fall together. */
const recorded = fc
  .array(fc.record({ wait: fc.nat(6), took: fc.option(fc.nat(9), { freq: 12 }) }), { maxLength: 60 })
  .map((list) => {
    let at = 0
    const steps: Timed[] = []
    for (const { wait, took } of list) {
      at += wait
      const beside = steps.some(({ endedAt }) => endedAt === undefined || Date.parse(endedAt) - ORIGIN > at)
      steps.push(step(at, took === null ? undefined : at + took, beside))
    }
    return steps
  })

const startOf = ({ startedAt }: Timed): number => Date.parse(startedAt)
const endOf = ({ endedAt }: Timed): number => (endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt))

describe('the critical path', () => {
  test('is the longer of two branches, with what came before and after', () => {
    const steps = [step(0, 10), step(10, 15), step(10, 90, true), step(90, 95)]
    expect(criticalPath(steps)).toEqual([0, 2, 3])
  })

  test('ends with the step that has not ended', () => {
    expect(criticalPath([step(0, 10), step(10, undefined), step(10, 500, true)])).toEqual([0, 1])
  })

  test('is empty without steps', () => {
    expect(criticalPath([])).toEqual([])
  })

  test('goes forward without overlaps, ends with what ended last, and waits for nothing else in between', () => {
    fc.assert(
      fc.property(recorded, (steps) => {
        const path = criticalPath(steps).map((index) => steps[index] as Timed)
        expect(path.length > 0).toBe(steps.length > 0)
        const final = path.at(-1)
        if (final !== undefined) expect(endOf(final)).toBe(Math.max(...steps.map(endOf)))
        path.forEach((each, place) => {
          const previous = path[place - 1]
          const done = steps.filter(
            (other) => other !== each && endOf(other) <= startOf(each) && startOf(other) < startOf(each),
          )
          const latest = Math.max(...done.map(endOf))
          if (previous === undefined) expect(done).toEqual([])
          else expect(endOf(previous)).toBe(Math.max(latest, endOf(previous)))
          if (previous !== undefined) expect(endOf(previous)).toBeLessThanOrEqual(startOf(each))
        })
      }),
    )
  })

  test('names no step twice, however many fall into one millisecond', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (beside) => {
        const path = criticalPath(beside.map((each) => step(5, 5, each)))
        expect(new Set(path).size).toBe(path.length)
      }),
    )
  })
})

describe('the succession of steps', () => {
  test('puts steps of the same millisecond in a row, and beside each other when one was under way', () => {
    expect(succession([step(5, 5), step(5, 5), step(5, 5)]).rank).toEqual([0, 1, 2])
    expect(succession([step(5, 5), step(5, 5, true), step(5, 5, true), step(5, 9)]).rank).toEqual([0, 0, 0, 1])
  })

  test('puts what was called beside another after all that was over when that other was called', () => {
    const { rank, before } = succession([step(5, 5), step(5, 5), step(5, 5, true), step(5, 5)])
    expect(rank).toEqual([0, 1, 1, 2])
    expect(before.map((each) => each.toSorted())).toEqual([[], [0], [0], [1, 2]])
  })

  test('lets one be under way when another was called beside it, though it ended in that millisecond', () => {
    expect(succession([step(0, 5), step(5, 9, true)]).rank).toEqual([0, 0])
    expect(succession([step(0, 5), step(1, 5, true), step(5, 9, true)]).rank).toEqual([0, 0, 1])
  })

  test('finds the branches of a program again, whatever fell into one millisecond', () => {
    // Stretches one after the other, each of steps side by side; the clock counts thousandths and the record a few of them.
    const program = fc.array(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(program, (stretches) => {
        const steps: Timed[] = []
        const wanted: number[] = []
        let now = 0
        stretches.forEach((stretch, place) => {
          stretch.forEach((took, index) => {
            steps.push(step(Math.floor(now / 1_000), Math.floor((now + took) / 1_000), index > 0))
            wanted.push(place)
          })
          now += Math.max(...stretch)
        })
        expect(succession(steps).rank).toEqual(wanted)
      }),
    )
  })

  test('joins the branches before a step, and none that came before those', () => {
    const { before } = succession([step(0, 10), step(10, 20), step(10, 30, true), step(30, 40)])
    expect(before.map((each) => each.toSorted())).toEqual([[], [0], [0], [1, 2]])
  })

  test('ranks a step above everything that was over when it began', () => {
    fc.assert(
      fc.property(recorded, (steps) => {
        const { rank, before } = succession(steps)
        steps.forEach((each, index) => {
          const over = steps.flatMap((other, place) =>
            endOf(other) <= startOf(each) && startOf(other) < startOf(each) ? [rank[place] ?? 0] : [],
          )
          expect(rank[index]).toBeGreaterThan(Math.max(-1, ...over))
          for (const other of before[index] ?? []) expect(rank[index]).toBeGreaterThan(rank[other] ?? 0)
          expect((before[index] ?? []).length > 0).toBe((rank[index] ?? 0) > 0)
        })
      }),
    )
  })

  test('of 20,000 steps is found at once', () => {
    const steps = Array.from({ length: 20_000 }, (_, index) => step(index, index + 7, index % 3 > 0))
    expect(succession(steps).rank.at(-1)).toBeGreaterThan(2_000)
  })
})
