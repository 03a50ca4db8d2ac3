import { expect, test } from 'vitest'
import { matching, readLine, searchOf } from './line.ts'

test('a line loses what a terminal would obey, and keeps its text', () => {
  const msg = '\u001b[31mred\u001b[0m \u001b]0;title\u0007and\u001b[2J \u202egnp.exe\u0000'
  expect(readLine({ level: 30, msg }, 1, 'box:1').text).toBe('red and gnp.exe')
})

test("a line of pino's is read with its level, part and fields", () => {
  expect(readLine({ level: 40, time: 5, part: 'http', msg: 'slow', ms: 12, url: '/a' }, 1, 'box:1')).toMatchObject({
    level: 'warn',
    at: 5,
    part: 'http',
    text: 'slow ms=12 url=/a',
  })
  expect(readLine('odd', 2, 'box:1')).toMatchObject({ level: 'info', text: 'odd' })
})

test('a search finds lines by their text and their process, and those of one run by its number alone', () => {
  const lines = [
    { level: 30, run: 4, msg: 'sent' },
    { level: 30, run: 42, msg: 'sent' },
    { level: 20, run: 4, msg: 'thinking' },
    { level: 30, msg: 'run 4 of the day' },
  ].map((line, seq) => readLine(line, seq, seq === 0 ? 'box:1' : 'box:2'))
  const found = (level: 'debug' | 'info', search: string) => matching(lines, level, search).map(({ seq }) => seq)
  expect(found('info', 'run:4')).toEqual([0])
  expect(found('debug', 'run:4')).toEqual([0, 2])
  expect(found('debug', 'SENT')).toEqual([0, 1])
  expect(found('debug', 'box:1')).toEqual([0])
  expect(found('debug', '')).toEqual([0, 1, 2, 3])
  expect(found('debug', 'run:42 sent')).toEqual([1])
  expect(found('debug', 'think run:4')).toEqual([2])
})

test('a search tells names from words, and what is not yet a number is a word', () => {
  const trace = 'ab'.repeat(16)
  expect(searchOf(`disk run:42  part:http trace:${trace} request:rq-12345 full`)).toEqual({
    run: 42,
    part: 'http',
    traceId: trace,
    requestId: 'rq-12345',
    text: 'disk full',
  })
  expect(searchOf('trace:ab')).toEqual({ text: 'trace:ab' })
  expect(searchOf(' ')).toEqual({ text: undefined })
})
