import type { CleanedWhere } from '@better-auth/core/db/adapter'
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'

/** Tables that are known by name only: better-auth's plugins bring their own. */
// biome-ignore lint/suspicious/noExplicitAny: better-auth names tables and columns at run time, so there is nothing to check against.
export type AnyTables = any

type Builder = ExpressionBuilder<AnyTables, string>

/** better-auth's conditions as one SQL condition: all of those joined by AND, and one at least of those joined by OR. */
export function conditionOf(eb: Builder, where: readonly CleanedWhere[]): Expression<SqlBool> {
  const all = where.filter(({ connector }) => connector !== 'OR').map((condition) => one(eb, condition))
  const some = where.filter(({ connector }) => connector === 'OR').map((condition) => one(eb, condition))
  return eb.and(some.length === 0 ? all : [...all, eb.or(some)])
}

function one(eb: Builder, { field, value, operator, mode }: CleanedWhere): Expression<SqlBool> {
  const insensitive = mode === 'insensitive' && (typeof value === 'string' || Array.isArray(value))
  const column = insensitive ? eb.fn('lower', [field]) : eb.ref(field)
  const given = insensitive ? lowered(value) : value
  switch (operator) {
    case 'in':
      return eb(column, 'in', listOf(given))
    case 'not_in':
      return eb(column, 'not in', listOf(given))
    case 'contains':
      return like(eb, column, `%${escaped(given)}%`)
    case 'starts_with':
      return like(eb, column, `${escaped(given)}%`)
    case 'ends_with':
      return like(eb, column, `%${escaped(given)}`)
    case 'eq':
      return given === null ? eb(column, 'is', null) : eb(column, '=', given)
    case 'ne':
      return given === null ? eb(column, 'is not', null) : eb(column, '<>', given)
    case 'gt':
      return eb(column, '>', given)
    case 'gte':
      return eb(column, '>=', given)
    case 'lt':
      return eb(column, '<', given)
    case 'lte':
      return eb(column, '<=', given)
    default:
      throw new TypeError(`better-auth asks for the condition ${String(operator)}, which this adapter does not know`)
  }
}

/** `%` and `_` of what somebody searches stand for themselves. */
function like(eb: Builder, column: Expression<unknown>, pattern: string): Expression<SqlBool> {
  return sql<SqlBool>`${column} like ${eb.val(pattern)} escape '\\'`
}

function escaped(value: unknown): string {
  return String(value).replaceAll(/[\\%_]/g, (character) => `\\${character}`)
}

function lowered(value: unknown): unknown {
  return Array.isArray(value) ? value.map((entry) => String(entry).toLowerCase()) : String(value).toLowerCase()
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
