import type { DescribedApp, OpenApiDocument } from './document.ts'
import { clientSource } from './typescript.ts'

/** A file of the repository that is made from the endpoints. */
export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string
  readonly text: string
}

/** The reference, and the client of the platform and of each app: what `npm run openapi` writes and a test compares. */
export function generatedFiles(
  document: OpenApiDocument,
  apps: readonly Pick<DescribedApp, 'id'>[],
): readonly GeneratedFile[] {
  return [
    { path: 'docs/reference/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` },
    { path: 'packages/console/src/api.gen.ts', text: clientSource(document, {}) },
    ...apps.map(({ id }) => ({ path: `apps/${id}/console/api.gen.ts`, text: clientSource(document, { app: id }) })),
  ]
}
