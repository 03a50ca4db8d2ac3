import { expect, test } from 'vitest'
import { triesOf } from './tries.ts'

const at = (second: number): string => new Date(second * 1_000).toISOString()
const failed = (attempt: number, second: number) => ({
  attempt,
  startedAt: at(second),
  endedAt: at(second + 1),
  error: { code: 'ADDRESS_MISSING', message: 'no address' },
  input: { address: '' },
})

test('tries are numbered through a replay, which stands before the first of its own, and the one that succeeded is there', () => {
  const replay = { at: at(10), by: { kind: 'user', name: 'Ana' }, newInput: true } as const
  const run = {
    state: 'succeeded',
    attempts: [failed(1, 0), failed(2, 2)],
    input: { address: '1 quai des Brumes' },
    endedAt: at(12),
    durationMs: 1_000,
  } as const
  const { tries, waiting } = triesOf(run, { replays: [replay] })
  expect(waiting).toEqual([])
  expect(tries).toMatchObject([
    { no: 1, outcome: 'failed', replays: [], input: { address: '' } },
    { no: 2, outcome: 'failed', replays: [] },
    { no: 3, outcome: 'succeeded', replays: [replay], startedAt: at(11), input: { address: '1 quai des Brumes' } },
  ])
})

test('a replay whose run waits still stands behind all tries; one at work has begun after it', () => {
  const replay = { at: at(10), newInput: false }
  const run = { attempts: [failed(1, 0)], input: {} }
  expect(triesOf({ ...run, state: 'queued' }, { replays: [replay] }).waiting).toEqual([replay])
  const { tries } = triesOf({ ...run, state: 'running', startedAt: at(12) }, { replays: [replay] })
  expect(tries[1]).toMatchObject({ no: 2, outcome: 'running', startedAt: at(12), replays: [replay] })
})
