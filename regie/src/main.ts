// The entry of the product: node -C source regie/src/main.ts <command>
import { runCli } from '@regie/platform'
import manifest from '../package.json' with { type: 'json' }
import { apps } from './apps.ts'

process.exitCode = await runCli({ apps, version: manifest.version })
