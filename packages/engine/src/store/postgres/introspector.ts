import {
  type DatabaseIntrospector,
  type Kysely,
  type KyselyPlugin,
  OperationNodeTransformer,
  PostgresIntrospector,
  ValueNode,
} from 'kysely'

class LiteralBooleans extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return typeof node.value === 'boolean' ? ValueNode.createImmediate(node.value) : node
  }
}

/** Kysely's own, whose question has a boolean among its parameters, which this driver refuses as SQLite does. */
export function createIntrospector<DB>(db: Kysely<DB>): DatabaseIntrospector {
  const literals = new LiteralBooleans()
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => literals.transformNode(node),
    transformResult: async ({ result }) => result,
  }
  return new PostgresIntrospector(db.withPlugin(plugin))
}
