import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { oneAtATime } from './chromium.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** As `npm start` does: only when the sources are newer. */
export function buildConsole(): Promise<void> {
  return oneAtATime('build', async () => {
    const child = spawn(process.execPath, ['scripts/build-console.ts', '--if-stale'], { cwd: ROOT, stdio: 'inherit' })
    const code = await new Promise((resolve) => child.once('exit', resolve))
    if (code !== 0) throw new Error(`the console could not be built (${code})`)
  })
}
