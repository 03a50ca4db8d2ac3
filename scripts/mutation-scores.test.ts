import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MODULES } from './mutation-modules.ts'
import { type Mutants, scoreOf, scoreTable, withScores } from './mutation-scores.ts'

const BACKOFF = 'packages/engine/src/job/backoff.ts'

const mutants: Mutants = [
  ...(['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError'] as const).map((status) => ({
    fileName: BACKOFF,
    status,
  })),
  { fileName: 'packages/engine/src/schedule/cron.ts', status: 'Killed' },
]

test('every file to be mutated is there, and named once', () => {
  const files = MODULES.flatMap(({ files }) => files)
  expect(files.filter((file) => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([])
  expect(new Set(files).size).toBe(files.length)
})

test('a mutant that was killed or ran out of time was noticed; one that never ran at all does not count', () => {
  expect(scoreOf(mutants, [BACKOFF])).toEqual({
    mutants: 5,
    killed: 2,
    timedOut: 1,
    survived: 1,
    uncovered: 1,
    percent: 60,
  })
  expect(scoreOf(mutants, ['packages/engine/src/none.ts'])).toMatchObject({ mutants: 0, percent: 0 })
})

test('the table has a row for each module, each file and all together', () => {
  const lines = scoreTable(mutants).split('\n')
  expect(lines).toContain('| **Backoff** | 5 | 2 | 1 | 1 | 1 | 60.0 % |')
  expect(lines).toContain('| `schedule/cron.ts` | 1 | 1 | 0 | 0 | 0 | 100.0 % |')
  expect(lines.at(-1)).toBe('| **All** | 6 | 3 | 1 | 1 | 1 | 66.7 % |')
})

test('scores replace the earlier ones and nothing else of the page', () => {
  const page = [
    '# Title',
    '<!-- scores: written by npm run mutate -- --publish -->',
    'old',
    '<!-- end of the scores -->',
    'Text.',
  ].join('\n')
  const once = withScores(page, 'new')
  expect(once).toContain('\n\nnew\n\n<!-- end of the scores -->\nText.')
  expect(once).not.toContain('old')
  expect(withScores(once, 'new')).toBe(once)
  expect(() => withScores('# Title', 'new')).toThrow(/no place for the scores/)
})
