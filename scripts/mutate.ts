// npm run mutate [-- <words of paths> --publish --concurrency 1]: changes the core modules one operator at a time and asks
// whether their tests notice. Survivors are listed, and shown in reports/mutation. `--publish` writes docs/mutation.md.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { MODULES } from './mutation-modules.ts'
import { type Mutants, scoreOf, scoreTable, withScores } from './mutation-scores.ts'
import { setup } from './test-postgres.ts'

const LOWEST = 80
const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'mutation.md')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { publish: { type: 'boolean', default: false }, concurrency: { type: 'string' } },
})

async function mutate(files: readonly string[]): Promise<Mutants> {
  // Far from UTC, so that code which reads the machine's own zone is noticed.
  process.env.TZ = 'America/St_Johns'
  // One server for all that Stryker starts: they find it in the environment.
  const stop = await setup()
  try {
    const concurrency = values.concurrency === undefined ? {} : { concurrency: Number(values.concurrency) }
    return await new Stryker({ configFile: 'stryker.config.ts', mutate: [...files], ...concurrency }).runMutationTest()
  } finally {
    await stop()
  }
}

async function versionOf(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return version
}

async function publish(mutants: Mutants, minutes: number): Promise<void> {
  const [stryker, vitest] = await Promise.all([versionOf('@stryker-mutator/core'), versionOf('vitest')])
  const made = `${new Date().toISOString().slice(0, 10)}, \`npm run mutate -- --publish\`, ${minutes.toFixed(0)} minutes`
  const tools = `StrykerJS ${stryker}, Vitest ${vitest}, Node ${process.versions.node}`
  const text = `${made}; ${tools}.\n\n${scoreTable(mutants)}`
  await writeFile(page, withScores(await readFile(page, 'utf8'), text))
}

const all = MODULES.flatMap(({ files }) => files)
const files = all.filter((file) => positionals.length === 0 || positionals.some((word) => file.includes(word)))
if (files.length === 0)
  throw new Error(`no file is named like ${positionals.join(' or ')}: see scripts/mutation-modules.ts`)
if (values.publish && files.length < all.length)
  throw new Error('only the scores of all files are published: name none')

const start = performance.now()
const mutants = await mutate(files)
for (const { name, files: own } of MODULES.filter((each) => each.files.some((file) => files.includes(file)))) {
  const { percent } = scoreOf(mutants, own)
  console.log(`${name.padEnd(16)} ${percent.toFixed(1).padStart(6)} %${percent < LOWEST ? ` under ${LOWEST} %` : ''}`)
  if (percent < LOWEST) process.exitCode = 1
}
if (values.publish) await publish(mutants, (performance.now() - start) / 60_000)
