import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WorkflowStep } from '../api.gen.ts'
import { fold } from './fold.ts'

const ORIGIN = Date.UTC(2026, 0, 1)
const iso = (offset: number): string => new Date(ORIGIN + offset).toISOString()
const step = (name: string, from: number, to: number, more: Partial<WorkflowStep> = {}): WorkflowStep => {
  return { name, kind: 'step', state: 'done', attempt: 1, startedAt: iso(from), endedAt: iso(to), ...more }
}
const nothing = { opened: new Set<string>() }
const idsOf = (columns: ReturnType<typeof fold>['columns']) => columns.map((column) => column.map(({ id }) => id))

test('steps stand in columns by what came after what, and are linked to what came right before', () => {
  const { columns, links } = fold(
    [step('reserve', 0, 5), step('pack', 5, 9), step('bill', 5, 20, { beside: true }), step('ship', 20, 30)],
    nothing,
  )
  expect(idsOf(columns)).toEqual([['reserve'], ['pack', 'bill'], ['ship']])
  expect(links).toEqual([
    { from: 'reserve', to: 'pack' },
    { from: 'reserve', to: 'bill' },
    { from: 'bill', to: 'ship' },
    { from: 'pack', to: 'ship' },
  ])
})

test('a fan-out of many is one box, beside which those stand that failed; opened, it shows its parts', () => {
  const pages = Array.from({ length: 40 }, (_, index) =>
    step(`page ${index}`, 10, 20 + index, {
      ...(index > 0 && { beside: true as const }),
      ...(index === 17 && { state: 'failed' }),
    }),
  )
  const steps = [step('list', 0, 10), ...pages, step('merge', 99, 100)]
  const closed = fold(steps, nothing)
  expect(idsOf(closed.columns)).toEqual([['list'], ['page 17', 'page 0 … page 39'], ['merge']])
  expect(closed.links).toHaveLength(4)
  const opened = fold(steps, { opened: new Set(['page 0 … page 39']) })
  expect(opened.columns[1]).toHaveLength(11)
  expect(fold(steps, { opened: new Set(), chosen: 'page 30' }).columns[1]?.map(({ id }) => id)).toContain('page 30')
})

test('a long row of one family is one box, and opens into a row', () => {
  const steps = Array.from({ length: 20 }, (_, index) => step(`page ${index}`, index, index + 1))
  expect(idsOf(fold(steps, nothing).columns)).toEqual([['page 0 … page 19']])
  const { columns, links } = fold(steps, { opened: new Set(['page 0 … page 19']) })
  expect(columns).toHaveLength(10)
  expect(links).toHaveLength(9)
})

test('however many steps there are, few boxes are drawn, each step is in one of them, and links go forward', () => {
  const shape = fc.array(
    fc.record({
      beside: fc.boolean(),
      took: fc.nat(30),
      name: fc.constantFrom('page', 'mail', 'wait'),
      odd: fc.nat(9),
    }),
    { maxLength: 600 },
  )
  fc.assert(
    fc.property(shape, (list) => {
      let at = 0
      const steps = list.map(({ beside, took, name, odd }, index) => {
        if (!beside) at += 31
        const from = at
        return step(`${name} ${index}`, from, from + took, {
          ...(beside && { beside: true as const }),
          ...(odd === 0 && { state: 'undone' as const }),
        })
      })
      const { columns, links } = fold(steps, nothing)
      const boxes = columns.flat()
      expect(boxes.length).toBeLessThan(800)
      expect(new Set(boxes.map(({ id }) => id)).size).toBe(boxes.length)
      expect(boxes.flatMap((box) => box.steps.map(({ name }) => name)).toSorted()).toEqual(
        steps.map(({ name }) => name).toSorted(),
      )
      const column = new Map(columns.flatMap((each, place) => each.map(({ id }) => [id, place] as const)))
      for (const { from, to } of links) expect(column.get(from) ?? 0).toBeLessThan(column.get(to) ?? 0)
    }),
    { numRuns: 60 },
  )
})

test('20,000 steps become some dozens of boxes', () => {
  const steps = Array.from({ length: 20_000 }, (_, index) =>
    step(`${['page', 'mail', 'sleep'][index % 3]} ${index}`, index, index + 1),
  )
  const { columns } = fold(steps, nothing)
  expect(columns.flat().length).toBeLessThan(100)
  expect(columns.flat().flatMap((box) => box.steps)).toHaveLength(20_000)
})
