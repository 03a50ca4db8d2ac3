import { AliasNode, IdentifierNode, type OperationNode, RawNode, TableNode } from 'kysely'
import { PlatformError } from '../errors.ts'

// Without one of these words SQL written as text reads no rows of its own.
const READS_ROWS = /\b(select|table|join)\b/i
const LITERAL = /'(?:[^']|'')*'/g
// One call, such as `json_each(…)`, and nothing beside it.
const ONE_CALL = /^\s*(?:lateral\s+)?[a-z_][a-z0-9_]*\s*\([^();]*\)\s*$/i

/** The refusal of a query that could reach rows of another organisation; `what` says why, `way` what to write instead. */
export function refused(what: string, way: string): PlatformError {
  return new PlatformError('QUERY_REFUSED', `${what}: ${way}`)
}

/** Throws `QUERY_REFUSED` when a fragment of SQL text could read rows by itself: nothing could bind those to the organisation. */
export function checkFragment(node: RawNode): void {
  const text = node.sqlFragments.join(' ').replace(LITERAL, "''")
  if (READS_ROWS.test(text) || node.parameters.some(TableNode.is)) {
    throw refused(
      `the fragment ${JSON.stringify(text.trim())} reads tables by itself`,
      "write the subquery with Kysely's builder; fragments are for expressions",
    )
  }
}

/** A table as a query names it. */
export interface TableReference {
  readonly name: string
  /** What the rest of the query calls it. */
  readonly as: string
}

/** The table in a `from`, a `join` or as a target; undefined for a subquery or a call that is checked by itself. Throws `QUERY_REFUSED`. */
export function tableIn(node: OperationNode): TableReference | undefined {
  if (TableNode.is(node)) {
    const { schema, identifier } = node.table
    if (schema !== undefined)
      throw refused(`the table ${schema.name}.${identifier.name} names a schema`, 'write its name alone')
    return { name: identifier.name, as: identifier.name }
  }
  if (RawNode.is(node)) checkCall(node)
  if (!AliasNode.is(node)) return undefined
  const inner = tableIn(node.node)
  if (inner === undefined) return undefined
  if (!IdentifierNode.is(node.alias)) throw refused(`the alias of ${inner.name} is written as SQL`, 'use a plain name')
  return { name: inner.name, as: node.alias.name }
}

function checkCall(node: RawNode): void {
  const text = node.sqlFragments.join('?').replace(LITERAL, "''")
  if (ONE_CALL.test(text) && !node.parameters.some(TableNode.is)) return
  throw refused(
    `${JSON.stringify(text.trim())} stands for a table as SQL text`,
    "name the table to Kysely's builder; only one call such as json_each(…) may be text here",
  )
}
