import { expect, it } from 'vitest'
import { screenOf } from './style.ts'
import { facts, table } from './table.ts'

interface Fruit {
  readonly name: string
  readonly count: number
}

const COLUMNS = [
  { title: 'N', value: ({ count }: Fruit) => String(count), align: 'right' as const },
  { title: 'FRUIT', value: ({ name }: Fruit) => name, tone: () => 'good' as const },
]
const ROWS: readonly Fruit[] = [
  { name: 'apple', count: 7 },
  { name: 'a pear\nthat is long', count: 1_200 },
]

it('aligns columns and keeps every row on one line', () => {
  expect(table({ colour: false }, COLUMNS, ROWS)).toBe('   N  FRUIT\n   7  apple\n1200  a pear that is long\n')
})

it('cuts the last column to the terminal, and nothing when nobody looks', () => {
  const lines = table({ colour: false, columns: 18 }, COLUMNS, ROWS).split('\n')
  expect(lines[2]).toBe('1200  a pear that…')
})

it('colours on a terminal only, and not with NO_COLOR', () => {
  const tty = { isTTY: true, columns: 80, write: () => {} }
  expect(table(screenOf(tty, {}), COLUMNS, ROWS)).toContain('\u001b[32mapple\u001b[39m')
  for (const screen of [
    screenOf(tty, { NO_COLOR: '1' }),
    screenOf(tty, { TERM: 'dumb' }),
    screenOf({ write: () => {} }, {}),
  ]) {
    expect(table(screen, COLUMNS, ROWS)).not.toContain('\u001b')
  }
})

it('lists facts and leaves out what is not known', () => {
  expect(
    facts({ colour: false }, [
      ['Name', 'apple'],
      ['Eaten', undefined],
      ['N', '7'],
    ]),
  ).toBe('Name  apple\nN     7\n')
})
