import { z } from 'zod'
import { PlatformError } from '../errors.ts'

/** One part of a place in a list: what its rows are ordered by. */
export type KeyPart = string | number

/** Query parameters of every list: how many at most (default 50, at most 200), and where the page before ended. */
export const pageInput = {
  limit: z.coerce
    .number('limit must be a whole number from 1 to 200')
    .int('limit must be a whole number from 1 to 200')
    .min(1, 'limit must be at least 1')
    .max(200, 'limit must be at most 200')
    .default(50),
  cursor: z
    .string()
    .min(1, 'cursor is not one that a list answered')
    .max(2000, 'cursor is not one that a list answered')
    .optional(),
}

/** One page of a list; `next` is the cursor of the page after, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string
}

/** How the rows of a page become a cursor. */
export interface PageOptions<Row> {
  /** Its name, such as `quotes.clients`: a cursor of another list is refused. */
  readonly list: string
  readonly limit: number
  /** The values a row is ordered by, the last of them unique. */
  readonly key: (row: Row) => readonly KeyPart[]
}

/** Splits `rows`, read with a limit one above `limit`, into a page and the cursor of its last row. */
export function toPage<Row>(rows: readonly Row[], { list, limit, key }: PageOptions<Row>): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: encodeCursor(list, key(last)) } : { items }
}

/** The cursor of a place in a list: opaque to clients, good for this list only. */
export function encodeCursor(list: string, key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url')
}

/**
 * The place a cursor names, as `['text', 'number']` says its parts are; undefined without a cursor. Throws `CURSOR_INVALID`
 * (400) for one that this list did not make.
 */
export function decodeCursor<const Types extends readonly ('text' | 'number')[]>(
  list: string,
  cursor: string | undefined,
  types: Types,
): { readonly [Index in keyof Types]: Types[Index] extends 'text' ? string : number } | undefined {
  if (cursor === undefined) return undefined
  const parsed = parseJson(Buffer.from(cursor, 'base64url').toString())
  const [from, ...key]: readonly unknown[] = Array.isArray(parsed) ? parsed : []
  const isOurs = from === list && key.length === types.length && key.every((part, index) => isOf(types[index], part))
  if (isOurs) return key as never
  throw new PlatformError('CURSOR_INVALID', 'cursor was not made by this list: begin without one', {
    status: 400,
    issues: [{ path: 'cursor', code: 'invalid_cursor', message: 'Was not made by this list.' }],
  })
}

/** PostgreSQL refuses NUL, half a character and numbers that are no bigint. */
function isOf(type: 'text' | 'number' | undefined, part: unknown): boolean {
  if (type === 'number') return Number.isSafeInteger(part)
  return typeof part === 'string' && part.isWellFormed() && !part.includes('\0')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
