import { z } from 'zod'
import { graphEdge, graphNode } from './nodes.ts'

/** The format of a declarative workflow. */
export const graphSchema = z.strictObject({
  /** The version of the format itself. */
  format: z.literal(1).default(1),
  name: z.string().min(1).max(100),
  /** Of this graph; a run keeps the one it began with. */
  version: z.int().min(1).default(1),
  description: z.string().max(2_000).optional(),
  nodes: z.array(graphNode).min(1).max(500),
  edges: z.array(graphEdge).max(2_000),
})

/** A declarative workflow as it is written: what {@link graph} checks. */
export type GraphJson = z.input<typeof graphSchema>

/** A declarative workflow whose form is right, with every default filled in. */
export type Graph = z.output<typeof graphSchema>

/** A node of a graph, by its `type`. */
export type GraphNode = Graph['nodes'][number]

/** Nodes of one type. */
export type NodeOf<Type extends GraphNode['type']> = Extract<GraphNode, { type: Type }>

/** An edge of a graph. */
export type GraphEdge = Graph['edges'][number]

/** What a run of `engine.graph` is given. */
export const graphInput = z.object({ graph: graphSchema, input: z.unknown() })

/** The format of graphs as a JSON Schema (draft 2020-12), for an editor. */
export function graphJsonSchema(): unknown {
  return z.toJSONSchema(graphSchema, { io: 'input' })
}
