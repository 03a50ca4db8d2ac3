import type { RunState } from '../kit/status.tsx'

/** An error as it was kept. */
export interface StoredError {
  readonly code: string
  readonly message: string
  readonly stack?: string
}

/** A run as the API shows it. */
export interface Run {
  readonly id: number
  readonly queue: string
  readonly job: string
  readonly priority: 'urgent' | 'high' | 'normal' | 'low'
  readonly state: RunState
  readonly attempt: number
  readonly input: unknown
  readonly tags: readonly string[]
  readonly createdAt: string
  readonly dueAt?: string
  readonly endedAt?: string
  readonly durationMs?: number
  readonly estimatedMs?: number
  readonly error?: StoredError
  readonly progress?: { readonly percent: number; readonly message: string; readonly at: string }
  readonly parentId?: number
  readonly batchId?: number
  readonly cancelRequested?: boolean
}

/** One attempt of a run. */
export interface Attempt {
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt: string
  readonly error: StoredError
}

/** A run with its attempts and its result. */
export interface RunDetail extends Run {
  readonly attempts: readonly Attempt[]
  readonly result?: unknown
}

/** A page of runs. */
export interface RunPage {
  readonly runs: readonly Run[]
  readonly next?: string
}
