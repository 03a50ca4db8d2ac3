import type { Run, RunDetail, StoredError } from '../runs/model.ts'

/** A page of workflows. */
export interface WorkflowPage {
  readonly workflows: readonly Run[]
  readonly next?: string
}

/** A signal that a workflow waits for. */
export interface WaitingFor {
  readonly step: string
  readonly signal: string
  readonly key?: string
}

/** A workflow as the API shows it. */
export interface Workflow extends RunDetail {
  readonly version: number
  readonly generation: number
  readonly published?: unknown
  readonly pausedAt?: string
  readonly pauseReason?: string
  readonly ending?: { readonly state: 'failed' | 'cancelled'; readonly error: StoredError }
  readonly forkedFrom?: number
  readonly waitingFor: readonly WaitingFor[]
}

/** One step of it. */
export interface Step {
  readonly name: string
  readonly kind: 'step' | 'call' | 'many' | 'sleep' | 'wait' | 'signal'
  readonly state:
    | 'begun'
    | 'retry'
    | 'pending'
    | 'ended'
    | 'again'
    | 'done'
    | 'failed'
    | 'undoing'
    | 'undone'
    | 'abandoned'
  readonly attempt: number
  readonly startedAt: string
  readonly endedAt?: string
  readonly dueAt?: string
  readonly childRunIds?: readonly number[]
  readonly batchId?: number
  readonly result?: unknown
  readonly error?: StoredError
}

/** A page of steps. */
export interface StepPage {
  readonly steps: readonly Step[]
  readonly next?: string
}
