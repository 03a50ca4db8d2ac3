import type { StoredError } from '../job/run.ts'

/** How far a generation that is built has come, over all events of the store. */
export interface BuildProgress {
  /** Events it has looked at, of `total`; exact below 100,000 left, beyond that by their positions in the store. */
  readonly read: number
  readonly total: number
  /** Since it was begun. Absent before the first event, and while it is stuck. */
  readonly perSecond?: number
  /** When it will have caught up, if it goes on like this. */
  readonly endsAt?: number
}

/** Why a generation does not move though there are events for it. */
export interface Stuck {
  /**
   * `failing`: an event could not be applied and is tried again. `stopped`: it was tried often enough, and waits for `resume`.
   * `no-worker`: no living worker with this code drives it.
   */
  readonly why: 'failing' | 'stopped' | 'no-worker'
  readonly since: number
}

/** How one generation of a projection's tables is doing. */
export interface GenerationStatus {
  /** Counts the times its tables were made. */
  readonly generation: number
  /** Of the code that fills it. */
  readonly version: number
  /**
   * `live`: it follows the events. `building`: it catches up from the first one. `failing`: an event could not be applied
   * and is tried again. `stopped`: it was tried often enough, and waits for `resume`.
   */
  readonly state: 'live' | 'building' | 'failing' | 'stopped'
  /** Everything up to this place in the store is applied. */
  readonly cursor: string
  /** Events of the store it has yet to look at; counted no further than 100,000. */
  readonly behind: number
  /** How long ago the first of them was appended (milliseconds). 0 when there is none. */
  readonly lagMs: number
  /** While it is built. */
  readonly progress?: BuildProgress
  readonly stuck?: Stuck
  /** Why the event at `failedPosition` could not be applied. */
  readonly error?: StoredError
  readonly failedPosition?: number
  readonly tries?: number
  readonly retryAt?: number
  readonly stoppedAt?: number
}

/** How one projection is doing, over all processes. */
export interface ProjectionStatus {
  readonly name: string
  readonly mode: 'inline' | 'async'
  /** False when this code does not have it. */
  readonly declared: boolean
  readonly tables: readonly string[]
  /** What readers see; absent while the very first generation is built, which they see then. */
  readonly serving?: GenerationStatus
  /** What is built beside it. */
  readonly building?: GenerationStatus
}

/** Projections as operators handle them. */
export interface Projections {
  list(): Promise<readonly ProjectionStatus[]>
  /** Throws `PROJECTION_UNKNOWN`. */
  get(name: string): Promise<ProjectionStatus>
  /**
   * Builds a projection anew from the first event, in tables of its own; readers see the present ones until it has caught
   * up. A worker does it: this resolves at once. Asked for again, it begins again. Throws `PROJECTION_UNKNOWN` for one that
   * this code does not have.
   */
  rebuild(name: string): Promise<void>
  /** Tries again at once what has failed. Throws `PROJECTION_UNKNOWN`. */
  resume(name: string): Promise<void>
  /**
   * Resolves once readers see every event up to a place of the store (what `append` answered as `cursor`; default: its
   * present end). Throws `PROJECTION_STOPPED` when that will not come by itself; `signal` gives up waiting.
   */
  wait(name: string, cursor?: string, signal?: AbortSignal): Promise<void>
}
