import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { failureOf } from '../cli/failure.ts'
import { PlatformError, type PlatformErrorCode } from '../errors.ts'
import { refusalResponses } from './problems.ts'

const THROWN = /new PlatformError\(\s*'([A-Z_]+)'(?:(?!new PlatformError\(|\n\})[\s\S])*?status: 4\d\d/g

test('every code that is refused with a status is in the document', async () => {
  const described = JSON.stringify([...refusalResponses({}).values()])
  const codes = new Set<string>()
  for await (const file of glob('**/*.ts', { cwd: `${import.meta.dirname}/..` })) {
    if (file.includes('.test')) continue
    for (const [, code = ''] of readFileSync(`${import.meta.dirname}/../${file}`, 'utf8').matchAll(THROWN))
      codes.add(code)
  }
  expect(codes.size).toBeGreaterThan(40)
  expect([...codes].filter((code) => !described.includes(code))).toEqual([])
})

test.each([
  ['ERROR_UNKNOWN', 'regie errors list --all'],
  ['SILENCE_UNKNOWN', 'regie alerts silences'],
  ['VIEW_UNKNOWN', 'regie views list'],
] satisfies readonly (readonly [PlatformErrorCode, string])[])(
  'the command says of %s that it was not found, and where to look',
  (code, next) => {
    expect(failureOf(new PlatformError(code, 'there is none'), 'regie', 'help')).toMatchObject({ exit: 3, next })
  },
)
