import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { openTestPlatform } from '../app/platform.testing.ts'
import { watchFaults } from './start-faults.ts'
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

it('goes on after a rejection that nobody waited for, and tells of it with the stack', async () => {
  await using test = await openTestPlatform()
  await test.platform.migrate()
  const { world } = signalling()
  const source = new EventEmitter()
  using faults = watchFaults({ platform: test.platform, source, world })
  let stops = false
  void faults.fatal.then(() => {
    stops = true
  })
  source.emit('unhandledRejection', new RangeError('forgotten'))
  source.emit('unhandledRejection', 'a text')
  await expect
    .poll(async () => (await test.platform.alerts.list()).alerts)
    .toMatchObject([{ key: 'process:rejection', count: 2, severity: 'critical' }])
  const lines = test.lines.map((line) => JSON.parse(line)).filter(({ fault }) => fault === 'rejection')
  expect(lines[0]).toMatchObject({
    err: { message: 'forgotten', stack: expect.stringContaining('start-signals.test') },
  })
  expect(lines[1].err.message).toContain('a text')
  expect(await test.platform.metrics.text()).toContain('regie_process_faults_total{kind="rejection"} 2')
  expect(stops).toBe(false)
})

it('asks for a stop after an exception that nobody caught, and ends the process when that takes too long', async () => {
  await using test = await openTestPlatform()
  await test.platform.migrate()
  const { state, world } = signalling()
  let late = () => {}
  const clock: CliWorld['clock'] = {
    ...world.clock,
    setTimer(callback, ms) {
      expect(ms).toBe(25_000)
      late = callback
      return () => {}
    },
  }
  const source = new EventEmitter()
  using faults = watchFaults({ platform: test.platform, source, world: { ...world, clock } })
  source.emit('uncaughtException', new Error('torn'))
  expect(await faults.fatal).toMatchObject({ message: 'torn' })
  expect(state.exits).toEqual([])
  late()
  expect(state.exits).toEqual([1])
  faults[Symbol.dispose]()
  expect(source.eventNames()).toEqual([])
})
