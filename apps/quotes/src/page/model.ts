import { z } from 'zod'

/** Query parameters of every list: how many at most, and where the page before ended. */
export const pageInput = {
  limit: z.coerce
    .number('limit must be a whole number from 1 to 200')
    .int('limit must be a whole number from 1 to 200')
    .min(1, 'limit must be at least 1')
    .max(200, 'limit must be at most 200')
    .default(50),
  cursor: z.string().max(1000, 'cursor is not one that a list answered').optional(),
}

/** One page of a list; `next` is the cursor of the page after, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string
}

/** Splits `rows`, read with a limit one above `limit`, into a page and the cursor of its last row. */
export function toPage<Row>(rows: readonly Row[], limit: number, key: (row: Row) => readonly string[]): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: encodeCursor(key(last)) } : { items }
}

/** The parts of a cursor that {@link toPage} made; undefined when it is not one of `length` parts. */
export function decodeCursor(cursor: string, length: number): readonly string[] | undefined {
  const parts = z
    .array(z.string())
    .length(length)
    .safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  return parts.data
}

function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
