import {
  type CreateIndexNode,
  IdentifierNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type PrimaryKeyConstraintNode,
  type RootOperationNode,
  type SchemableIdentifierNode,
  type UniqueConstraintNode,
} from 'kysely'

/** The table that holds one generation of a projection's table; readers see it through a view of the plain name. */
export function physicalName(table: string, generation: number): string {
  return `${table}__p${generation}`
}

/** True for a table made by a projection: it can be made again from the events, so backups may leave it out. */
export function isProjectionTable(name: string): boolean {
  return /__p\d+$/.test(name)
}

/** Lets a projection's queries use the plain names of its tables, and work on one generation of them. */
export function generationPlugin(tables: readonly string[], generation: number): KyselyPlugin {
  const renamer = new Renamer(new Set(tables), generation)
  return {
    transformQuery: ({ node, queryId }): RootOperationNode => renamer.transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  }
}

type QueryId = Parameters<OperationNodeTransformer['transformNode']>[1]

class Renamer extends OperationNodeTransformer {
  readonly #tables: ReadonlySet<string>
  readonly #generation: number

  constructor(tables: ReadonlySet<string>, generation: number) {
    super()
    this.#tables = tables
    this.#generation = generation
  }

  protected override transformSchemableIdentifier(
    node: SchemableIdentifierNode,
    queryId?: QueryId,
  ): SchemableIdentifierNode {
    if (node.schema !== undefined || !this.#tables.has(node.identifier.name))
      return super.transformSchemableIdentifier(node, queryId)
    return { ...node, identifier: this.#named(node.identifier) }
  }

  // Names of indexes, and of the constraints that make one, are the schema's and not the table's.
  protected override transformCreateIndex(node: CreateIndexNode, queryId?: QueryId): CreateIndexNode {
    return { ...super.transformCreateIndex(node, queryId), name: this.#named(node.name) }
  }

  protected override transformUniqueConstraint(node: UniqueConstraintNode, queryId?: QueryId): UniqueConstraintNode {
    const constraint = super.transformUniqueConstraint(node, queryId)
    return node.name === undefined ? constraint : { ...constraint, name: this.#named(node.name) }
  }

  protected override transformPrimaryKeyConstraint(
    node: PrimaryKeyConstraintNode,
    queryId?: QueryId,
  ): PrimaryKeyConstraintNode {
    const constraint = super.transformPrimaryKeyConstraint(node, queryId)
    return node.name === undefined ? constraint : { ...constraint, name: this.#named(node.name) }
  }

  #named({ name }: IdentifierNode): IdentifierNode {
    return IdentifierNode.create(physicalName(name, this.#generation))
  }
}
