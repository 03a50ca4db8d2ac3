import { expect, test } from 'vitest'
import type { Step } from '../api.gen.ts'
import { forkPlan } from './fork-plan.ts'

const iso = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
const step = (name: string, state: Step['state'], from: number, to?: number) => ({
  name,
  state,
  startedAt: iso(from),
  ...(to !== undefined && { endedAt: iso(to) }),
})

test('what was done before the step is kept; the step, what follows, and what failed are done anew', () => {
  const steps = [
    step('reserve', 'done', 0, 1),
    step('mail', 'failed', 1, 2),
    step('pay', 'done', 2, 3),
    step('ship', 'done', 3, 4),
  ]
  expect(forkPlan(steps, 'pay')).toEqual({ kept: ['reserve'], again: ['mail', 'pay', 'ship'] })
  expect(forkPlan(steps, 'reserve').kept).toEqual([])
})

test('what ran beside the step is kept only when it began before the step had ended', () => {
  const steps = [
    step('slow', 'done', 0, 9),
    // Called before the step in the code, and begun long after it.
    step('late', 'done', 8, 9),
    step('pay', 'done', 1, 3),
  ]
  expect(forkPlan(steps, 'pay')).toEqual({ kept: ['slow'], again: ['late', 'pay'] })
})

test('nothing is kept that came after something that was undone', () => {
  const steps = [
    step('look', 'done', 0, 1),
    step('reserve', 'undone', 1, 2),
    step('weigh', 'done', 2, 3),
    step('pay', 'failed', 3, 4),
  ]
  expect(forkPlan(steps, 'pay')).toEqual({ kept: ['look'], again: ['reserve', 'weigh', 'pay'] })
})
