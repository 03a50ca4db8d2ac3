import { expect, test } from 'vitest'
import { readLine } from './line.ts'

test('a line loses what a terminal would obey, and keeps its text', () => {
  const msg = '\u001b[31mred\u001b[0m \u001b]0;title\u0007and\u001b[2J \u202egnp.exe\u0000'
  expect(readLine({ level: 30, msg }, 1).text).toBe('red and gnp.exe')
})

test("a line of pino's is read with its level, part and fields", () => {
  expect(readLine({ level: 40, time: 5, part: 'http', msg: 'slow', ms: 12, url: '/a' }, 1)).toMatchObject({
    level: 'warn',
    at: 5,
    part: 'http',
    text: 'slow ms=12 url=/a',
  })
  expect(readLine('odd', 2)).toMatchObject({ level: 'info', text: 'odd' })
})
