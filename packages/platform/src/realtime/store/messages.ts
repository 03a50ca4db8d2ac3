import type { Database } from '@regie/engine'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { ChannelKey, ChannelSet, Message } from '../message.ts'

interface Tables {
  readonly platform_message: {
    /** Given by the database. */
    readonly id?: number
    readonly position: number | null
    readonly org_id: string
    readonly channel: string
    readonly content: string
    readonly at: number
  }
  readonly platform_message_head: {
    readonly id: number
    readonly epoch: string
    readonly head: number
    readonly pruned: number
  }
}

/** Where the order stands. */
export interface Head {
  readonly epoch: string
  /** The last position that was given. */
  readonly head: number
  /** Everything up to here may have been deleted. */
  readonly pruned: number
}

/** A message that has no position yet. */
export interface NewMessage extends ChannelKey {
  readonly content: string
  /** Milliseconds UTC. */
  readonly at: number
}

const ONLY = 1
const COLUMNS = ['position', 'org_id as org', 'channel', 'content'] as const

/** Writes messages; inside `tx` they are heard if and when it commits. */
export async function insertMessages<DB>(
  db: Kysely<DB> | Transaction<DB>,
  messages: readonly NewMessage[],
): Promise<void> {
  // The caller's tables and the platform's are in the same database.
  await (db as unknown as Kysely<Tables>)
    .insertInto('platform_message')
    .values(messages.map(({ org, channel, content, at }) => ({ position: null, org_id: org, channel, content, at })))
    .execute()
}

/** Reads where the order stands, and begins one, with a new `epoch`, in an empty database. */
export async function openHead(database: Database, epoch: string): Promise<Head> {
  const first = { id: ONLY, epoch, head: 0, pruned: 0 }
  await database
    .kysely<Tables>()
    .insertInto('platform_message_head')
    .values(first)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  return readHead(database)
}

/**
 * Begins a new epoch in a restored database, which gives positions again that clients have heard other messages at. A
 * database from before there were live messages is left alone.
 */
export async function renewEpoch(database: Database, epoch: string): Promise<void> {
  const db = database.kysely<Tables>()
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name }) => name === 'platform_message_head')) return
  await db.updateTable('platform_message_head').set({ epoch }).execute()
}

/** Where the order stands. */
export function readHead(database: Database): Promise<Head> {
  return database
    .kysely<Tables>()
    .selectFrom('platform_message_head')
    .select(['epoch', 'head', 'pruned'])
    .where('id', '=', ONLY)
    .executeTakeFirstOrThrow()
}

/**
 * Gives positions to what was committed since, in the order in which it was written; answers to how many. Whoever does
 * it holds the one row of the head, so that positions have no gap and none is visible before a smaller one.
 */
export async function givePositions(database: Database, limit: number): Promise<number> {
  if (!(await someoneWaits(database))) return 0
  return database.transaction<number, Tables>(async (tx) => {
    const { head } = await tx
      .selectFrom('platform_message_head')
      .select('head')
      .where('id', '=', ONLY)
      .$if(database.dialect === 'postgres', (query) => query.forUpdate())
      .executeTakeFirstOrThrow()
    const { numAffectedRows = 0n } = await sql`
      update platform_message set position = ${head} + fresh.rank
      from (
        select id, row_number() over (order by id) as rank
        from (select id from platform_message where position is null order by id limit ${limit}) as waiting
      ) as fresh
      where platform_message.id = fresh.id`.execute(tx)
    const count = Number(numAffectedRows)
    if (count > 0)
      await tx
        .updateTable('platform_message_head')
        .set({ head: head + count })
        .where('id', '=', ONLY)
        .execute()
    return count
  })
}

async function someoneWaits(database: Database): Promise<boolean> {
  const row = await database
    .kysely<Tables>()
    .selectFrom('platform_message')
    .select('id')
    .where('position', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** What everybody has to hear after a position, in order. */
export async function readMessages(database: Database, after: number, limit: number): Promise<readonly Message[]> {
  const rows = await database
    .kysely<Tables>()
    .selectFrom('platform_message')
    .select(COLUMNS)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.flatMap(positioned)
}

/** What of some channels lies after a position and up to another. */
export async function readChannels(
  database: Database,
  { org, channels }: ChannelSet,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<readonly Message[]> {
  const rows = await database
    .kysely<Tables>()
    .selectFrom('platform_message')
    .select(COLUMNS)
    .where('org_id', '=', org)
    .where('channel', 'in', channels)
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.flatMap(positioned)
}

/** Deletes what was written before an instant (milliseconds UTC); answers how many. */
export function pruneMessages(database: Database, before: number): Promise<number> {
  return database.transaction<number, Tables>(async (tx) => {
    const { last } = await tx
      .selectFrom('platform_message')
      .select(({ fn }) => fn.max('position').as('last'))
      .where('at', '<', before)
      .where('position', 'is not', null)
      .executeTakeFirstOrThrow()
    if (last === null) return 0
    await tx
      .updateTable('platform_message_head')
      .set({ pruned: last })
      .where('id', '=', ONLY)
      .where('pruned', '<', last)
      .execute()
    const { numDeletedRows } = await tx.deleteFrom('platform_message').where('position', '<=', last).executeTakeFirst()
    return Number(numDeletedRows)
  })
}

function positioned({
  position,
  ...rest
}: Omit<Message, 'position'> & { readonly position: number | null }): Message[] {
  return position === null ? [] : [{ position, ...rest }]
}
