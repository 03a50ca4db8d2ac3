import type { Database } from '@regie/engine'
import { type Expression, expressionBuilder, sql, type Transaction } from 'kysely'
import type { FactorTables } from './tables.ts'

/** How a session showed its second factor. */
export type FactorMethod = 'totp' | 'backup-code' | 'passkey'

/** What stands between a session and the rest of the platform. */
export interface Standing {
  /** The session has shown a second factor. */
  readonly shown: boolean
  /** The person has a confirmed authenticator. */
  readonly hasTotp: boolean
  readonly hasPasskey: boolean
  /** The organisation wants one of everybody. */
  readonly required: boolean
}

/** Which session: as texts, or as columns of a query about sessions. */
interface Which<Text> {
  readonly org: Text
  readonly userId: Text
  readonly sessionId: Text
}

/** Where a session stands, in one query. */
export async function standingOf(database: Database, which: Which<string>): Promise<Standing> {
  return readStanding(await database.kysely().selectNoFrom(standing(which)).executeTakeFirstOrThrow())
}

/** Where sessions stand, by their ids. */
export async function standingsOf(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
  if (ids.length === 0) return new Map()
  const rows = await database
    .kysely<{ platform_session: { readonly id: string } }>()
    .selectFrom('platform_session as s')
    .select('s.id')
    .select(standing({ org: sql`s.org_id`, userId: sql`s.user_id`, sessionId: sql`s.id` }))
    .where('s.id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, ...row }) => [id, readStanding(row)]))
}

function standing({ org, userId, sessionId }: Which<string | Expression<string>>) {
  const { selectFrom } = expressionBuilder<FactorTables>()
  return [
    selectFrom('platform_factor_session')
      .select('shown_at')
      .where('session_id', '=', sessionId)
      .where('user_id', '=', userId)
      .as('shown'),
    selectFrom('platform_totp').select('confirmed_at').where('user_id', '=', userId).as('totp'),
    selectFrom('platform_passkey').select('created_at').where('user_id', '=', userId).limit(1).as('passkey'),
    selectFrom('platform_factor_policy').select('required').where('org_id', '=', org).as('required'),
  ] as const
}

function readStanding(row: Readonly<Record<'shown' | 'totp' | 'passkey' | 'required', number | null>>): Standing {
  return {
    shown: row.shown !== null,
    hasTotp: row.totp !== null,
    hasPasskey: row.passkey !== null,
    required: row.required === 1,
  }
}

/** The session has shown its second factor. */
export async function saveShown(
  db: Pick<Transaction<FactorTables>, 'insertInto'>,
  shown: { readonly sessionId: string; readonly userId: string; readonly method: FactorMethod; readonly now: number },
): Promise<void> {
  await db
    .insertInto('platform_factor_session')
    .values({ session_id: shown.sessionId, user_id: shown.userId, method: shown.method, shown_at: shown.now })
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet({ method: shown.method, shown_at: shown.now }))
    .execute()
}

/** What one session showed, and when. */
export async function findShown(
  database: Database,
  sessionId: string,
): Promise<{ readonly method: FactorMethod; readonly shownAt: number } | undefined> {
  const row = await database
    .kysely<FactorTables>()
    .selectFrom('platform_factor_session')
    .select(['method', 'shown_at'])
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row === undefined ? undefined : { method: row.method, shownAt: row.shown_at }
}

/** No session of this person has shown anything any more, but for the one that stays. */
export async function deleteShown(
  tx: Transaction<FactorTables>,
  userId: string,
  exceptSession?: string,
): Promise<void> {
  let query = tx.deleteFrom('platform_factor_session').where('user_id', '=', userId)
  if (exceptSession !== undefined) query = query.where('session_id', '!=', exceptSession)
  await query.execute()
}

/** Forgets what sessions showed before an instant: they have ended. Answers how many. */
export async function deleteShownBefore(database: Database, before: number): Promise<number> {
  const { numDeletedRows } = await database
    .kysely<FactorTables>()
    .deleteFrom('platform_factor_session')
    .where('shown_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Says whether the organisation wants a second factor of everybody. */
export async function saveRequired(database: Database, org: string, required: boolean, now: number): Promise<void> {
  const set = { required: required ? 1 : 0, changed_at: now }
  await database
    .kysely<FactorTables>()
    .insertInto('platform_factor_policy')
    .values({ org_id: org, ...set })
    .onConflict((conflict) => conflict.column('org_id').doUpdateSet(set))
    .execute()
}

/** True when the organisation wants a second factor of everybody. */
export async function isRequired(database: Database, org: string): Promise<boolean> {
  const row = await database
    .kysely<FactorTables>()
    .selectFrom('platform_factor_policy')
    .select('required')
    .where('org_id', '=', org)
    .executeTakeFirst()
  return row?.required === 1
}
