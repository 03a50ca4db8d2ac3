import type { GetRunHistoryOutput, RunDetail, StoredError } from '../api.gen.ts'

/** What people did with a run. */
export type RunHistory = GetRunHistoryOutput

/** An ended run was given fresh attempts. */
export type Replay = RunHistory['replays'][number]

/** One time that a run was at work, numbered through all of its lives: the engine begins anew at 1 when a run is replayed. */
export interface Try {
  readonly no: number
  /** Absent where a worker has let go of it meanwhile. */
  readonly startedAt?: string
  readonly endedAt?: string
  readonly outcome: 'failed' | 'succeeded' | 'cancelled' | 'running'
  readonly error?: StoredError
  /** What it was given. */
  readonly input: unknown
  /** Why there was one more, when it was not the engine's doing. */
  readonly replays: readonly Replay[]
}

type Tried = Pick<RunDetail, 'state' | 'attempts' | 'input' | 'startedAt' | 'endedAt' | 'durationMs'>

/** Every time a run was at work, the one that succeeded or goes on too. Replays after the last of them: it waits still. */
export function triesOf(
  run: Tried,
  { replays }: Pick<RunHistory, 'replays'>,
): {
  readonly tries: readonly Try[]
  readonly waiting: readonly Replay[]
} {
  const { state, attempts, startedAt, endedAt, durationMs = 0 } = run
  const ended: readonly Omit<Try, 'no' | 'replays'>[] = attempts.map((attempt) => ({
    startedAt: attempt.startedAt,
    endedAt: attempt.endedAt,
    outcome: outcomeOf(attempt.error),
    error: attempt.error,
    // Only those that were given something else than the run has now keep it.
    input: 'input' in attempt ? attempt.input : run.input,
  }))
  const last: Omit<Try, 'no' | 'replays'>[] = []
  if (state === 'running')
    last.push({ ...(startedAt !== undefined && { startedAt }), outcome: 'running', input: run.input })
  if (state === 'succeeded' && endedAt !== undefined) {
    const begun = new Date(Date.parse(endedAt) - durationMs).toISOString()
    last.push({ startedAt: begun, endedAt, outcome: 'succeeded', input: run.input })
  }
  const left = [...replays]
  const tries = [...ended, ...last].map((each, index) => {
    const count = left.findIndex(
      ({ at }) => each.startedAt !== undefined && Date.parse(at) > Date.parse(each.startedAt),
    )
    return { ...each, no: index + 1, replays: left.splice(0, count === -1 ? left.length : count) }
  })
  return { tries, waiting: left }
}

function outcomeOf({ code }: StoredError): Try['outcome'] {
  // A success leaves its trace among the failures when its run is replayed.
  if (code === 'REPLAYED') return 'succeeded'
  return code === 'ABORTED' ? 'cancelled' : 'failed'
}
