import { type Database, type DatabaseSource, openDatabase } from '@regie/engine'
import pg from 'pg'
import { GuardedDatabase } from '../simulation/guarded.ts'
import type { Ledger } from './ledger.ts'

/** Where a process is to die: at a place of its code, or so many statements after it, before that statement is made. */
export interface Death {
  readonly at: string
  readonly statements: number
}

/** Told by the code of a trial where it is; kills the process at the place it is to die at. */
export interface Fate {
  reached(place: string): void
  /** A statement is about to be made. */
  statement(sql: string): void
}

/** What the handlers of these trials are given. */
export interface Witness {
  readonly ledger: Ledger
  readonly fate: Fate
  /** True in a process that is not to die. */
  readonly survivor: boolean
}

/** The place at which a workflow enqueues its children, before the first of them is. */
export const CHILDREN = 'children'
const INSERTS_CHILDREN = /insert into "?engine_batch\b/i

/** The fate of a process; without `death` it lives. */
export function createFate(lane: string, death: Death | undefined, ledger: Ledger): Fate {
  let left: number | undefined
  const die = (): void => {
    ledger.write({ kind: 'died', lane })
    process.kill(process.pid, 'SIGKILL')
  }
  const reached = (place: string): void => {
    if (place !== death?.at || left !== undefined) return
    left = death.statements
    if (left === 0) die()
  }
  return {
    reached,
    statement(sql) {
      if (left !== undefined && --left === 0) die()
      if (INSERTS_CHILDREN.test(sql)) reached(CHILDREN)
    },
  }
}

/** Opens a database whose statements are told to fate before they are made. */
export async function openWatched(source: DatabaseSource, fate: Fate): Promise<Database> {
  if (source.kind === 'postgres') {
    watchPostgres(fate)
    return openDatabase(source)
  }
  return openDatabase(source, {
    open: (path, options = { readOnly: false }) =>
      new GuardedDatabase(path, options, (sql, execute) => {
        fate.statement(sql)
        return execute()
      }),
  })
}

function watchPostgres(fate: Fate): void {
  const prototype: Pick<pg.Client, 'query'> = pg.Client.prototype
  const original = prototype.query as (...args: unknown[]) => unknown
  const watched = function query(this: unknown, ...args: unknown[]): unknown {
    fate.statement(textOf(args[0]))
    return original.apply(this, args)
  }
  prototype.query = watched as unknown as pg.Client['query']
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : ''
}
