import {
  AliasNode,
  ColumnNode,
  DefaultInsertValueNode,
  IdentifierNode,
  type InsertQueryNode,
  type OnConflictNode,
  type OperationNode,
  PrimitiveValueListNode,
  SelectionNode,
  SelectQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import { refused, type TableReference } from './fragments.ts'
import { and, foreignRow, ORG_COLUMN, ownRow } from './predicate.ts'

type Row = ValueListNode | PrimitiveValueListNode

/** The insert with the organisation in every row, and unable to touch rows of others where it meets them. */
export function boundInsert(insert: InsertQueryNode, table: TableReference, org: string): InsertQueryNode {
  if (insert.replace === true || insert.orAction?.action.toLowerCase() === 'replace' || insert.onDuplicateKey) {
    throw refused('an insert that replaces rows could remove those of another organisation', 'use onConflict')
  }
  return {
    ...withOrganisation(insert, org),
    ...(insert.onConflict && { onConflict: ownConflict(insert.onConflict, table, org) }),
  }
}

function withOrganisation(insert: InsertQueryNode, org: string): InsertQueryNode {
  const { columns = [], values, defaultValues, ...rest } = insert
  const own = ColumnNode.create(ORG_COLUMN)
  if (defaultValues === true || values === undefined)
    return { ...rest, columns: [own], values: ValuesNode.create([PrimitiveValueListNode.create([org])]) }
  if (columns.length === 0) throw refused('an insert names no columns', 'name those that it fills')
  const at = columns.findIndex(({ column }) => column.name === ORG_COLUMN)
  if (ValuesNode.is(values)) {
    const rows = values.values.map((row) => ownValues(row, at, org))
    return { ...insert, columns: at === -1 ? [...columns, own] : columns, values: ValuesNode.create(rows) }
  }
  if (!SelectQueryNode.is(values)) throw refused('an insert takes its rows from SQL text', 'select them with Kysely')
  if (at !== -1) throw refused(`an insert selects its ${ORG_COLUMN}`, 'leave it out, it is filled in')
  return { ...insert, columns: [...columns, own], values: selected(values, org) }
}

function ownValues(row: Row | OperationNode, at: number, org: string): Row {
  if (PrimitiveValueListNode.is(row)) {
    if (at === -1) return PrimitiveValueListNode.create([...row.values, org])
    if (row.values[at] !== org) throw foreignRow(org)
    return row
  }
  if (!ValueListNode.is(row)) throw refused('an insert takes a row from SQL text', 'give its values to Kysely')
  if (at === -1) return ValueListNode.create([...row.values, ValueNode.create(org)])
  const value = row.values[at]
  if (value !== undefined && DefaultInsertValueNode.is(value))
    return ValueListNode.create(row.values.with(at, ValueNode.create(org)))
  if (value === undefined || !ValueNode.is(value) || value.value !== org) throw foreignRow(org)
  return row
}

/** `select *, <org> from (<query>)`: whatever the query is, a union too. */
function selected(query: SelectQueryNode, org: string): SelectQueryNode {
  const rows = AliasNode.create(query, IdentifierNode.create('bound'))
  const own = AliasNode.create(ValueNode.create(org), IdentifierNode.create(ORG_COLUMN))
  return {
    ...SelectQueryNode.createFrom([rows]),
    selections: [SelectionNode.createSelectAll(), SelectionNode.create(own as never)],
  }
}

/** The row that stands in the way may be another organisation's, where a key does not begin with it. */
function ownConflict(conflict: OnConflictNode, { as }: TableReference, org: string): OnConflictNode {
  if (conflict.updates === undefined) return conflict
  const { where: updateWhere } = and(conflict.updateWhere, [ownRow(as, org)])
  return { ...conflict, ...(updateWhere && { updateWhere }) }
}
