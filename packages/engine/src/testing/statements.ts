import { DatabaseSync, type SQLInputValue, type SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Client } from 'pg'
import type { DatabaseSource } from '../store/database.ts'

let made = 0
let underWay = 0
let answered = (): void => {}
let heard: ((sql: string) => void) | undefined
let watching: Promise<void> | undefined

/** Counts the statements of this process on either store from now on. Twice is once. */
export function watchStatements(store: DatabaseSource['kind']): Promise<void> {
  if (store === 'sqlite') watchSqlite()
  else watching ??= watchPostgres()
  return watching ?? Promise.resolve()
}

/** How many have been made so far: on SQLite reads and groups of writes, not each row that is written. */
export function statementsMade(): number {
  return made
}

/** How many queries are on their way to PostgreSQL or back. */
export function queriesUnderWay(): number {
  return underWay
}

/**
 * Resolves once PostgreSQL has answered everything, true, or after `mostMs`, false: a query may wait for a lock, and somebody may
 * ask without end. It does not look again and again: the server may need this core.
 */
export async function queriesAnswered(mostMs: number): Promise<boolean> {
  const giveUp = Promise.withResolvers<false>()
  const late = setTimeout(() => giveUp.resolve(false), mostMs)
  try {
    while (underWay > 0) {
      const next = Promise.withResolvers<true>()
      answered = () => next.resolve(true)
      if (!(await Promise.race([next.promise, giveUp.promise]))) return false
    }
    return true
  } finally {
    clearTimeout(late)
  }
}

/** Calls back with the text of each statement until the answer is called. */
export function hearStatements(callback: (sql: string) => void): () => void {
  heard = callback
  return () => {
    heard = undefined
  }
}

function note(sql: string): void {
  // How one engine sees that another process has written: it touches no table.
  if (sql.startsWith('PRAGMA')) return
  made++
  heard?.(sql)
}

let watchesSqlite = false

function watchSqlite(): void {
  if (watchesSqlite) return
  watchesSqlite = true
  // Of its two signatures only the one with values in order is used.
  const prototype: { all(...values: SQLInputValue[]): Record<string, SQLOutputValue>[] } = StatementSync.prototype
  const { all } = prototype
  prototype.all = function (this: StatementSync, ...values) {
    note(this.sourceSQL)
    return all.apply(this, values)
  }
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
    if (sql.startsWith('BEGIN')) note(sql)
    exec.call(this, sql)
  }
}

async function watchPostgres(): Promise<void> {
  const { default: pg } = await import('pg')
  const prototype: Pick<Client, 'query' | 'connect'> = pg.Client.prototype
  prototype.query = counted(prototype.query)
  prototype.connect = counted(prototype.connect)
}

/** pg answers by a promise or, when the last argument is a function, by calling it. */
function counted<F>(original: F): F {
  const method = original as (...args: unknown[]) => unknown
  function replacement(this: unknown, ...args: unknown[]): unknown {
    const [query, callback] = [args[0], args.at(-1)]
    note(typeof query === 'string' ? query : textOf(query))
    underWay++
    if (typeof callback === 'function') {
      const answer = (...answers: unknown[]): void => {
        end()
        callback(...answers)
      }
      return method.apply(this, [...args.slice(0, -1), answer])
    }
    const result = method.apply(this, args)
    Promise.resolve(result).then(end, end)
    return result
  }
  return replacement as F
}

function end(): void {
  underWay--
  answered()
}

function textOf(query: unknown): string {
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : 'connect'
}
