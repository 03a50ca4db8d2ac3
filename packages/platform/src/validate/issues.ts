import type { AnyJob, Schedule } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { type CreatedTable, projectionTables, tablePrefix, tablesOf } from '../app/tables.ts'
import type { Config } from '../config/config.ts'
import type { Issue } from '../errors.ts'

/** What is composed, and must fit together. */
export interface Composition {
  /** All of them, also those that are switched off. */
  readonly apps: readonly AnyApp[]
  readonly config: Pick<Config, 'apps' | 'appsOff'>
  /** The platform's own, whose names no app may take. */
  readonly jobs: readonly AnyJob[]
  readonly schedules: readonly Schedule[]
}

/** An app with what its migrations and projections were found to make. */
export interface Examined {
  readonly app: AnyApp
  /** What its tables are named after. */
  readonly prefix: string
  readonly tables: readonly CreatedTable[]
  /** False when the migrations may make more than these. */
  readonly whole: boolean
}

/** Looks at the tables of an app. */
export async function examine(app: AnyApp): Promise<Examined> {
  const projected = await Promise.all(app.projections.map(projectionTables))
  const { tables, whole } = await tablesOf(app.migrations)
  return { app, prefix: tablePrefix(app.id), tables: [...tables, ...projected.flat()], whole }
}

/** One thing that is wrong. */
export function issue(path: string, code: string, message: string): Issue {
  return { path, code, message }
}

/** The names that are there more than once, each once. */
function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))]
}

/** One issue for each name that is there more than once. */
export function duplicates(names: readonly string[], message: string): readonly Issue[] {
  return repeated(names).map((name) => issue(name, 'duplicate', message))
}
