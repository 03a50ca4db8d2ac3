import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClaimedRun } from '../store/hot.ts'
import { claimedRun } from './claimed-run.testing.ts'
import { LeaseBook } from './lease-book.ts'

const runs = (...ids: readonly number[]): readonly ClaimedRun[] => ids.map((id) => claimedRun(id, { attempt: id * 10 }))

/** A book with these runs under these leases, and the claims by their ids. */
function bookOf(leases: Readonly<Record<number, readonly number[]>>) {
  const book = new LeaseBook()
  const claims = new Map<number, ClaimedRun>()
  for (const [lease, ids] of Object.entries(leases)) {
    const claimed = runs(...ids)
    for (const run of claimed) claims.set(run.id, run)
    book.add({ leaseId: Number(lease), queue: 'default', runs: claimed })
  }
  const claim = (id: number): ClaimedRun => claims.get(id) ?? claimedRun(id)
  return { book, claim }
}

describe('a book of leases', () => {
  test('knows the leases it was given, and the runs of each', () => {
    const { book, claim } = bookOf({ 7: [1, 2], 8: [3] })
    expect(book.leases).toEqual([7, 8])
    expect(book.knows(7)).toBe(true)
    expect(book.knows(9)).toBe(false)
    expect(book.runsOf(7)).toEqual([claim(1), claim(2)])
    expect(book.runsOf(9)).toEqual([])
  })

  test('holds a claim until it is crossed out', () => {
    const { book, claim } = bookOf({ 7: [1, 2] })
    expect(book.holds(claim(1))).toBe(true)
    book.remove([claim(1)])
    expect(book.holds(claim(1))).toBe(false)
    expect(book.holds(claim(2))).toBe(true)
    expect(book.runsOf(7)).toEqual([claim(2)])
    expect(book.rests(new Set([1]))).toEqual([])
  })

  test('does not hold a run it never saw', () => {
    const { book } = bookOf({ 7: [1] })
    expect(book.holds(claimedRun(5))).toBe(false)
    book.remove([claimedRun(5)])
    expect(book.runsOf(7)).toHaveLength(1)
  })

  test('forgets leases, and everything when it is cleared', () => {
    const { book, claim } = bookOf({ 7: [1], 8: [2], 9: [3] })
    book.forget([7, 8])
    expect(book.leases).toEqual([9])
    expect([1, 2, 3].map((id) => book.holds(claim(id)))).toEqual([false, false, true])
    book.clear()
    expect(book.leases).toEqual([])
    expect(book.holds(claim(3))).toBe(false)
    expect(book.rests(new Set([3]))).toEqual([])
  })
})

describe('a run claimed a second time, because the server forgot the first claim', () => {
  const first = claimedRun(1)
  const second = claimedRun(1)

  function claimedTwice(): LeaseBook {
    const book = new LeaseBook()
    book.add({ leaseId: 7, queue: 'default', runs: [first, claimedRun(2)] })
    book.add({ leaseId: 8, queue: 'default', runs: [second] })
    return book
  }

  test('belongs to the second claim alone', () => {
    const book = claimedTwice()
    expect(book.holds(first)).toBe(false)
    expect(book.holds(second)).toBe(true)
    expect(book.runsOf(7).map(({ id }) => id)).toEqual([2])
    expect(book.rests(new Set([1]))).toEqual([{ id: 8, ids: [], attempts: [] }])
  })

  test('stays in the book when the first handler crosses it out', () => {
    const book = claimedTwice()
    book.remove([first])
    expect(book.holds(second)).toBe(true)
    expect(book.runsOf(8)).toEqual([second])
    book.remove([second])
    expect(book.runsOf(8)).toEqual([])
  })

  test('under the same lease number is only the second claim, too', () => {
    const book = new LeaseBook()
    book.add({ leaseId: 7, queue: 'default', runs: [first] })
    book.add({ leaseId: 7, queue: 'default', runs: [second] })
    expect([book.holds(first), book.holds(second)]).toEqual([false, true])
  })
})

test('a run whose lease was forgotten may be claimed again', () => {
  const { book } = bookOf({ 7: [1] })
  book.forget([7])
  const again = claimedRun(1)
  book.add({ leaseId: 8, queue: 'default', runs: [again] })
  expect(book.holds(again)).toBe(true)
})

describe('a lease closes with a commit', () => {
  test('when all its runs end in it, and not while one is left', () => {
    const { book } = bookOf({ 7: [1, 2], 8: [3, 4] })
    expect(book.closing(new Set([1, 2, 3]))).toEqual([7])
    expect(book.closing(new Set([1]))).toEqual([])
    expect(book.closing(new Set([1, 2, 3, 4]))).toEqual([7, 8])
  })

  test('when the last of its runs has left it before', () => {
    const { book, claim } = bookOf({ 7: [1, 2], 8: [3] })
    book.remove([claim(1)])
    expect(book.closing(new Set())).toEqual([])
    expect(book.closing(new Set([2]))).toEqual([7])
    book.remove([claim(2)])
    expect(book.closing(new Set())).toEqual([7])
    expect(book.closing(new Set([3]))).toEqual([7, 8])
  })

  test('also while others end of which the book knows nothing', () => {
    const { book } = bookOf({ 7: [1] })
    expect(book.closing(new Set([1, 99]))).toEqual([7])
    expect(book.closing(new Set([99]))).toEqual([])
  })
})

describe('what a lease still covers', () => {
  test('is what does not move, with its attempts, in the order of the claim', () => {
    const { book } = bookOf({ 7: [3, 1, 2], 8: [4] })
    expect(book.rests(new Set([1]))).toEqual([{ id: 7, ids: [3, 2], attempts: [30, 20] }])
  })

  test('is told once for each lease that is touched, empty ones included', () => {
    const { book } = bookOf({ 7: [1, 2], 8: [3], 9: [4] })
    expect(book.rests(new Set([1, 3, 2]))).toEqual([
      { id: 7, ids: [], attempts: [] },
      { id: 8, ids: [], attempts: [] },
    ])
    expect(book.rests(new Set())).toEqual([])
    expect(book.rests(new Set([99]))).toEqual([])
  })

  test('is nothing after the lease was forgotten', () => {
    const { book } = bookOf({ 7: [1, 2] })
    book.forget([7])
    expect(book.rests(new Set([1]))).toEqual([{ id: 7, ids: [], attempts: [] }])
  })

  test('and what moves are together what the book holds, for any leases and any moves', () => {
    const property = fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
      (ids, perLease, moves) => {
        const moving = new Set(moves)
        const leases = Object.fromEntries(
          Array.from({ length: Math.ceil(ids.length / perLease) }, (_, index) => [
            index + 1,
            ids.slice(index * perLease, (index + 1) * perLease),
          ]),
        )
        const { book } = bookOf(leases)
        const touched = Object.entries(leases).filter(([, covered]) => covered.some((id) => moving.has(id)))
        const expected = touched.map(([lease, covered]) => {
          const left = covered.filter((id) => !moving.has(id))
          return { id: Number(lease), ids: left, attempts: left.map((id) => id * 10) }
        })
        expect([...book.rests(moving)].sort((a, b) => a.id - b.id)).toEqual(expected)
        const closed = Object.entries(leases).filter(([, covered]) => covered.every((id) => moving.has(id)))
        expect(book.closing(moving)).toEqual(closed.map(([lease]) => Number(lease)))
      },
    )
    fc.assert(property)
  })
})
