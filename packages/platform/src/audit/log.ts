import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock, Database, Logger, SqlConnection, SqlValue } from '@regie/engine'
import type { CompiledQuery, Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { orderedIds } from '../id.ts'
import type { Scrubber } from '../observe/scrub.ts'
import { type AnchorBook, signAnchor } from './anchors.ts'
import type { AuditDetail, AuditEntry, AuditFilter, AuditInput, AuditObject, AuditPage } from './entry.ts'
import { forgetPersons } from './forget.ts'
import type { AuditKeys } from './keys.ts'
import { verifyByNight } from './nightly.ts'
import { type AuditPruned, pruneLog } from './prune.ts'
import { entryOf, rowOf } from './row.ts'
import { createSealer, type Sealer } from './sealer.ts'
import { readEnd } from './store/chain.ts'
import {
  type AuditTables,
  type AuditWriter,
  entryExists,
  insertEntry,
  readEntry,
  readRemembered,
  searchEntries,
} from './store/entries.ts'
import { type AuditVerification, type VerifyOptions, verifyLog } from './verify.ts'

/** How a piece of work is accompanied. */
export interface AccompanyOptions<T> {
  /**
   * False for an outcome in which nothing was done: it gets no entry. When something was committed all the same, the entry is followed by
   * one which says that the rest was not (`INCOMPLETE`). Default: all did.
   */
  readonly succeeded?: (value: T) => boolean
  /** Writes something else with the first change, and refuses it by throwing. */
  readonly alongside?: (connection: SqlConnection) => Promise<void>
}

/** Who did what: entries that are only ever added, and a chain that shows when one is missing or another. */
export interface AuditLog extends Pick<Sealer, 'seal' | 'start' | 'stop'> {
  /**
   * Adds an entry: in the transaction given, with which it commits, or else in one of its own. Answers its id. Throws
   * `AUDIT_FAILED`, which has to undo the change.
   */
  record(tx: AuditWriter | undefined, input: AuditInput): Promise<string>
  /**
   * Runs `work`, whose first change commits together with the entry or not at all (see `Database.accompany`). Work that
   * succeeds without a change gets its entry right after; work that fails after its first change gets a second one, which says so.
   * Throws what `work` throws, and `AUDIT_FAILED` when the entry cannot be written.
   */
  accompany<T>(input: AuditInput, work: () => Promise<T>, options?: AccompanyOptions<T>): Promise<T>
  /**
   * Adds an entry about a detail of the accompanied work, or of a job, in its transaction. One of the work's own action that commits
   * with its first change is the entry of the work: it tells more than what was asked for. The first one names the object of the work's
   * own entry, when its address does not, and whose data that holds.
   */
  detail(
    tx: AuditWriter & { afterCommit(callback: () => void): void },
    by: Pick<AuditInput, 'org' | 'actor'> & { readonly app: string },
    detail: AuditDetail,
  ): Promise<void>
  /** Names what the work under way makes, once it has an id: neither its address nor its command can. Called before its change commits. */
  about(object: AuditObject): void
  /** At most 200 a page (default 50). Throws `INPUT_INVALID` for a cursor that is none. */
  search(filter: AuditFilter, page?: { readonly limit?: number; readonly after?: string }): Promise<AuditPage>
  /** Every entry that matches, newest first. */
  all(filter: AuditFilter): AsyncGenerator<AuditEntry>
  /** One entry. Throws `AUDIT_UNKNOWN`, also for one of another organisation. */
  get(org: string, id: string): Promise<AuditEntry>
  /** Reads all of it. `copy`: anchors that were kept elsewhere, to be compared as well. */
  verify(options?: Pick<VerifyOptions, 'copy' | 'signal'>): Promise<AuditVerification>
  /** Reads what is new since the last time, and a seventh of the rest. */
  verifyByNight(signal?: AbortSignal): Promise<AuditVerification>
  /**
   * Erases the name of a person where they acted, and what entries about them say; who, what and when stays, and an entry tells of the
   * erasure. The chain holds. Answers how many entries were touched.
   */
  forget(org: string, person: string): Promise<number>
  /** The same of several, in the transaction given. Throws `AUDIT_FAILED`, which has to undo it. */
  forgetIn(
    tx: { readonly db: Kysely<AuditTables>; afterCommit(callback: () => void): void },
    org: string,
    persons: readonly string[],
  ): Promise<number>
  /** Erases anew of whom the log should not tell any more, but does since an older database was restored. */
  forgetAgain(): Promise<void>
  /**
   * Removes the oldest sealed entries, those from before an instant (milliseconds UTC), and tells of it in an entry of `org`. The
   * place and the seal of the last one stay, signed, so that `verify` accepts what is left.
   */
  prune(before: number, org: string): Promise<AuditPruned>
  /** After a restore: signs that the log was put back to where it is now. */
  rewind(): Promise<void>
}

/** What an audit log is made of. */
export interface AuditLogOptions {
  readonly database: Database
  readonly keys: AuditKeys
  readonly anchors: AnchorBook
  readonly clock: Clock
  readonly log: Logger
  readonly scrub: Scrubber
  /** Told of entries that nobody with the key has made. */
  readonly onForged?: (ids: readonly string[]) => void
}

/** The work under way: what its entry will say. */
interface Work {
  input: AuditInput
  /** The entry of a detail that says what this work's own would; not there when its transaction was rolled back. */
  told?: string
}

const EXPORT_PAGE = 500

/** Opens the log; nothing runs before `start`. */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  const { database, keys, anchors, clock, log, scrub } = options
  const sealer = createSealer(options)
  const nextId = orderedIds()
  // What a transaction deep inside belongs to; the hook on its commit is ambient already, see docs/decisions/0010-audit.md.
  const works = new AsyncLocalStorage<Work>()

  const makeRow = (input: AuditInput) => {
    const now = clock.now()
    return rowOf(input, { key: keys.active, scrub, id: nextId(now), now })
  }
  const write = async (tx: AuditWriter, input: AuditInput): Promise<string> => {
    try {
      const row = makeRow(input)
      await tx.executeQuery(insertEntry(database, row))
      return row.id
    } catch (cause) {
      throw failed(cause)
    }
  }
  const isTold = async ({ told }: Work, connection: SqlConnection): Promise<boolean> => {
    if (told === undefined) return false
    const { sql, parameters } = entryExists(database, told)
    return (await connection.query(sql, parameters as readonly SqlValue[])).length > 0
  }
  const record = async (tx: AuditWriter | undefined, input: AuditInput): Promise<string> => {
    const id = await write(tx ?? database.kysely(), input)
    sealer.wake()
    return id
  }
  const search: AuditLog['search'] = async (filter, { limit = 50, after } = {}) => {
    if (after !== undefined && !/^[0-9a-f-]{36}$/.test(after))
      throw new PlatformError(
        'INPUT_INVALID',
        '`after` is no cursor of this list: pass the `next` of the page before',
        {
          status: 400,
        },
      )
    const most = Math.min(Math.max(limit, 1), EXPORT_PAGE)
    const rows = await searchEntries(database, filter, { limit: most + 1, after })
    const entries = rows.slice(0, most).map(entryOf)
    const last = entries.at(-1)
    return { entries, ...(rows.length > most && last !== undefined && { next: last.id }) }
  }
  const forget: AuditLog['forget'] = async (org, person) => {
    const { dialect } = database
    const count = await database.transaction<number, AuditTables>((tx) =>
      forgetPersons(tx, { dialect, org, persons: [person], makeRow }),
    )
    if (count > 0) sealer.wake()
    return count
  }

  return {
    seal: sealer.seal,
    start: sealer.start,
    stop: sealer.stop,
    record,
    async accompany(input, work, { succeeded = () => true, alongside } = {}) {
      let written = false
      const under: Work = { input }
      const hook = async (connection: SqlConnection): Promise<void> => {
        if (!(await isTold(under, connection))) await write(writerOf(connection), under.input)
        await alongside?.(connection)
        connection.afterCommit(() => {
          written = true
          sealer.wake()
        })
      }
      const fail = async (code: string): Promise<void> => {
        if (!written) return
        await record(undefined, { ...under.input, before: undefined, after: { failed: code } }).catch((err) =>
          log.error({ err }, 'the failure of a change could not be entered in the audit log'),
        )
      }
      const value = await works
        .run(under, () => database.accompany(work, hook))
        .catch(async (error: unknown) => {
          await fail(codeOf(error))
          throw error
        })
      if (!succeeded(value)) await fail('INCOMPLETE')
      else if (!written) await record(undefined, under.input)
      return value
    },
    async detail(tx, { app, ...by }, { action, ...detail }) {
      const work = works.getStore()
      const { requestId, traceId } = work?.input ?? {}
      const own = work?.input.action
      const id = await write(tx, { ...by, requestId, traceId, action: action ?? own ?? `${app}.change`, ...detail })
      if (work !== undefined) {
        // What an address makes has its id from the app; without it, an erasure would not find what the entry says.
        const { object = detail.object, person = detail.person } = work.input
        work.input = { ...work.input, object, person }
        if ((action ?? own) === own && by.org === work.input.org) work.told = id
      }
      tx.afterCommit(sealer.wake)
    },
    about(object) {
      const work = works.getStore()
      if (work !== undefined) work.input = { ...work.input, object }
    },
    search,
    async *all(filter) {
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page: AuditPage = await search(filter, { limit: EXPORT_PAGE, ...(after !== '' && { after }) })
        yield* page.entries
        after = page.next
      }
    },
    async get(org, id) {
      const row = await readEntry(database, org, id)
      if (row !== undefined) return entryOf(row)
      throw new PlatformError('AUDIT_UNKNOWN', `there is no audit entry ${id}: GET /api/v1/audit lists them`, {
        status: 404,
      })
    },
    verify: (given) => verifyLog({ database, keys, anchors, clock, ...given }),
    verifyByNight: (signal) => verifyByNight({ database, keys, anchors, clock, signal }),
    forget,
    async forgetIn({ db, afterCommit }, org, persons) {
      const count = await forgetPersons(db, { dialect: database.dialect, org, persons, makeRow }).catch(
        (cause: unknown) => Promise.reject(failed(cause)),
      )
      if (count > 0) afterCommit(sealer.wake)
      return count
    },
    async forgetAgain() {
      for (const { org, person } of await readRemembered(database)) await forget(org, person)
    },
    async prune(before, org) {
      const pruned = await pruneLog(before, { database, keys, anchors, clock, org, write })
      sealer.wake()
      return pruned
    },
    async rewind() {
      const { seq, seal } = await readEnd(database)
      await anchors.append(signAnchor({ kind: 'rewind', seq, seal, at: clock.now() }, keys.active))
      await anchors.writeHead(signAnchor({ kind: 'anchor', seq, seal, at: clock.now() }, keys.active))
    },
  }
}

function writerOf(connection: SqlConnection): AuditWriter {
  return {
    executeQuery: ({ sql, parameters }: CompiledQuery) => connection.query(sql, parameters as readonly SqlValue[]),
  }
}

function failed(cause: unknown): PlatformError {
  return new PlatformError(
    'AUDIT_FAILED',
    'The change was refused, because it could not be entered in the audit log. Try again shortly; the log has the reason.',
    { cause, status: 503 },
  )
}

/** What the log says of a failure: its code, or what kind of error it is. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
