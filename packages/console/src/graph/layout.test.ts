import { expect, test } from 'vitest'
import type { WorkflowStep } from '../api.gen.ts'
import { BOX, picture } from './layout.ts'

const iso = (offset: number): string => new Date(Date.UTC(2026, 0, 1) + offset).toISOString()
const step = (name: string, from: number, to: number, more: Partial<WorkflowStep> = {}): WorkflowStep => {
  return { name, kind: 'step', state: 'done', attempt: 1, startedAt: iso(from), endedAt: iso(to), ...more }
}
const plain = { opened: new Set<string>(), hasEnded: true }

test('no two boxes lie on each other, and time goes to the right', () => {
  const { boxes, lines } = picture(
    [step('a', 0, 5), step('b', 5, 9), step('c', 5, 20, { beside: true }), step('d', 20, 30)],
    plain,
  )
  for (const one of boxes)
    for (const other of boxes)
      if (one !== other)
        expect(Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height).toBe(true)
  const x = new Map(boxes.map((box) => [box.id, box.x]))
  for (const { from, to } of lines) expect(x.get(from) ?? 0).toBeLessThan(x.get(to) ?? 0)
  expect(lines.filter(({ role }) => role === 'critical').map(({ from, to }) => [from.trim(), to.trim()])).toEqual([
    ['begin', 'a'],
    ['a', 'c'],
    ['c', 'd'],
    ['d', 'end'],
  ])
})

test('what was undone has a way back, the latest first', () => {
  const { boxes, lines } = picture(
    [
      step('reserve', 0, 5, { state: 'undone' }),
      step('charge', 5, 9, { state: 'undoing' }),
      step('ship', 9, 12, { state: 'failed' }),
    ],
    plain,
  )
  expect(boxes.filter(({ role }) => role === 'undo').map(({ steps }) => steps[0]?.name)).toEqual(['charge', 'reserve'])
  expect(lines.filter(({ role }) => role === 'undo').map(({ from, to }) => [from, to])).toEqual([
    ['ship', 'undo\ncharge'],
    ['undo\ncharge', 'undo\nreserve'],
  ])
})
