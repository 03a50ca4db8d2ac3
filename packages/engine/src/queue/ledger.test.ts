import { describe, expect, test } from 'vitest'
import { fingerprint } from '../job/errors.ts'
import type { ClaimedRun } from '../store/hot.ts'
import type { StoredOptions } from '../store/schema.ts'
import { claimedRun } from './claimed-run.testing.ts'
import { LeaseBook } from './lease-book.ts'
import { type Entry, endedRun, isPlain, settlement } from './ledger.ts'

const error = { code: 'Error', message: 'no answer' }
const ABORTED = { code: 'ABORTED', message: 'by its owner' }

function entry(
  outcome: Entry['outcome'],
  { run = claimedRun(1), options = {} as StoredOptions, at = 500 } = {},
): Entry {
  return { run, options, outcome, startedAt: 200, at }
}

const succeeded = (result: string | null = '42'): Entry['outcome'] => ({ kind: 'succeeded', result })

/** A book in which all these runs are under lease 7. */
function bookOf(...runs: readonly ClaimedRun[]): LeaseBook {
  const book = new LeaseBook()
  book.add({ leaseId: 7, queue: 'default', runs })
  return book
}

describe('an ended run is plain', () => {
  test('when it succeeded and holds nothing that others wait for', () => {
    expect(isPlain(entry(succeeded()))).toBe(true)
    expect(isPlain(entry(succeeded(null), { options: { t: ['vip'], s: 'nightly', p: 3, v: 1 } }))).toBe(true)
  })

  test.each<StoredOptions>([{ u: 'key' }, { l: [['bank', 1, 0, 0]] }, { b: 4 }, { w: 'step' }])(
    'but not with a unique key, a slot, a batch or a waiting parent: %j',
    (options) => {
      expect(isPlain(entry(succeeded(), { options }))).toBe(false)
    },
  )

  test('but not with a result that is kept elsewhere, when it still waits for something, and not when it ended otherwise', () => {
    expect(isPlain(entry({ kind: 'succeeded', result: null, blob: '"long"' }))).toBe(false)
    expect(isPlain(entry({ kind: 'succeeded', result: '42', waits: true }))).toBe(false)
    expect(isPlain(entry({ kind: 'failed', error }))).toBe(false)
    expect(isPlain(entry({ kind: 'returned' }))).toBe(false)
  })

  test('and is then one row, with how long it took', () => {
    const run = claimedRun(9, { attempt: 2 })
    expect(endedRun(entry(succeeded('"ok"'), { run }))).toEqual({
      id: 9,
      state: 'succeeded',
      attempt: 2,
      at: 500,
      durationMs: 300,
      result: '"ok"',
    })
  })
})

describe('a settlement', () => {
  const run = claimedRun(1, { attempt: 2, priority: 3, vtime: 40, job: 'mail' })
  const of = (outcome: Entry['outcome'], options: StoredOptions = {}) =>
    settlement(5, [entry(outcome, { run, options })], bookOf(run))
  const NOTHING = {
    finished: [],
    delayed: [],
    returned: [],
    emptyHanded: [],
    postponed: [],
    blocked: [],
    suspended: [],
    continued: [],
    attempts: [],
  }
  const gone = [{ id: 7, ids: [], attempts: [] }]

  test('of nothing is empty', () => {
    expect(settlement(5, [], bookOf(run))).toEqual({ ...NOTHING, epoch: 5, at: 0, leases: [] })
  })

  test('is as late as its latest entry', () => {
    const entries = [300, 900, 500].map((at) => entry(succeeded(), { at }))
    expect(settlement(5, entries, new LeaseBook()).at).toBe(900)
  })

  test('ends a run that succeeded, and leaves its lease to the commit that closes it', () => {
    const options = { b: 4, u: 'key' }
    expect(of(succeeded(), options)).toStrictEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      finished: [
        {
          id: 1,
          state: 'succeeded',
          attempt: 2,
          at: 500,
          durationMs: 300,
          result: '42',
          error: null,
          fingerprint: null,
          options,
        },
      ],
      leases: [],
    })
  })

  test('carries a result over the limit beside the row', () => {
    const { finished } = of({ kind: 'succeeded', result: null, blob: '"long"' })
    expect(finished).toMatchObject([{ result: null, blob: '"long"' }])
  })

  test('ends a run that failed or was cancelled with its error, its fault and its attempt', () => {
    for (const outcome of [
      { kind: 'failed', error },
      { kind: 'cancelled', error: ABORTED },
    ] as const) {
      const json = JSON.stringify(outcome.error)
      expect(of(outcome)).toStrictEqual({
        ...NOTHING,
        epoch: 5,
        at: 500,
        finished: [
          {
            id: 1,
            state: outcome.kind,
            attempt: 2,
            at: 500,
            durationMs: 300,
            result: null,
            error: json,
            fingerprint: fingerprint('mail', outcome.error),
            options: {},
          },
        ],
        attempts: [
          {
            run: 1,
            attempt: 2,
            startedAt: 200,
            endedAt: 500,
            error: json,
            fingerprint: fingerprint('mail', outcome.error),
          },
        ],
        leases: [],
      })
    }
  })

  test('ends a run that expired without an attempt, because it never started', () => {
    const expired = of({ kind: 'expired', error })
    expect(expired.finished).toMatchObject([{ state: 'expired', error: JSON.stringify(error) }])
    expect(expired.attempts).toEqual([])
  })

  test('delays a run to its next attempt, and records the one that failed', () => {
    expect(of({ kind: 'retry', error, due: 800 })).toEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      delayed: [{ id: 1, attempt: 3, due: 800 }],
      attempts: [
        {
          run: 1,
          attempt: 2,
          startedAt: 200,
          endedAt: 500,
          error: JSON.stringify(error),
          fingerprint: fingerprint('mail', error),
        },
      ],
      leases: gone,
    })
  })

  test('puts a run off to its reserved start with the same attempt', () => {
    expect(of({ kind: 'postponed', due: 800 })).toEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      postponed: [{ id: 1, attempt: 2, due: 800 }],
      leases: gone,
    })
  })

  test('lets a run wait at its gate, at the place of its priority and share', () => {
    expect(of({ kind: 'blocked', gate: 'bank' })).toEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      blocked: [{ id: 1, attempt: 2, priority: 3, vtime: 40, gate: 'bank' }],
      leases: gone,
    })
  })

  test('returns a run with the same attempt; its slots go back unless it keeps them', () => {
    const back = { ...NOTHING, epoch: 5, at: 500, returned: [{ id: 1, attempt: 2 }], leases: gone }
    expect(of({ kind: 'returned' })).toEqual({ ...back, emptyHanded: [1] })
    expect(of({ kind: 'returned', keepsSlot: true })).toEqual(back)
  })

  test('lets a workflow wait, or begin anew', () => {
    expect(of({ kind: 'suspended', wakes: 6, due: 900 })).toEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      suspended: [{ id: 1, wakes: 6, due: 900 }],
      leases: gone,
    })
    expect(of({ kind: 'continued', payload: '{"page":2}', options: '{"v":1}' })).toEqual({
      ...NOTHING,
      epoch: 5,
      at: 500,
      continued: [{ id: 1, payload: '{"page":2}', options: '{"v":1}' }],
      leases: gone,
    })
  })

  test('tells what leases still cover without what moves; what ends stays covered until the commit', () => {
    const [moves, ends, runs] = [1, 2, 3].map((id) => claimedRun(id, { attempt: id }))
    if (!moves || !ends || !runs) throw new Error('three runs were made')
    const entries = [entry({ kind: 'retry', error, due: 800 }, { run: moves }), entry(succeeded(), { run: ends })]
    expect(settlement(5, entries, bookOf(moves, ends, runs)).leases).toEqual([{ id: 7, ids: [2, 3], attempts: [2, 3] }])
  })
})
