import {
  type DeleteQueryNode,
  type InsertQueryNode,
  type JoinNode,
  type MergeQueryNode,
  type OnConflictNode,
  type OperationNode,
  OperationNodeTransformer,
  type RawNode,
  type SelectQueryNode,
  type UpdateQueryNode,
  type WithNode,
} from 'kysely'
import { PlatformError } from '../errors.ts'
import { checkFragment, refused, type TableReference, tableIn } from './fragments.ts'
import { boundInsert } from './insert.ts'
import { and, bothOf, checkUpdates, onlyRowsOf, ownRow } from './predicate.ts'

/** Whose rows, and what of them, a query may touch. */
export interface Binding {
  /** The organisation; undefined for the audited look at all of them. */
  readonly org: string | undefined
  /** The app's tables begin with it: `quotes_`. */
  readonly prefix: string
  /** Refuse inserts, updates and deletes. */
  readonly readOnly: boolean
}

type QueryId = Parameters<OperationNodeTransformer['transformNode']>[1]

const INNER = ['InnerJoin', 'CrossJoin', 'LateralInnerJoin', 'LateralCrossJoin']
const LEFT = ['LeftJoin', 'LateralLeftJoin']
const OUTER = ['RightJoin', 'FullJoin']

/**
 * Binds queries to one organisation: every table named in them shows only its rows. Synchronous and without memory of
 * earlier queries, except of what it made: a subquery built with the bound `db` comes here twice.
 */
export class Binder extends OperationNodeTransformer {
  readonly #binding: Binding
  /** Names that stand for common table expressions, by the queries around the node. */
  readonly #scopes: Set<string>[] = []
  readonly #made = new WeakSet<object>()

  constructor(binding: Binding) {
    super()
    this.#binding = binding
  }

  /** The query, bound. Throws `QUERY_REFUSED`, `ORGANISATION_FOREIGN` or `WRITE_OUTSIDE_TRANSACTION`. */
  bind<Node extends OperationNode>(node: Node, queryId: QueryId): Node {
    this.#scopes.length = 0
    this.nodeStack.length = 0
    return this.transformNode(node, queryId)
  }

  /** True for what {@link bind} has made. */
  made(node: object): boolean {
    return this.#made.has(node)
  }

  override transformNode<Node extends OperationNode | undefined>(node: Node, queryId: QueryId): Node {
    return node !== undefined && this.#made.has(node) ? node : super.transformNode(node, queryId)
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId: QueryId): SelectQueryNode {
    return this.#query(node, queryId, (rest) => {
      const froms = node.from?.froms ?? []
      if ((node.joins ?? []).some(({ joinType }) => OUTER.includes(joinType))) return this.#narrowed(rest, queryId)
      const joined = (node.joins ?? []).map((join) => this.#joined(join))
      const select = super.transformSelectQuery(rest, queryId)
      const where = [...froms.flatMap((from) => this.#bound(from)), ...joined.flatMap(({ where }) => where)]
      return {
        ...select,
        ...and(select.where, where.map(this.#rows)),
        ...(select.joins && {
          joins: select.joins.map((join, index) => bothOf(join, joined[index]?.on.map(this.#rows))),
        }),
      }
    })
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId: QueryId): UpdateQueryNode {
    this.#mayWrite('an update')
    return this.#query(node, queryId, (rest) => {
      checkUpdates(node.updates, this.#binding.org)
      const targets = node.table === undefined ? [] : this.#bound(node.table)
      const { where, joins } = this.#beside(node, node.from?.froms ?? [])
      const update = super.transformUpdateQuery(rest, queryId)
      return {
        ...update,
        ...and(update.where, [...targets, ...where].map(this.#rows)),
        ...(update.joins && { joins: update.joins.map((join, index) => bothOf(join, joins[index]?.map(this.#rows))) }),
      }
    })
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId: QueryId): DeleteQueryNode {
    this.#mayWrite('a delete')
    return this.#query(node, queryId, (rest) => {
      const { where, joins } = this.#beside(node, [...node.from.froms, ...(node.using?.tables ?? [])])
      const deletion = super.transformDeleteQuery(rest, queryId)
      return {
        ...deletion,
        ...and(deletion.where, where.map(this.#rows)),
        ...(deletion.joins && {
          joins: deletion.joins.map((join, index) => bothOf(join, joins[index]?.map(this.#rows))),
        }),
      }
    })
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId: QueryId): InsertQueryNode {
    this.#mayWrite('an insert')
    return this.#query(node, queryId, (rest) => {
      if (node.into === undefined) throw refused('an insert names no table', 'use insertInto')
      const [target] = this.#bound(node.into)
      const insert = super.transformInsertQuery(rest, queryId)
      if (target === undefined || this.#binding.org === undefined) return insert
      return boundInsert(insert, target, this.#binding.org)
    })
  }

  protected override transformOnConflict(node: OnConflictNode, queryId: QueryId): OnConflictNode {
    checkUpdates(node.updates, this.#binding.org)
    return super.transformOnConflict(node, queryId)
  }

  protected override transformMergeQuery(_: MergeQueryNode): MergeQueryNode {
    throw refused('a merge is not portable', 'use an insert with onConflict')
  }

  protected override transformRaw(node: RawNode, queryId: QueryId): RawNode {
    checkFragment(node)
    return super.transformRaw(node, queryId)
  }

  /** Each expression sees those before it, and with `recursive` all of them. */
  protected override transformWith(node: WithNode, queryId: QueryId): WithNode {
    const scope = this.#scopes.at(-1) ?? new Set()
    const nameOf = (index: number) => this.#expressionName(node.expressions[index]?.name.table.table.identifier.name)
    if (node.recursive === true) for (const index of node.expressions.keys()) scope.add(nameOf(index))
    return {
      ...node,
      expressions: node.expressions.map((expression, index) => {
        const bound = this.transformNode(expression, queryId)
        scope.add(nameOf(index))
        return bound
      }),
    }
  }

  /** Transforms a query with the names of its `with` in sight, and remembers what came of it. */
  #query<Node extends { readonly with?: WithNode } & OperationNode>(
    node: Node,
    queryId: QueryId,
    transform: (rest: Node) => Node,
  ): Node {
    this.#scopes.push(new Set())
    const { with: expressions, ...rest } = node
    const bound = this.transformNode(expressions, queryId)
    // Without its `with`, which is optional, it is a query of the same kind.
    const query = transform(rest as unknown as Node)
    this.#scopes.pop()
    const made = Object.freeze(bound === undefined ? query : { ...query, with: bound })
    this.#made.add(made)
    return made
  }

  /** The tables of an update or a delete besides its target: those of its joins keep their place. */
  #beside(node: UpdateQueryNode | DeleteQueryNode, froms: readonly OperationNode[]) {
    const outer = (node.joins ?? []).find(({ joinType }) => OUTER.includes(joinType))
    if (outer !== undefined) throw refused('a change with a right or full join', 'use a subquery')
    const joined = (node.joins ?? []).map((join) => this.#joined(join))
    return {
      where: [...froms.flatMap((from) => this.#bound(from)), ...joined.flatMap(({ where }) => where)],
      joins: joined.map(({ on }) => on),
    }
  }

  #joined({ joinType, table, on }: JoinNode) {
    const tables = this.#bound(table)
    if (LEFT.includes(joinType)) return { where: [], on: tables }
    if (!INNER.includes(joinType)) throw refused(`the join ${joinType} is not portable`, 'use another one')
    return on === undefined ? { where: tables, on: [] } : { where: [], on: tables }
  }

  /** With a right or full join a condition would come too late or too early: each table is narrowed by itself. */
  #narrowed(node: SelectQueryNode, queryId: QueryId): SelectQueryNode {
    const select = super.transformSelectQuery(node, queryId)
    const narrow = (source: OperationNode) => {
      const [table] = this.#bound(source)
      return table === undefined ? source : onlyRowsOf(table, this.#rows(table))
    }
    return {
      ...select,
      ...(select.from && { from: { ...select.from, froms: select.from.froms.map(narrow) } }),
      ...(select.joins && { joins: select.joins.map((join) => ({ ...join, table: narrow(join.table) })) }),
    }
  }

  /** The table that has to be bound, none for a subquery or an expression. Throws for one that is not the app's. */
  #bound(node: OperationNode): readonly TableReference[] {
    const table = tableIn(node)
    if (table === undefined || this.#scopes.some((scope) => scope.has(table.name))) return []
    if (!table.name.startsWith(this.#binding.prefix)) {
      throw refused(`${table.name} is no table of this app`, `its tables are named ${this.#binding.prefix}…`)
    }
    return this.#binding.org === undefined ? [] : [table]
  }

  #expressionName(name = ''): string {
    if (!name.startsWith(this.#binding.prefix)) return name
    throw refused(`the expression ${name} is named as the tables of this app are`, 'give it another name')
  }

  readonly #rows = ({ as }: TableReference): OperationNode => ownRow(as, this.#binding.org ?? '')

  #mayWrite(what: string): void {
    if (!this.#binding.readOnly) return
    throw new PlatformError(
      'WRITE_OUTSIDE_TRANSACTION',
      `a route's ctx.db reads only, and this is ${what}: write with tx.db in ctx.transaction, where the change and its audit entry commit together`,
    )
  }
}
