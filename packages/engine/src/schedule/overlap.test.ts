import { expect, test } from 'vitest'
import { decideOverlap } from './overlap.ts'

const IDLE = { running: false, queued: false }
const QUEUED = { running: false, queued: true }
const RUNNING = { running: true, queued: false }
const BOTH = { running: true, queued: true }

test.each(['skip', 'queue', 'allow', 'cancel'] as const)('with nothing unfinished, %s fires', (overlap) => {
  expect(decideOverlap(overlap, IDLE)).toBe('fire')
})

test('skip leaves the slot out while anything is unfinished', () => {
  expect([QUEUED, RUNNING, BOTH].map((state) => decideOverlap('skip', state))).toEqual(['skip', 'skip', 'skip'])
})

test('queue lets one slot wait behind the running one, and no more', () => {
  expect([RUNNING, BOTH, QUEUED].map((state) => decideOverlap('queue', state))).toEqual(['queue', 'skip', 'skip'])
})

test('allow fires beside whatever runs', () => {
  expect([QUEUED, RUNNING, BOTH].map((state) => decideOverlap('allow', state))).toEqual(['fire', 'fire', 'fire'])
})

test('cancel replaces whatever is unfinished', () => {
  const decisions = [QUEUED, RUNNING, BOTH].map((state) => decideOverlap('cancel', state))
  expect(decisions).toEqual(['cancel-and-fire', 'cancel-and-fire', 'cancel-and-fire'])
})
