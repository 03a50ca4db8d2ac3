// npm run check [-- --fix]: everything a reviewer should not have to look for. One line per step; output of failures only.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

interface Step {
  readonly title: string
  readonly command: readonly string[]
}

interface Outcome {
  readonly failed: boolean
  readonly output: string
}

const MOST_AT_ONCE = Math.min(2, availableParallelism())

const HELP = `npm run check [-- --fix]

Runs what a reviewer should not have to look for: types, format and lint, dead code, doc comments, links, length of files.
--fix mends format and import order. It exits with 1 when something is wrong.`

const root = join(import.meta.dirname, '..')
const fix = process.argv.includes('--fix')
const script = (name: string, ...args: readonly string[]) => [process.execPath, join('scripts', name), ...args]

const STEPS: readonly Step[] = [
  { title: 'types', command: ['tsc', '--noEmit', '--pretty', 'false'] },
  { title: 'types of the console', command: ['tsc', '--noEmit', '--pretty', 'false', '-p', 'tsconfig.console.json'] },
  { title: 'format, lint, import rules', command: ['biome', 'check', '--error-on-warnings', ...biomeFlags()] },
  { title: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
  { title: 'dead code without the tests', command: ['knip', '--no-progress', '--no-config-hints', '--production'] },
  { title: 'doc comments', command: script('check-doc-comments.ts') },
  { title: 'links in the docs', command: script('check-links.ts') },
  { title: 'file length, marks, paths', command: script('check-files.ts') },
  { title: 'lock files', command: script('complete-lock.mjs', '--check', '.', 'bench') },
]

function biomeFlags(): readonly string[] {
  return fix ? ['--write'] : ['--diagnostic-level=warn', '--max-diagnostics=30']
}

function run({ command }: Step): Promise<Outcome> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (cause) => reject(new Error(`${program} does not start: run npm run check`, { cause })))
    child.on('close', (code) => resolve({ failed: code !== 0, output: Buffer.concat(chunks).toString() }))
  })
}

async function report(step: Step): Promise<boolean> {
  const start = performance.now()
  const { failed, output } = await run(step)
  const took = `${((performance.now() - start) / 1_000).toFixed(1)} s`
  console.log(`${failed ? '✗' : '✓'} ${step.title.padEnd(30)} ${took.padStart(7)}`)
  if (failed) console.log(`\n${output.trim().replace(/^/gm, '    ')}\n`)
  return failed
}

async function failuresOf(steps: readonly Step[]): Promise<number> {
  const waiting = steps.values()
  const outcomes: boolean[] = []
  const lane = async (): Promise<void> => {
    for (const step of waiting) outcomes.push(await report(step))
  }
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, lane))
  return outcomes.filter((failed) => failed).length
}

if (process.argv.some((word) => word === '--help' || word === '-h')) console.log(HELP)
else {
  const failures = await failuresOf(STEPS)
  if (failures > 0)
    console.log(`\n${failures} of ${STEPS.length} checks failed; npm run check -- --fix mends format and import order.`)
  process.exitCode = failures > 0 ? 1 : 0
}
