import type { Transaction } from 'kysely'
import type { EndState } from './schema.ts'
import type { StepRow } from './steps.ts'

/** A run about to be stored. */
export interface NewRun {
  readonly org: string
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly job: string
  readonly payload: string
  readonly options: string | null
  readonly createdAt: number
  /** Not before this instant; null for now. */
  readonly due: number | null
}

/** A run that ended in the ordinary way: nothing of it is to be given back. */
export interface EndedRun {
  readonly id: number
  readonly state: EndState
  readonly attempt: number
  readonly at: number
  readonly durationMs: number
  readonly result: string | null
}

/** A run this process now holds the lease of. */
export interface ClaimedRun {
  readonly id: number
  /** The fencing number under which it was claimed. */
  readonly epoch: number
  readonly attempt: number
  readonly org: string
  readonly queue: string
  readonly priority: number
  readonly vtime: number
  readonly job: string
  readonly payload: string
  readonly options: string | null
  readonly createdAt: number
}

/** The runs of one claim, under one lease. */
export interface ClaimedBatch {
  readonly leaseId: number
  readonly queue: string
  readonly runs: readonly ClaimedRun[]
}

/** Acknowledges what has ended and claims what comes next, in one commit and one round trip. */
export interface Exchange {
  readonly epoch: number
  readonly now: number
  readonly ended: readonly EndedRun[]
  readonly closedLeases: readonly number[]
  readonly claims: readonly { readonly queue: string; readonly limit: number }[]
}

/** `lost`: this worker was declared dead; nothing was written. */
export interface ExchangeResult {
  readonly lost: boolean
  readonly batches: readonly ClaimedBatch[]
}

/** What a worker has to record about its workflows. No step occurs twice. */
export interface Records {
  readonly epoch: number
  readonly steps: readonly StepRow[]
  readonly states: readonly { readonly run: number; readonly state: string }[]
}

/** `lost`: this worker was declared dead; nothing was written. `refused`: steps that somebody else has closed already. */
export interface Recorded {
  readonly lost: boolean
  readonly refused: ReadonlySet<StepRow>
}

/** The few statements whose speed decides the engine's; written by hand for each store. Everything else is portable Kysely. */
export interface HotStore {
  /** Stores runs; inside `tx` when given. Answers their ids in order. */
  insert<DB>(runs: readonly NewRun[], tx?: Transaction<DB>): Promise<readonly number[]>
  exchange(exchange: Exchange): Promise<ExchangeResult>
  /** Records steps, and what workflows say of themselves, in one commit and one round trip. */
  record(records: Records): Promise<Recorded>
  /** Makes runs whose timer is due ready, at most `limit`. Answers how many of each queue. */
  promote(now: number, limit: number): Promise<ReadonlyMap<string, number>>
  /**
   * Takes `length` of virtual time for an organisation in a fair queue; answers where it ends. On PostgreSQL outside `tx`:
   * the organisation's row, locked until the caller commits, would make all its enqueues wait for each other.
   */
  takeShares<DB>(queue: string, org: string, length: number, tx?: Transaction<DB>): Promise<number>
  /** The time of the store: the server's on PostgreSQL, this machine's on SQLite (milliseconds UTC). */
  serverNow(): Promise<number>
  /** Runs may have been put back at the beginning of these queues; of all when none is named. */
  rescan(queues?: Iterable<string>): void
  /** Calls back when another process says something. Returns how to stop listening. */
  listen(heard: (news: ReadonlySet<News>) => void): Promise<() => Promise<void>>
  /** Tells other processes, not this one. Coalesced; costs nothing on SQLite, where any write is noticed. */
  announce(news: News): void
}

/** What processes tell each other: runs are queued or delayed, events are appended, something else has changed (a cancellation, a pause). */
export type News = 'queued' | 'delayed' | 'appended' | 'changed'

/** When all that is known is that something happened. */
export const ANY_NEWS: ReadonlySet<News> = new Set(['queued', 'delayed', 'appended', 'changed'])
