import type { Overlap } from './schedule.ts'

/** What a schedule's earlier slots have left unfinished. */
export interface Unfinished {
  /** A run has started and not ended. */
  readonly running: boolean
  /** A run waits for its turn. */
  readonly queued: boolean
}

/** What becomes of a due slot. */
export type OverlapDecision = 'fire' | 'skip' | 'queue' | 'cancel-and-fire'

type State = 'idle' | 'queued' | 'running' | 'running and queued'

const DECISIONS: Readonly<Record<Overlap, Readonly<Record<State, OverlapDecision>>>> = {
  skip: { idle: 'fire', queued: 'skip', running: 'skip', 'running and queued': 'skip' },
  // One slot waits at most: it will do the work of all that came due meanwhile.
  queue: { idle: 'fire', queued: 'skip', running: 'queue', 'running and queued': 'skip' },
  allow: { idle: 'fire', queued: 'fire', running: 'fire', 'running and queued': 'fire' },
  cancel: {
    idle: 'fire',
    queued: 'cancel-and-fire',
    running: 'cancel-and-fire',
    'running and queued': 'cancel-and-fire',
  },
}

/** Decides on a due slot while earlier runs of its schedule may be unfinished. Nothing unfinished: it fires. */
export function decideOverlap(overlap: Overlap, unfinished: Unfinished): OverlapDecision {
  return DECISIONS[overlap][stateOf(unfinished)]
}

function stateOf({ running, queued }: Unfinished): State {
  if (running && queued) return 'running and queued'
  if (running) return 'running'
  return queued ? 'queued' : 'idle'
}
