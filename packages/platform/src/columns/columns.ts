import type { Clock, Database } from '@regie/engine'
import { readChoice, writeChoice } from './store.ts'

/** The columns a person hides, by the name of the table. A table that is not named has the columns it comes with. */
export type HiddenColumns = Readonly<Record<string, readonly string[]>>

/** Whose choice, in which organisation. */
export interface Person {
  readonly org: string
  readonly id: string
}

/** Which columns of their tables people hide: the same in every browser they use. */
export interface ColumnChoices {
  of(person: Person): Promise<HiddenColumns>
  /** Keeps a choice instead of the one before. */
  keep(person: Person, hidden: HiddenColumns): Promise<void>
}

/** The choices of a database. */
export function createColumnChoices(database: Database, clock: () => Pick<Clock, 'now'>): ColumnChoices {
  return {
    of: (person) => readChoice(database, person),
    keep: (person, hidden) => writeChoice(database, person, hidden, clock().now()),
  }
}
