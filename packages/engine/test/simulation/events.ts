import { decider, type Erasure, event, projection, reaction } from '@regie/engine'
import { z } from 'zod'
import type { WorldJob } from './jobs.ts'
import type { Ledger } from './ledger.ts'

/** Something counted was added to; `number` marks the event. */
const added = event({ name: 'added', data: z.object({ number: z.number(), amount: z.number() }) })

/** Something told of a person, who may be forgotten. */
const told = event({
  name: 'told',
  data: z.object({ number: z.number(), amount: z.number(), name: z.string() }),
  personal: ['/name'],
})

/** Counts how much was added, and refuses more than a limit. */
const counter = decider<number, { readonly number: number; readonly limit: number }, readonly [typeof added]>({
  name: 'counter',
  events: [added],
  initial: 0,
  snapshot: { every: 4, version: 1 },
  decide: (total, { number, limit }) => (total < limit ? added.with({ number, amount: 1 }) : []),
  evolve: (total, { data }) => total + data.amount,
})

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

interface SeenTables {
  seen_inline: Seen
  seen_async: Seen
}

interface Seen {
  readonly position: number
  readonly number: number
  readonly total: number
}

/** What every world knows of events: one kind, read models of it in step and a moment later, and a job that follows it. */
export function worldEvents(ledger: Ledger, follower: WorldJob) {
  const seen = (mode: 'inline' | 'async') => {
    const table = `seen_${mode}` as const
    return projection<SeenTables, readonly [typeof added, typeof told]>({
      name: `seen-${mode}`,
      version: 1,
      mode,
      events: [added, told],
      tables: [table],
      create: (db) =>
        db.schema
          .createTable(table)
          .addColumn('position', 'bigint', (column) => column.primaryKey())
          .addColumn('number', 'bigint', (column) => column.notNull())
          .addColumn('total', 'bigint', (column) => column.notNull())
          .execute(),
      async apply(tx, events) {
        // The total so far is what the last row says: an event that came too early, twice or not at all would show in it.
        const last = await tx.db
          .selectFrom(table)
          .select(['position', 'total'])
          .orderBy('position', 'desc')
          .limit(1)
          .executeTakeFirst()
        let [position, total] = [last?.position ?? 0, last?.total ?? 0]
        for (const each of events) {
          if (each.position <= position)
            throw ledger.broken(`${table} is given event ${each.position} after ${position}`)
          position = each.position
          total += each.data.amount
          await tx.db.insertInto(table).values({ position, number: each.data.number, total }).execute()
        }
      },
    })
  }
  const reactions = [
    reaction({
      name: 'follow',
      events: [added, told],
      job: follower,
      input: ({ data: { number } }) => ({ number, key: 'follow', acts: [{ way: 'return' as const, ms: 0 }] }),
    }),
  ]
  const erased = new Set<string>()
  const onErasure = async ({ person }: Erasure): Promise<void> => void erased.add(person)
  return {
    added,
    told,
    counter,
    erased,
    onErasure,
    personKeys: { masterKey: MASTER_KEY },
    types: [added, told],
    projections: [seen('inline'), seen('async')],
    reactions,
  }
}

/** What may never be found among events and what follows from them. */
export const NEVER_OF_EVENTS: Readonly<Record<string, string>> = {
  'a stream has a gap, or counts wrongly': `
    SELECT s.name, s.version, count(e.position), max(e.version) FROM engine_stream s
    LEFT JOIN engine_event e ON e.org = s.org AND e.stream = s.name
    GROUP BY s.org, s.name HAVING count(e.position) <> s.version OR max(e.version) <> s.version`,
  'an event has no follower, or several': `
    SELECT e.position, count(b.id) FROM engine_event e
    LEFT JOIN engine_body b ON b.job = 'follower' AND json_extract(b.payload, '$.number') = json_extract(e.data, '$.number')
    GROUP BY e.position HAVING count(b.id) <> 1`,
  'what is told of a person can be read in the database': `
    SELECT position, data FROM engine_event WHERE data LIKE '%secret-%'`,
  'the projection in step does not show every event': `
    SELECT e.position, i.position FROM engine_event e FULL JOIN seen_inline i ON i.position = e.position
    WHERE e.position IS NULL OR i.position IS NULL`,
  'the later projection has overtaken or lost an event': `
    SELECT e.position, a.position, g.position FROM engine_event e
    JOIN engine_projection p ON p.name = 'seen-async'
    JOIN engine_projection_generation g ON g.projection = p.name AND g.generation = p.serving
    FULL JOIN seen_async a ON a.position = e.position
    WHERE e.position IS NULL OR (a.position IS NULL) <> (e.position > g.position)`,
  'a projection adds up to something else': `
    SELECT position, total FROM (
      SELECT position, total, row_number() OVER (ORDER BY position) AS place FROM seen_inline
    ) WHERE total <> place`,
  'a later projection adds up to something else': `
    SELECT position, total FROM (
      SELECT position, total, row_number() OVER (ORDER BY position) AS place FROM seen_async
    ) WHERE total <> place`,
}

/** Projections that have yet to see events, or are being built. */
export const BEHIND = `
  SELECT projection FROM engine_projection_generation g JOIN engine_projection p ON p.name = g.projection
  WHERE p.serving IS NULL OR g.generation <> p.serving
    OR p.mode = 'async' AND g.position < (SELECT coalesce(max(position), 0) FROM engine_event)`
