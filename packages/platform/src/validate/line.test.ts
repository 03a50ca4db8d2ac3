import { describe, expect, test } from 'vitest'
import { visible } from '../observe/visible.ts'
import { line, lineOf, optionalLine } from './line.ts'

describe('a name or a reason', () => {
  test.each(['', ' \t ', 'a\nb', 'a\u001b[2Kb', 'a\u009b2Kb', 'admin\u202enimda', 'a\u2028b', 'x'.repeat(121)])(
    'is not %j',
    (text) => {
      expect(line(120).safeParse(text).success).toBe(false)
    },
  )

  test('is one line in any script, without outer spaces; an empty reason is none', () => {
    expect(line(120).parse('  Zoë 李 עברית 👩‍🚒 ')).toBe('Zoë 李 עברית 👩‍🚒')
    expect(optionalLine(10).parse('  ')).toBeUndefined()
    expect(optionalLine(10).safeParse('a\u0007').success).toBe(false)
  })

  test('that another system tells becomes one', () => {
    expect(lineOf(' Ada\r\nBcc: eve\u202e@example.com ', 20)).toBe('Ada Bcc: eve @exampl')
    expect(lineOf('\u0000\n', 20)).toBe('')
  })
})

test('what is told at a terminal keeps its colours and moves no cursor', () => {
  const told = '\u001b[32mgood\u001b[39m\n\tname\u001b[2K\u001b]0;title\u0007\u009b1A\u0008'
  expect(visible(told)).toBe('\u001b[32mgood\u001b[39m\n\tname\\x1b[2K\\x1b]0;title\\x07\\x9b1A\\x08')
})
