import { fingerprint } from '../job/errors.ts'
import type { StoredError } from '../job/run.ts'
import type { FinishedRun } from '../store/finish.ts'
import type { ClaimedRun, EndedRun } from '../store/hot.ts'
import type { EndState, StoredOptions } from '../store/schema.ts'
import type { Settlement } from '../store/settle.ts'
import type { LeaseBook } from './lease-book.ts'
import type { Outcome } from './outcome.ts'

/** A run and what became of it, waiting to be written down. */
export interface Entry {
  readonly run: ClaimedRun
  readonly options: StoredOptions
  readonly outcome: Exclude<Outcome, { kind: 'completed' | 'lost' }>
  readonly startedAt: number
  readonly at: number
}

/** True for what one row of `engine_done` says completely. */
export function isPlain({ outcome, options }: Entry): boolean {
  if (outcome.kind !== 'succeeded' || outcome.blob !== undefined || outcome.waits === true) return false
  const { u, l, b, w } = options
  return u === undefined && l === undefined && b === undefined && w === undefined
}

/** The row of a plain entry. */
export function endedRun({ run, outcome, startedAt, at }: Entry): EndedRun {
  const result = outcome.kind === 'succeeded' ? outcome.result : null
  return { id: run.id, state: 'succeeded', attempt: run.attempt, at, durationMs: at - startedAt, result }
}

/** Everything else, sorted by what has to be written. */
export function settlement(epoch: number, entries: readonly Entry[], book: LeaseBook): Settlement {
  const moving = new Set(entries.filter(({ outcome }) => MOVES.has(outcome.kind)).map(({ run }) => run.id))
  return {
    epoch,
    at: Math.max(0, ...entries.map(({ at }) => at)),
    finished: entries.flatMap((entry) => finishedRun(entry)),
    delayed: entries.flatMap(({ run, outcome }) => {
      if (outcome.kind === 'retry') return [{ id: run.id, attempt: run.attempt + 1, due: outcome.due }]
      return []
    }),
    returned: entries
      .filter(({ outcome }) => outcome.kind === 'returned')
      .map(({ run: { id, attempt } }) => ({ id, attempt })),
    emptyHanded: entries.flatMap(({ run, outcome }) =>
      outcome.kind === 'returned' && outcome.keepsSlot !== true ? [run.id] : [],
    ),
    postponed: entries.flatMap(({ run, outcome }) =>
      outcome.kind === 'postponed' ? [{ id: run.id, attempt: run.attempt, due: outcome.due }] : [],
    ),
    blocked: entries.flatMap(({ run: { id, attempt, priority, vtime }, outcome }) =>
      outcome.kind === 'blocked' ? [{ id, attempt, priority, vtime, gate: outcome.gate }] : [],
    ),
    suspended: entries.flatMap(({ run: { id }, outcome }) =>
      outcome.kind === 'suspended' ? [{ id, wakes: outcome.wakes, due: outcome.due }] : [],
    ),
    continued: entries.flatMap(({ run: { id }, outcome }) =>
      outcome.kind === 'continued' ? [{ id, payload: outcome.payload, options: outcome.options }] : [],
    ),
    attempts: entries.flatMap(({ run, outcome, startedAt, at }) => {
      const error = errorOf(outcome)
      if (error === undefined || outcome.kind === 'expired') return []
      const kept = { error: JSON.stringify(error), fingerprint: fingerprint(run.job, error) }
      return [{ run: run.id, attempt: run.attempt, startedAt, endedAt: at, ...kept }]
    }),
    leases: book.rests(moving),
  }
}

const MOVES: ReadonlySet<Outcome['kind']> = new Set([
  'retry',
  'returned',
  'postponed',
  'blocked',
  'suspended',
  'continued',
])
const ENDS: Partial<Record<Outcome['kind'], EndState>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
}

function finishedRun({ run, options, outcome, startedAt, at }: Entry): readonly FinishedRun[] {
  const state = ENDS[outcome.kind]
  if (state === undefined) return []
  const error = errorOf(outcome)
  return [
    {
      id: run.id,
      state,
      attempt: run.attempt,
      at,
      durationMs: at - startedAt,
      result: outcome.kind === 'succeeded' ? outcome.result : null,
      ...(outcome.kind === 'succeeded' && outcome.blob !== undefined ? { blob: outcome.blob } : {}),
      error: error === undefined ? null : JSON.stringify(error),
      fingerprint: error === undefined ? null : fingerprint(run.job, error),
      options,
    },
  ]
}

function errorOf(outcome: Outcome): StoredError | undefined {
  return 'error' in outcome ? outcome.error : undefined
}
