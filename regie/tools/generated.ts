import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPlatform, type GeneratedFile, generatedFiles, openApiDocument, parseConfig } from '@regie/platform'
import manifest from '../package.json' with { type: 'json' }
import { apps } from '../src/apps.ts'

/** Composes the product in an empty folder, without starting it, and writes down what it would serve. */
export async function generateFiles(): Promise<readonly GeneratedFile[]> {
  const folder = await mkdtemp(join(tmpdir(), 'regie-openapi-'))
  const config = parseConfig({ REGIE_DATA_DIR: folder, REGIE_PORT: '0', REGIE_LOG_LEVEL: 'error' }, {}, apps)
  const platform = await createPlatform({ config, apps })
  try {
    const document = openApiDocument({
      endpoints: platform.endpoints,
      others: platform.servedApart,
      apps,
      version: manifest.version,
    })
    return generatedFiles(document, apps)
  } finally {
    await platform.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
