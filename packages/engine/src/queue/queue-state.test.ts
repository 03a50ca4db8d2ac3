import { describe, expect, test } from 'vitest'
import { claimedRun } from './claimed-run.testing.ts'
import { QueueState } from './queue-state.ts'

function queue(concurrency = 10): QueueState {
  return new QueueState('default', concurrency)
}

/** Puts runs with these numbers at hand. */
function add(state: QueueState, ids: readonly number[], at = 0): void {
  state.add(
    ids.map((id) => claimedRun(id)),
    at,
  )
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

/** Starts what may start; answers the numbers. */
function start(state: QueueState): readonly number[] {
  const started: number[] = []
  for (let run = state.next(); run !== undefined; run = state.next()) {
    state.running++
    started.push(run.id)
  }
  return started
}

describe('a queue', () => {
  test('is hungry from the beginning, until a claim has found less than it asked for, and again at each reason', () => {
    const state = queue()
    expect(state.hungry).toBe(true)
    state.seen = state.wakes
    expect(state.hungry).toBe(false)
    expect(state.appetite).toBe(0)
    state.wakes++
    expect(state.hungry).toBe(true)
    expect(state.appetite).toBe(10)
  })

  test('starts its runs in the order of their claims, and no more at once than it may', () => {
    const state = queue(2)
    add(state, [1, 2])
    add(state, [3])
    expect(state.waiting).toBe(3)
    expect(start(state)).toEqual([1, 2])
    expect(state.waiting).toBe(1)
    state.running--
    expect(start(state)).toEqual([3])
    expect(state.waiting).toBe(0)
    state.running = 0
    expect(state.next()).toBeUndefined()
  })

  test('takes new runs after all that waited have started', () => {
    const state = queue(5)
    add(state, [1, 2])
    expect(start(state)).toEqual([1, 2])
    add(state, [3, 4])
    expect(state.waiting).toBe(2)
    expect(start(state)).toEqual([3, 4])
  })

  test('keeps its name and its concurrency', () => {
    expect(new QueueState('mail', 3)).toMatchObject({ name: 'mail', concurrency: 3, running: 0, waiting: 0 })
  })
})

describe('how many runs it claims', () => {
  test('is its concurrency while it does not know how long they take', () => {
    const state = queue(10)
    expect(state.appetite).toBe(10)
    add(state, upTo(4))
    expect(state.appetite).toBe(6)
    start(state)
    expect(state.appetite).toBe(6)
  })

  test('is what is missing as long as slots are free, and nothing once all are taken', () => {
    const state = queue(10)
    add(state, upTo(9))
    expect(state.appetite).toBe(1)
    add(state, [10])
    expect(state.appetite).toBe(0)
  })

  test('reaches ahead as far as 50 ms of quick work', () => {
    const state = queue(10)
    state.ended(5)
    // 10 slots, each good for 10 runs of 5 ms in 50 ms.
    expect(state.appetite).toBe(110)
    state.ended(5)
    expect(state.appetite).toBe(110)
  })

  test('rounds up, so that even nearly slow work is claimed ahead', () => {
    const state = queue(1)
    state.ended(49)
    expect(state.appetite).toBe(1 + 2)
  })

  test('reaches 512 ahead at most, and copes with work that takes no time', () => {
    const state = queue(10)
    state.ended(0)
    expect(state.appetite).toBe(522)
    const single = queue(1)
    single.ended(0)
    expect(single.appetite).toBe(1 + 500)
  })

  test('does not reach ahead of work that takes 50 ms or longer', () => {
    const state = queue(10)
    state.ended(50)
    expect(state.appetite).toBe(10)
  })

  test('is nothing until half of what it wants at hand has started', () => {
    const state = queue(10)
    state.ended(5)
    add(state, upTo(56))
    expect(state.appetite).toBe(0)
    const half = queue(10)
    half.ended(5)
    add(half, upTo(55))
    expect(half.appetite).toBe(55)
  })

  test('is what fills every slot even when more than half is at hand', () => {
    const state = queue(100)
    state.ended(49)
    // It wants 203 at hand, and 102 are more than half.
    add(state, upTo(102))
    expect(state.appetite).toBe(0)
    const slots = queue(1_000)
    slots.ended(5)
    // It wants 1,512 at hand; 900 are more than half of it, but leave slots empty.
    add(slots, upTo(900))
    expect(slots.appetite).toBe(612)
    add(slots, upTo(100))
    expect(slots.appetite).toBe(0)
  })

  test('follows the mean duration, of which each run counts a twentieth', () => {
    const state = queue(1)
    state.ended(10)
    // 0.95 × 10 + 0.05 × 110 = 15 ms: 3.3 runs ahead.
    state.ended(110)
    expect(state.appetite).toBe(1 + 4)
  })

  test('does not reach ahead after the queue turned out slow, until it has proved quick again', () => {
    const state = queue(10)
    state.ended(5)
    state.slowDown()
    expect(state.appetite).toBe(10)
    state.ended(1)
    expect(state.appetite).toBeGreaterThan(10)
  })

  test('stays small for a while when the queue was slow already', () => {
    const state = queue(10)
    state.ended(1_000)
    state.slowDown()
    state.ended(1)
    expect(state.appetite).toBe(10)
    const unknown = queue(10)
    unknown.slowDown()
    expect(unknown.appetite).toBe(10)
    unknown.ended(49)
    expect(unknown.appetite).toBe(10 + 11)
  })
})

describe('runs that wait too long', () => {
  test('are taken out when they were claimed before the instant, and the others stay in order', () => {
    const state = queue()
    add(state, [1, 2], 100)
    add(state, [3], 200)
    add(state, [4], 300)
    expect(state.takeOlderThan(200).map(({ id }) => id)).toEqual([1, 2])
    expect(state.waiting).toBe(2)
    expect(start(state)).toEqual([3, 4])
  })

  test('are only those that have not started', () => {
    const state = queue(2)
    add(state, [1, 2, 3, 4], 100)
    expect(start(state)).toEqual([1, 2])
    expect(state.takeOlderThan(101).map(({ id }) => id)).toEqual([3, 4])
    expect(state.waiting).toBe(0)
    add(state, [5], 200)
    state.running = 0
    expect(start(state)).toEqual([5])
  })
})

describe('runs that are not ours any more', () => {
  test('are forgotten, and the others stay in order', () => {
    const state = queue(1)
    add(state, [1, 2, 3, 4])
    expect(start(state)).toEqual([1])
    state.drop(new Set([3, 99]))
    expect(state.waiting).toBe(2)
    state.running = -1
    expect(start(state)).toEqual([2, 4])
  })

  test('may be all of them, or none', () => {
    const state = queue(5)
    add(state, [1, 2])
    state.drop(new Set())
    expect(state.waiting).toBe(2)
    state.drop(new Set([1, 2]))
    expect(state.waiting).toBe(0)
    expect(start(state)).toEqual([])
    add(state, [3])
    expect(start(state)).toEqual([3])
  })
})
