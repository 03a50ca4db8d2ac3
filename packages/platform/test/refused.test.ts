// What must not compile: each file of refused/ has one line that the compiler refuses, and says which code and what the
// line should be. With that line instead, the file compiles: so it is that fault, and no other, which is refused.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const REFUSED = join(import.meta.dirname, 'refused')
const MARK = /^([ \t]*)\/\/ refused (TS\d+), right: (.*)$/m

const sources = readdirSync(REFUSED).map((name) => ({ name, text: readFileSync(join(REFUSED, name), 'utf8') }))
const refusals = sources.flatMap(({ name, text }) => {
  const match = MARK.exec(text)
  if (match === null) return []
  const [head, indent = '', code = '', right = ''] = match
  const before = text.slice(0, match.index)
  const [wrong = '', ...after] = text.slice(match.index + head.length + 1).split('\n')
  const line = before.split('\n').length + 1
  return [{ name, code, line, wrong, corrected: `${before}\n${indent}${right}\n${after.join('\n')}` }]
})

let folder = ''
let said: readonly string[] = []

beforeAll(async () => {
  // Within the repository, so that packages are found by name; git ignores the folder.
  await mkdir(join(ROOT, 'reports'), { recursive: true })
  folder = await mkdtemp(join(ROOT, 'reports', 'refused-'))
  await mkdir(join(folder, 'wrong'))
  await mkdir(join(folder, 'right'))
  for (const { name, text } of sources) {
    await writeFile(join(folder, 'wrong', name), text)
    await writeFile(join(folder, 'right', name), refusals.find((each) => each.name === name)?.corrected ?? text)
  }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['**/*.ts'] }),
  )
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc')
  const { stdout } = await promisify(execFile)(compiler, ['--pretty', 'false', '-p', folder], { cwd: folder }).catch(
    (failure: { readonly stdout: string }) => failure,
  )
  said = stdout.split('\n').filter((line) => /^(wrong|right)\//.test(line))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('every refusal has a mark', () => {
  expect(refusals.map(({ name }) => name).toSorted()).toEqual(
    sources
      .map(({ name }) => name)
      .filter((name) => name !== 'notes.ts')
      .toSorted(),
  )
})

test.each(refusals)('$name: $wrong', ({ name, code, line }) => {
  const ofFile = said.filter((each) => each.startsWith(`wrong/${name}`))
  expect(ofFile.map((each) => each.replace(/^wrong\/[\w.-]+\((\d+),\d+\): error (TS\d+).*$/, '$1 $2'))).toEqual([
    `${line} ${code}`,
  ])
})

test('each compiles without its fault', () => {
  expect(said.filter((line) => line.startsWith('right/'))).toEqual([])
})
