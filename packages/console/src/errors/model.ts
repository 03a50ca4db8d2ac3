import type { StoredError } from '../runs/model.ts'

/** Failed runs with the same fault, as the API shows them. */
export interface ErrorGroup {
  readonly fingerprint: string
  readonly job: string
  /** Of the newest run. */
  readonly error: StoredError
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  readonly lastRunId: number
  /** Of the last 24 hours, the present one last. */
  readonly hours: readonly number[]
}

/** The groups. */
export interface ErrorGroups {
  readonly errors: readonly ErrorGroup[]
}
