import type { Actor } from '../auth/principal.ts'

/** The action of an erasure, whose object is the person. */
export const FORGET = 'audit.forget'

/** What an entry is about: `{ type: 'run', id: '42' }`. */
export interface AuditObject {
  readonly type: string
  readonly id: string
}

/** What somebody did, as the code that did it tells. */
export interface AuditInput {
  readonly org: string
  readonly actor: Actor
  /** Stable, such as `runs.retry`. */
  readonly action: string
  readonly object?: AuditObject | undefined
  /** The object before, or what of it changes. Secrets are taken out of both. */
  readonly before?: unknown
  /** The object after, or what was asked for. */
  readonly after?: unknown
  /** Whose data `before` and `after` hold, when it is not the object itself: both go when that person is forgotten. */
  readonly person?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
}

/** What an app adds to the entry of a request or a job. */
export interface AuditDetail extends Pick<AuditInput, 'object' | 'before' | 'after' | 'person'> {
  /** Default: the action of the request under way, else `<app>.change`. */
  readonly action?: string
}

/** An entry as it is kept. */
export interface AuditEntry {
  readonly id: string
  readonly org: string
  /** Milliseconds UTC. */
  readonly at: number
  readonly actor: {
    readonly kind: Actor['kind']
    readonly id: string
    /** Absent once that person was forgotten. */
    readonly name?: string
  }
  readonly impersonatedBy?: string
  readonly action: string
  readonly object?: AuditObject
  readonly person?: string
  readonly before?: unknown
  readonly after?: unknown
  readonly requestId?: string
  readonly traceId?: string
  /** Its place in the chain; absent until it is sealed, within a second. */
  readonly sequence?: number
  /** The entry that tells of the erasure of `before` and `after`. */
  readonly erasedBy?: string
}

/**
 * How far an entry and what it tells of lie apart at most, in milliseconds: they are of one transaction and carry the same
 * moment, but for what the commit takes.
 */
export const TOGETHER_MS = 2_000

/** Which entries to list; all conditions must hold. */
export interface AuditFilter {
  readonly org: string
  /** The id of whoever did it, as themselves or through the eyes of another, or as whom it was done. */
  readonly actor?: string | undefined
  /** An action, or a beginning of one followed by `*`. */
  readonly action?: string | undefined
  /** A type, or a type and an id: `run`, `run:42`. */
  readonly object?: string | undefined
  /** From this instant on, and before that one (milliseconds UTC). */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
  /** Somewhere in the action, the object, the name or the detail, whatever the case. */
  readonly text?: string | undefined
}

/** A page of entries, newest first. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Pass it as `after` for the next page; absent on the last. */
  readonly next?: string
}
