import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const text = readFileSync(join(root, 'docs/asvs.md'), 'utf8')
const rows = text.split('\n').filter((line) => /^\| \d/.test(line))
const named = rows.flatMap((row) => {
  const [, requirement = '', , , shown = ''] = row.split('|').map((cell) => cell.trim())
  const [, file, sentence] = /^`(.+?)`(?: · (.+))?$/.exec(shown) ?? []
  return file === undefined ? [] : [{ requirement, file, sentence }]
})

test('the table has rows, each with a state', () => {
  expect(rows.length).toBeGreaterThan(60)
  expect(named.length).toBeGreaterThan(50)
  const states = rows.map((row) => row.split('|')[2]?.trim())
  for (const state of states) expect(['met', 'partly', 'not met', 'does not apply']).toContain(state)
})

test('what is met is shown by a test that exists, or says what was read', () => {
  const missing = named.filter(({ file, sentence }) => {
    if (!existsSync(join(root, file))) return true
    return sentence !== undefined && !readFileSync(join(root, file), 'utf8').includes(sentence)
  })
  expect(missing).toEqual([])
})
