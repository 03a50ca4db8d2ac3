import type { StoredError } from '../runs/model.ts'

/** A stream of events. */
export interface Stream {
  readonly name: string
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly state: 'open' | 'closed' | 'archived'
}

/** A page of streams. */
export interface StreamPage {
  readonly streams: readonly Stream[]
  readonly next?: string
}

/** One event of a stream. */
export interface RecordedEvent {
  readonly position: number
  readonly version: number
  readonly type: string
  readonly data: unknown
  readonly person?: string
  readonly runId?: number
  readonly at: string
  readonly erased: boolean
}

/** A page of events. */
export interface EventPage {
  readonly events: readonly RecordedEvent[]
  readonly next?: string
}

/** How one generation of a projection is doing. */
export interface Generation {
  readonly generation: number
  readonly version: number
  readonly state: 'live' | 'building' | 'failing' | 'stopped'
  readonly behind: number
  readonly lagMs: number
  readonly error?: StoredError
  readonly failedPosition?: number
}

/** Tables kept up to date from events. */
export interface Projection {
  readonly name: string
  readonly mode: 'inline' | 'async'
  readonly declared: boolean
  readonly serving?: Generation
  readonly building?: Generation
}
