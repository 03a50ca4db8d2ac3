import type { GraphNode } from './schema.ts'

/** A field of a node that is evaluated: one expression, or JSON with places to fill in. */
export interface EvaluatedField {
  readonly path: readonly (string | number)[]
  readonly kind: 'expression' | 'template'
  readonly value: unknown
  /** It may name secrets: it never becomes part of what is stored. */
  readonly secrets?: true
}

/** All fields of a node that are evaluated. */
export function evaluatedFields(node: GraphNode): readonly EvaluatedField[] {
  switch (node.type) {
    case 'condition':
      return [{ path: ['if'], kind: 'expression', value: node.if }]
    case 'for-each':
      return [{ path: ['items'], kind: 'expression', value: node.items }]
    case 'task':
    case 'workflow':
    case 'script':
      return templates({ input: node.input })
    case 'wait':
      return [
        ...(node.until === undefined ? [] : [{ path: ['until'], kind: 'expression' as const, value: node.until }]),
        ...templates({ key: node.key }),
      ]
    case 'approval':
      return templates({ who: node.who, what: node.what })
    case 'http':
      return templates({ url: node.url, headers: node.headers, body: node.body }).map((field) => ({
        ...field,
        secrets: true,
      }))
    case 'notify':
      return templates({ to: node.to, subject: node.subject, message: node.message })
    case 'end':
      return templates({ result: node.result, message: node.message })
    case 'start':
    case 'parallel':
    case 'join':
      return []
  }
}

function templates(fields: Readonly<Record<string, unknown>>): readonly EvaluatedField[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [{ path: [name], kind: 'template' as const, value }],
  )
}
