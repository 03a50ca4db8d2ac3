import { expect, it } from 'vitest'
import { listenForStop } from './start-signals.ts'
import type { CliWorld, StopSignal } from './world.ts'

/** A world in which signals and time are given by hand. */
function signalling() {
  const state = { now: 1_000, exits: [] as number[], listener: undefined as ((signal: StopSignal) => void) | undefined }
  const world: CliWorld = {
    args: [],
    env: {},
    folder: '.',
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    clock: { now: () => state.now, setTimer: () => () => {} },
    onSignal(listener) {
      state.listener = listener
      return () => {
        state.listener = undefined
      }
    },
    exit: (code) => state.exits.push(code),
  }
  return { state, world, send: (signal: StopSignal) => state.listener?.(signal) }
}

it('takes the first signal as the wish to stop, and what follows within a second as the same wish', async () => {
  const { state, world, send } = signalling()
  using wish = listenForStop(world)
  expect(wish.signal.aborted).toBe(false)
  send('SIGTERM')
  state.now += 1_000
  send('SIGTERM')
  send('SIGINT')
  expect(wish.signal.aborted).toBe(true)
  expect(await wish.told).toBe('SIGTERM')
  expect(state.exits).toEqual([])
})

it('ends the process at once when a signal comes later', () => {
  const { state, world, send } = signalling()
  using _wish = listenForStop(world)
  send('SIGTERM')
  state.now += 1_001
  send('SIGINT')
  expect(state.exits).toEqual([130])
})

it('listens no more once it is disposed of', () => {
  const { state, world } = signalling()
  listenForStop(world)[Symbol.dispose]()
  expect(state.listener).toBeUndefined()
})
