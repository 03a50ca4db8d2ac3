import type { Engine, Logger } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { tablePrefix } from '../app/tables.ts'
import type { AuditLog } from '../audit/log.ts'
import { SYSTEM } from '../auth/principal.ts'
import type { IdentityTables } from '../auth/schema.ts'
import { beginPurge, deleteOrganisation, deleteUsers, listDue, listOnlyHere } from '../auth/store/closing.ts'
import { UNENDED } from '../filter/grammar.ts'
import { deleteOfUsers, deleteSlice, tablesWith } from './store.ts'

/** What removing needs. */
export interface PurgeGround {
  readonly engine: Engine
  readonly apps: readonly AnyApp[]
  readonly audit: Pick<AuditLog, 'record'>
  /** The organisation that owns the server. */
  readonly home: string
  readonly log: Logger
  /** Ends it between two slices. */
  readonly signal: AbortSignal
}

/** What was removed of one organisation. */
export interface PurgedOrganisation {
  readonly id: string
  readonly runs: number
  readonly rows: number
  /** Runs that have not ended yet: it goes on in the next night. */
  readonly left: number
}

const USERS = 200
const MEMBERS = 'platform_member'
// It tells who did what, for as long as it is kept.
const STAYS = /^platform_audit/

/**
 * Removes what closed organisations have whose time to be restored is over: from the engine's tables, the apps' and the platform's, a
 * thousand rows to a commit, then the organisation itself with an entry in the audit log. Cut off, it is done again and goes on.
 */
export async function purgeOrganisations(ground: PurgeGround, now: number): Promise<readonly PurgedOrganisation[]> {
  const { engine, log } = ground
  const db = engine.database.kysely<IdentityTables>()
  const purged: PurgedOrganisation[] = []
  for (const { id, name } of await listDue(db, now)) {
    if (!(await beginPurge(db, id, now))) continue
    const done = await purgeOne(ground, { id, name })
    log.info({ audit: true, ...done }, 'what a closed organisation had was removed')
    purged.push(done)
  }
  return purged
}

async function purgeOne(
  { engine, apps, audit, home, signal }: PurgeGround,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<PurgedOrganisation> {
  const { database } = engine
  await engine.runs.cancelMany({ org: id, state: UNENDED }, `the organisation ${id} is removed`)
  const { runs, rows: ofEngine, left } = await engine.forgetOrganisation(id, signal)
  const prefixes = ['platform_', ...apps.map((app) => tablePrefix(app.id))]
  const tables = (await tablesWith('org_id', database, prefixes)).filter((table) => !STAYS.test(table))
  const people = await removePeople(engine, id, signal)
  const rows = ofEngine + people + (await removeRows(engine, tables, id, signal))
  if (left > 0) return { id, runs, rows, left }
  await database.transaction<void, IdentityTables>(async (tx) => {
    await deleteOrganisation(tx, id)
    const object = { type: 'organisation', id }
    await audit.record(tx, {
      org: home,
      actor: SYSTEM,
      action: 'organisations.purge',
      object,
      before: { name },
      after: { runs, rows },
    })
  })
  return { id, runs, rows, left }
}

/** Accounts of people who belong to nothing else go with what is theirs, before it is forgotten that they were members. */
async function removePeople({ database }: Engine, org: string, signal: AbortSignal): Promise<number> {
  const db = database.kysely<IdentityTables>()
  const tables = await tablesWith('user_id', database, ['platform_'])
  let total = 0
  for (let ids = await listOnlyHere(db, org, USERS); ids.length > 0; ids = await listOnlyHere(db, org, USERS)) {
    signal.throwIfAborted()
    // The memberships last: by them whoever goes on after a kill finds the rest.
    for (const table of tables) if (table !== MEMBERS) await deleteOfUsers(database, table, ids)
    total += await deleteUsers(db, ids)
  }
  return total
}

/** Tables whose rows others refer to come after those: what fails is tried again as long as something else goes. */
async function removeRows(
  { database }: Engine,
  tables: readonly string[],
  org: string,
  signal: AbortSignal,
): Promise<number> {
  let total = 0
  for (let waiting = tables; waiting.length > 0; ) {
    const before = total
    const failed: { readonly table: string; readonly error: unknown }[] = []
    for (const table of waiting) {
      try {
        for (let removed = 1; removed > 0; total += removed) {
          signal.throwIfAborted()
          removed = await deleteSlice(database, table, org)
        }
      } catch (error) {
        signal.throwIfAborted()
        failed.push({ table, error })
      }
    }
    if (failed.length > 0 && total === before) throw failed[0]?.error
    waiting = failed.map(({ table }) => table)
  }
  return total
}
