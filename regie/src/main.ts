// The entry of the product: node -C source regie/src/main.ts <command>
import { fileURLToPath } from 'node:url'
import { runCli } from '@regie/platform'
import manifest from '../package.json' with { type: 'json' }
import { apps } from './apps.ts'

process.exitCode = await runCli({
  apps,
  version: manifest.version,
  console: fileURLToPath(new URL('../dist/console', import.meta.url)),
})
