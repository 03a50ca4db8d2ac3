import type { Clock, Database, Logger } from '@regie/engine'
import type { Kysely } from 'kysely'
import {
  deleteErasures,
  deleteFound,
  insertErasures,
  type LineErasure,
  readErasures,
  readSought,
  type SoughtLine,
} from './store/erasures.ts'
import type { RunLogTables } from './store/lines.ts'

/** Takes what tells of a person out of the lines of runs. */
export interface Erasing {
  /**
   * Asks for the removal of all lines that hold one of these ids, in the transaction given, and has it done once that has
   * committed: a search through all lines has no place in a transaction. What is cut off is done by {@link carryOut}.
   */
  forgetPersons(
    tx: { readonly db: unknown; afterCommit(callback: () => void): void },
    org: string,
    persons: readonly string[],
  ): Promise<void>
  /** Does what was asked for and is not yet done; answers how many lines were removed. */
  carryOut(): Promise<number>
  /** Waits for what is being done. */
  settle(): Promise<void>
}

/** What it is made of. */
export interface ErasingOptions {
  readonly database: Database
  readonly clock: () => Clock
  readonly log: Logger
  /** Runs something apart from the transaction it was begun in. */
  outside<T>(work: () => T): T
  /** Writes down what may hold their data and is not there yet. */
  before(): Promise<void>
}

const AT_ONCE = 200
const SLICE = 1_000
const FIRST = { run_id: 0, seq: 0 }
// A shorter one, such as `7`, stands in many a text that does not tell of it.
const TELLING = 8

/** Erases from the lines of one database. */
export function createErasing({ database, clock, log, outside, before }: ErasingOptions): Erasing {
  let under: Promise<number> | undefined
  const eraseSome = async (erasures: readonly LineErasure[]): Promise<number> => {
    const tells = telling(erasures.map(({ person }) => person))
    let removed = 0
    let after: Pick<SoughtLine, 'run_id' | 'seq'> | undefined = FIRST
    while (after !== undefined) {
      const lines = await readSought(database, erasures[0]?.org ?? '', after, SLICE)
      const found = lines.filter(tells)
      if (found.length > 0) await deleteFound(database, found)
      removed += found.length
      after = lines.length < SLICE ? undefined : lines.at(-1)
    }
    await deleteErasures(database, erasures)
    return removed
  }
  const eraseAll = async (): Promise<number> => {
    await before()
    let removed = 0
    for (;;) {
      const erasures = await readErasures(database, AT_ONCE)
      if (erasures.length === 0) return removed
      removed += await eraseSome(erasures)
    }
  }
  const carryOut = async (): Promise<number> => {
    // What was asked for meanwhile may have come after it was looked for.
    await under?.catch(() => {})
    under ??= outside(eraseAll).finally(() => {
      under = undefined
    })
    return under
  }
  return {
    async forgetPersons(tx, org, persons) {
      if (persons.length === 0) return
      const at = clock().now()
      await insertErasures(
        tx.db as Kysely<RunLogTables>,
        persons.map((person) => ({ org, person, at })),
      )
      tx.afterCommit(() => {
        carryOut().catch((err: unknown) =>
          log.error({ err }, 'lines of runs still tell of somebody who was forgotten: it is tried again at night'),
        )
      })
    },
    carryOut,
    async settle() {
      await under?.catch(() => {})
    },
  }
}

/** Whether a line tells of one of these. */
function telling(persons: readonly string[]): (line: SoughtLine) => boolean {
  const long = persons.filter((person) => person.length >= TELLING)
  const anywhere = patternOf(long)
  const inFields = patternOf([
    ...persons.filter((person) => person.length < TELLING).map((person) => JSON.stringify(person)),
    // As they stand in JSON.
    ...long.map((person) => JSON.stringify(person).slice(1, -1)),
  ])
  return ({ message, fields }) => anywhere?.test(message) === true || inFields?.test(fields ?? '') === true
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

function patternOf(texts: readonly string[]): RegExp | undefined {
  return texts.length === 0 ? undefined : new RegExp(texts.map(escaped).join('|'), 'i')
}
