import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

const told = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ sign, text }) => sign + text)
    .join('\n')

test('only the lines that changed are marked', () => {
  expect(told('a\nb\nc', 'a\nx\nc')).toBe(' a\n-b\n+x\n c')
})

test('lines that came or went at the end are marked', () => {
  expect(told('a', 'a\nb')).toBe(' a\n+b')
  expect(told('a\nb', 'a')).toBe(' a\n-b')
})
