import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { KeyPart } from '../http/page.ts'

/** The order of a list: columns as the query names them, the last of them unique. */
export interface Keyset {
  readonly columns: readonly string[]
  /** Of all columns, so that one index serves. Default `asc`. */
  readonly direction?: 'asc' | 'desc'
  /** Where the page before ended, from {@link decodeCursor}. */
  readonly after: readonly KeyPart[] | undefined
  readonly limit: number
}

/** One page of a query: in order, from behind the place given, with one row more than `limit` to tell whether there is a page after. */
export function keyset<DB, Table extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Table, Row>,
  { columns, direction = 'asc', after, limit }: Keyset,
): SelectQueryBuilder<DB, Table, Row> {
  const begun = after === undefined ? query : query.where(behind(columns, direction, after))
  const ordered = columns.reduce((sorted, column) => sorted.orderBy(sql.ref(column), direction), begun)
  return ordered.limit(limit + 1)
}

/** A comparison of row values: both stores answer it from the index, which a chain of `or` keeps them from. */
function behind(columns: readonly string[], direction: 'asc' | 'desc', after: readonly KeyPart[]): RawBuilder<SqlBool> {
  const row = sql.join(columns.map((column) => sql.ref(column)))
  return sql<SqlBool>`(${row}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(after)})`
}
