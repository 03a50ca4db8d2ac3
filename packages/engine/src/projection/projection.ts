import type { Kysely, Transaction } from 'kysely'
import type { AnyEventType, EventOf } from '../event/event.ts'

/** What a projection writes with. */
export interface ProjectionTransaction<DB = unknown> {
  /** Knows the projection's tables by their plain names, whichever generation of them is written. Never commit it. */
  readonly db: Transaction<DB>
  /** The present name of one of its tables, for SQL written as text. */
  table(name: string): string
}

/** A projection as its author writes it. */
export interface ProjectionDefinition<DB, Types extends readonly AnyEventType[]> {
  /** Lower-case words, dots and dashes. Unique in an engine. */
  readonly name: string
  /**
   * A whole number from 1. Raise it whenever the tables or `apply` change: the projection is then built anew beside the old
   * one, which readers see until the new one has caught up.
   */
  readonly version: number
  /**
   * `inline` is applied in the transaction of the append, which fails when it throws. `async` follows the events a moment
   * later, in batches; a throw is tried again and holds up nobody else.
   */
  readonly mode: 'inline' | 'async'
  /** The types `apply` is given. */
  readonly events: Types
  /** The tables that `create` makes; at most 50 characters each. Readers find them as views of these names. */
  readonly tables: readonly string[]
  /** Makes the tables and their indexes, under their plain names. Runs once for each generation. */
  create(db: Kysely<DB>): Promise<void>
  /**
   * Writes what follows from some events, in their order: one append's events inline, up to 1,000 of any streams
   * otherwise. What it writes and how far the projection is are committed together. Must follow from the events and its own
   * tables alone, not from the time or other tables, or a rebuild comes out differently.
   */
  apply(tx: ProjectionTransaction<DB>, events: readonly EventOf<Types[number]>[]): Promise<void>
}

/** A declared projection. */
export interface Projection<DB = unknown, Types extends readonly AnyEventType[] = readonly AnyEventType[]>
  extends ProjectionDefinition<DB, Types> {}

/** Any projection, whatever its tables and events. Nobody can make these arguments but the engine, for that very projection. */
export interface AnyProjection extends Pick<Projection, 'name' | 'version' | 'mode' | 'events' | 'tables'> {
  create(db: never): Promise<void>
  apply(tx: never, events: never): Promise<void>
}

/** Declares a projection: tables kept up to date from events, which can be dropped and made again at any time. */
export function projection<DB = unknown, const Types extends readonly AnyEventType[] = readonly AnyEventType[]>(
  definition: ProjectionDefinition<DB, Types>,
): Projection<DB, Types> {
  return definition
}
