import { closeSync } from 'node:fs'
import type { SqlitePorts } from '../internals.ts'
import type { Fault } from './faults.ts'
import { ConnectionClosed, type Guard, GuardedDatabase, SqliteRefusal } from './guarded.ts'
import { currentActor, type World } from './world.ts'

/** Thrown into a process that is no more: nothing it does from now on counts. */
export class Crash extends Error {}

/** The process whose database this is. */
export interface Host {
  readonly world: World
  readonly alive: boolean
  /** What befalls this statement. */
  befall(sql: string): Fault | undefined
  /** The process ends here; its connections are closed. */
  crash(why: string): void
  /** A transaction that wrote something was committed. */
  committed(): void
  adopt(resource: Disposable): void
}

const STATEMENT_MS = 0.02

/** What is to be known of a statement, by its text: there are a few hundred of them, and millions of times they are made. */
interface Known {
  readonly short: string
  readonly isQuiet: boolean
  readonly writes: boolean
}

const statements = new Map<string, Known>()

function know(sql: string): Known {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const fresh = {
    short: shorten(sql),
    isQuiet: sql.startsWith('PRAGMA'),
    writes: /^\s*(insert|update|delete|with|create|drop)/i.test(sql),
  }
  statements.set(sql, fresh)
  return fresh
}

/** Each statement of a process may be the one at which something goes wrong. */
function guardOf(host: Host): Guard {
  let wrote = false
  const crash = (short: string): never => {
    host.crash(`at ${short}`)
    throw new Crash(`the process ended at ${short}`)
  }
  return (sql, execute, connection) => {
    const { short, isQuiet, writes } = know(sql)
    if (!host.alive) throw new Crash(`the process that asks for ${short} has ended`)
    host.world.pass(STATEMENT_MS)
    if (isQuiet) return execute()
    const fault = host.befall(sql)
    host.world.note(`  ${short}${fault === undefined ? '' : ` ! ${JSON.stringify(fault)}`}`)
    if (fault?.kind === 'delay') host.world.pass(fault.ms)
    if (fault?.kind === 'crash' && fault.when === 'before') crash(short)
    if (fault?.kind === 'refusal') {
      if (fault.rollsBack && connection.isTransaction) connection.rollBack()
      throw new SqliteRefusal(fault.code)
    }
    const result = execute()
    wrote ||= writes
    if (wrote && sql === 'COMMIT') {
      wrote = false
      host.committed()
    }
    if (fault?.kind === 'crash') crash(short)
    return result
  }
}

/** Nobody waits for a lock here while the file is opened: whoever holds it could not go on meanwhile. */
class ImpatientDatabase extends GuardedDatabase {
  override exec(sql: string): void {
    super.exec(sql.replace(/busy_timeout = \d+/g, 'busy_timeout = 0'))
  }
}

/** What a simulated process opens its database with. */
export function simulatedPorts(host: Host): SqlitePorts {
  const { world } = host
  const guard = guardOf(host)
  let log: number | undefined
  return {
    open(path, options = { readOnly: false }) {
      const database = new ImpatientDatabase(path, options, guard)
      host.adopt({ [Symbol.dispose]: () => database.isOpen && database.close() })
      return database
    },
    // The disk takes its time; what it was asked for by a dead process it never answers.
    sync(fd) {
      if (log === undefined) host.adopt({ [Symbol.dispose]: () => closeQuietly(fd) })
      log = fd
      return new Promise((resolve) => world.plan('fdatasync', world.random() ** 4 * 50, resolve))
    },
    checkpoints: { afterGroup: () => {}, close: async () => {} },
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // The engine has stopped in good order and closed it itself.
  }
}

function shorten(sql: string): string {
  const text = sql.replaceAll(/\s+/g, ' ').trim()
  return text.length > 110 ? `${text.slice(0, 107)}…` : text
}

/** True for what a process that has ended throws when it goes on nevertheless. */
export function isCrash(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Crash || cause instanceof ConnectionClosed) return true
  return currentActor()?.alive === false
}
