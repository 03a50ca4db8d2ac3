import type { Database } from '@regie/engine'
import fc from 'fast-check'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openTestPlatform, STORES } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'
import { keyset } from '../store/keyset.ts'
import { decodeCursor, encodeCursor, toPage } from './page.ts'

const refused = expect.objectContaining({ code: 'CURSOR_INVALID', status: 400 })

test('a cursor comes back as the place it was made of', () => {
  const key = fc.tuple(
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
    fc.maxSafeInteger(),
  )
  fc.assert(
    fc.property(key, ([text, number]) => {
      expect(decodeCursor('runs', encodeCursor('runs', [text, number]), ['text', 'number'])).toEqual([text, number])
    }),
  )
})

test('a cursor of another list, of another shape or of no list is refused', () => {
  const made = encodeCursor('runs', ['a', 1])
  expect(() => decodeCursor('alerts', made, ['text', 'number'])).toThrow(refused)
  expect(() => decodeCursor('runs', made, ['text'])).toThrow(refused)
  expect(() => decodeCursor('runs', made, ['number', 'text'])).toThrow(refused)
  expect(() => decodeCursor('runs', encodeCursor('runs', ['a', 1e300]), ['text', 'number'])).toThrow(refused)
  expect(() => decodeCursor('runs', encodeCursor('runs', ['\0']), ['text'])).toThrow(refused)
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor('runs', text, ['text'])).toThrow(refused)
    }),
  )
})

test('the last page has no cursor', () => {
  const page = { list: 'numbers', limit: 2, key: (row: number) => [row] }
  expect(toPage([1, 2, 3], page)).toEqual({ items: [1, 2], next: encodeCursor('numbers', [2]) })
  expect(toPage([1, 2], page)).toEqual({ items: [1, 2] })
  expect(toPage([], page)).toEqual({ items: [] })
})

interface Tables {
  readonly shop_place: { readonly name: string; readonly id: number }
}

describe.each(STORES)('pages on %s', (store) => {
  test.each(['asc', 'desc'] as const)(
    'hold every row once, in the order %s, with equal names too',
    async (direction) => {
      await using world = await openTestPlatform({ identity: openIdentity('main'), store })
      const { database } = world.platform
      const rows = Array.from({ length: 23 }, (_, id) => ({ name: 'éa€b'.charAt(id % 4), id }))
      await fill(database, rows)
      const seen: unknown[] = []
      let cursor: string | undefined
      do {
        const query = database.kysely<Tables>().selectFrom('shop_place').selectAll()
        const after = decodeCursor('places', cursor, ['text', 'number'])
        const found = await keyset(query, { columns: ['name', 'id'], direction, after, limit: 5 }).execute()
        const page = toPage(found, { list: 'places', limit: 5, key: ({ name, id }) => [name, id] })
        seen.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      const ordered = await database
        .kysely<Tables>()
        .selectFrom('shop_place')
        .selectAll()
        .orderBy('name', direction)
        .orderBy('id', direction)
        .execute()
      expect(seen).toEqual(ordered)
      expect(seen).toHaveLength(rows.length)
    },
  )
})

test('the place is compared as a row, which an index serves', () => {
  const query = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => ({}) as never,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
    .selectFrom('shop_place')
    .selectAll()
  const { sql: text } = keyset(query, { columns: ['name', 'id'], after: ['a', 1], limit: 5 }).compile()
  expect(text).toContain('where ("name", "id") > (?, ?) order by "name" asc, "id" asc limit ?')
})

async function fill(database: Database, rows: readonly Tables['shop_place'][]): Promise<void> {
  const db = database.kysely<Tables>()
  await sql`create table shop_place (name text not null, id bigint not null)`.execute(db)
  await db
    .insertInto('shop_place')
    .values([...rows])
    .execute()
}
