// Every TypeScript block of the guides is a program: the compiler accepts it, and on a new SQLite file it prints exactly
// the text block that follows it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Block {
  readonly language: string
  /** What follows the language: `setup`, `program`, or the name of a file. */
  readonly mark: string
  readonly text: string
  readonly place: string
}

interface Example {
  readonly place: string
  readonly code: string
  /** Modules to be saved beside it. */
  readonly files: readonly Block[]
  readonly prints: string
}

const execute = promisify(execFile)
const root = join(import.meta.dirname, '..')
const guides = [
  'authentication',
  'events',
  'first-app',
  'http-api',
  'jobs',
  'permissions',
  'realtime',
  'schedules',
  'second-factor',
  'workflows',
]
const pages = [...guides.map((guide) => `docs/guides/${guide}.md`), 'docs/reference/configuration.md']
const examples = pages.flatMap(examplesOf)
let folder = ''

/** Fenced blocks with the heading they stand under. */
function blocksOf(guide: string): readonly Block[] {
  const text = readFileSync(join(root, guide), 'utf8')
  return [...text.matchAll(/^```(\w+)(?: ([\w.-]+))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const before = text.slice(0, match.index)
    const heading = [...before.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? ''
    const place = `${guide}:${before.split('\n').length} ${heading}`
    return { language: match[1] ?? '', mark: match[2] ?? '', text: match[3] ?? '', place }
  })
}

function examplesOf(guide: string): readonly Example[] {
  const blocks = blocksOf(guide)
  const setup = blocks.find(({ language, mark }) => language === 'ts' && mark === 'setup')?.text ?? ''
  return blocks.flatMap(({ language, mark, text, place }, index) => {
    if (language !== 'ts' || mark === 'setup' || mark.endsWith('.ts')) return []
    const next = blocks[index + 1]
    return {
      place,
      code: mark === 'program' ? text : `${setup}\n${text}`,
      files: filesBefore(blocks, index),
      prints: next?.language === 'text' ? next.text : '',
    }
  })
}

function filesBefore(blocks: readonly Block[], index: number): readonly Block[] {
  return blocks.slice(0, index).filter(({ language, mark }) => language === 'ts' && mark.endsWith('.ts'))
}

function placeOf(example: Example): string {
  return join(folder, String(examples.indexOf(example)))
}

beforeAll(async () => {
  // Within the repository, so that packages are found by name; git ignores the folder.
  await mkdir(join(root, 'reports'), { recursive: true })
  folder = await mkdtemp(join(root, 'reports', 'docs-'))
  for (const example of examples) {
    await mkdir(placeOf(example))
    await writeFile(join(placeOf(example), 'example.ts'), example.code)
    for (const { mark, text } of example.files) await writeFile(join(placeOf(example), mark), text)
  }
  // The setup imports more than each example needs.
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  const project = { extends: '../../tsconfig.json', compilerOptions, include: ['**/*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('every example of the guides passes the compiler', { timeout: 120_000 }, async () => {
  const compiler = join(root, 'node_modules', '.bin', 'tsc')
  const { stdout } = await execute(compiler, ['--pretty', 'false', '-p', folder], { cwd: folder }).catch(
    (failure: { readonly stdout: string }) => failure,
  )
  // What it says of the packages themselves is for `npm run check`.
  expect(stdout.split('\n').filter((line) => /^\d+\//.test(line))).toEqual([])
})

test.concurrent.for(examples)('$place prints what the guide says', { timeout: 120_000 }, async (example, context) => {
  const { stdout, stderr } = await execute(process.execPath, ['-C', 'source', 'example.ts'], {
    cwd: placeOf(example),
  }).catch((failure: { readonly stdout: string; readonly stderr: string }) => failure)
  context.expect(stderr).toBe('')
  context.expect(stdout).toBe(example.prints)
})
