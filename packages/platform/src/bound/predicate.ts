import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  FromNode,
  IdentifierNode,
  type JoinNode,
  OnNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
  WhereNode,
} from 'kysely'
import { PlatformError } from '../errors.ts'
import type { TableReference } from './fragments.ts'

/** The column that says whose a row is. */
export const ORG_COLUMN = 'org_id'

/** `<table>.org_id = <org>` */
export function ownRow(table: string, org: string): OperationNode {
  return BinaryOperationNode.create(
    ReferenceNode.create(ColumnNode.create(ORG_COLUMN), TableNode.create(table)),
    OperatorNode.create('='),
    ValueNode.create(org),
  )
}

/** The condition and those of the organisation. In parentheses: it may be text that ends in an `or`. */
export function and(where: WhereNode | undefined, own: readonly OperationNode[]): { readonly where?: WhereNode } {
  const [first, ...rest] = where === undefined ? own : [ParensNode.create(where.where), ...own]
  return first === undefined ? {} : { where: WhereNode.create(rest.reduce(AndNode.create, first)) }
}

/** The join, with the conditions of the organisation beside its own. */
export function bothOf(join: JoinNode, own: readonly OperationNode[] = []): JoinNode {
  const [first, ...rest] = join.on === undefined ? own : [ParensNode.create(join.on.on), ...own]
  return first === undefined ? join : { ...join, on: OnNode.create(rest.reduce(AndNode.create, first)) }
}

/** `(select * from <table> as <as> where …) as <as>` */
export function onlyRowsOf({ name, as }: TableReference, own: OperationNode): OperationNode {
  const table = AliasNode.create(TableNode.create(name), IdentifierNode.create(as))
  const rows = {
    ...SelectQueryNode.createFrom([table]),
    from: FromNode.create([table]),
    selections: [SelectionNode.createSelectAll()],
    where: WhereNode.create(own),
  }
  return AliasNode.create(rows, IdentifierNode.create(as))
}

/** Throws `ORGANISATION_FOREIGN` when an update gives a row to another organisation. */
export function checkUpdates(updates: readonly ColumnUpdateNode[] | undefined, org: string | undefined): void {
  for (const { column, value } of updates ?? []) {
    if (org === undefined || columnName(column) !== ORG_COLUMN) continue
    if (!ValueNode.is(value) || value.value !== org) throw foreignRow(org)
  }
}

/** The refusal of a row that would belong to somebody else. */
export function foreignRow(org: string): PlatformError {
  return new PlatformError(
    'ORGANISATION_FOREIGN',
    `${ORG_COLUMN} is not the organisation of this context, ${org}: leave it out, it is filled in`,
  )
}

function columnName(node: OperationNode): string | undefined {
  if (ColumnNode.is(node)) return node.column.name
  return ReferenceNode.is(node) ? columnName(node.column) : undefined
}
