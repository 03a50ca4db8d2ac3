import { type Kysely, sql } from 'kysely'
import type { IdentityTables } from '../schema.ts'

type Db = Kysely<IdentityTables>

/** How many attempts there may be, and how they are slowed down. */
export interface AttemptLimits {
  readonly now: number
  /** After this long everything is forgotten, in milliseconds. */
  readonly windowMs: number
  /** This many in the window, then none until its end. */
  readonly max: number
  /** From this one on there is a wait after each: a second, then twice as long. */
  readonly slowFrom: number
}

/**
 * Counts an attempt before it is made, in one statement, so that a thousand at once are no way around it. Answers the how manieth it is, 0 when it may not be made.
 */
export async function countAttempt(db: Db, id: string, limits: AttemptLimits): Promise<number> {
  const { now, windowMs } = limits
  const stale = sql<boolean>`platform_sign_in_attempt.since <= ${now - windowMs}`
  const row = await db
    .insertInto('platform_sign_in_attempt')
    .values({ id, failures: 1, since: now, blocked_until: 0 })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({
          failures: sql<number>`case when ${stale} then 1 else platform_sign_in_attempt.failures + 1 end`,
          since: sql<number>`case when ${stale} then ${sql.val(now)} else platform_sign_in_attempt.since end`,
          blocked_until: sql<number>`case when ${stale} then 0 ${waits(limits)} else 0 end`,
        })
        .where((eb) => eb.or([stale, eb('platform_sign_in_attempt.blocked_until', '<=', now)])),
    )
    .returning('failures')
    .executeTakeFirst()
  return row?.failures ?? 0
}

function waits({ now, windowMs, max, slowFrom }: AttemptLimits) {
  const steps = Array.from({ length: max - slowFrom }, (_, step) => {
    const until = now + 1_000 * 2 ** step
    return sql`when platform_sign_in_attempt.failures + 1 = ${slowFrom + step} then ${sql.val(until)}`
  })
  const last = sql`when platform_sign_in_attempt.failures + 1 >= ${max} then platform_sign_in_attempt.since + ${windowMs}`
  return sql.join([...steps, last], sql` `)
}

/** When the next attempt may be made. */
export async function blockedUntil(db: Db, id: string): Promise<number> {
  const row = await db
    .selectFrom('platform_sign_in_attempt')
    .select('blocked_until')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.blocked_until ?? 0
}

/** Forgets the attempts: one was right. */
export async function forgetAttempts(db: Db, id: string): Promise<void> {
  await db.deleteFrom('platform_sign_in_attempt').where('id', '=', id).execute()
}
