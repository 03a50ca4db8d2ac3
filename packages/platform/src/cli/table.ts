import { paint, type Screen, type Tone } from './style.ts'

/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  readonly align?: 'right'
  readonly tone?: (row: Row) => Tone | undefined
}

const GAP = '  '
const NARROWEST = 12

/** Aligned columns under their titles; on a terminal the last column is cut to what fits. One line break at the end of each line. */
export function table<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => oneLine(value(row))))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  )
  const room = lastWidth(screen, widths)
  const line = (texts: readonly string[], tones: readonly (Tone | undefined)[]): string => {
    const parts = columns.map(({ align }, index) => {
      const isLast = index === columns.length - 1
      const text = isLast ? cut(texts[index] ?? '', room) : (texts[index] ?? '')
      const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - text.length))
      const painted = paint(screen, tones[index], text)
      if (align === 'right') return gap + painted
      return isLast ? painted : painted + gap
    })
    return `${parts.join(GAP).trimEnd()}\n`
  }
  const head = line(
    columns.map(({ title }) => title),
    columns.map(() => 'quiet'),
  )
  const body = rows.map((row, index) =>
    line(
      cells[index] ?? [],
      columns.map(({ tone }) => tone?.(row)),
    ),
  )
  return head + body.join('')
}

/** Names and what they stand for, one a line; what is undefined is left out. */
export function facts(screen: Screen, pairs: readonly (readonly [string, string | undefined])[]): string {
  const known = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const width = Math.max(0, ...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${paint(screen, 'quiet', name.padEnd(width))}  ${value}\n`).join('')
}

function lastWidth({ columns }: Screen, widths: readonly number[]): number {
  if (columns === undefined) return Number.POSITIVE_INFINITY
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0)
  return Math.max(NARROWEST, columns - before)
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
