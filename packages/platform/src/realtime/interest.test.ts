import { fakeClock } from '@regie/engine/testing'
import { expect, test } from 'vitest'
import { Interest } from './interest.ts'

const key = { org: 'main', channel: 'logs:warn' }

function openInterest() {
  const clock = fakeClock()
  const watched = { now: true }
  const said: string[] = []
  const interest = new Interest({
    clock,
    isWatched: () => watched.now,
    announce: ({ channel }) => said.push(`wanted ${channel}`),
    lapsed: ({ channel }) => said.push(`lapsed ${channel}`),
  })
  interest.start()
  return { clock, watched, said, interest }
}

test('that somebody listens is said at once and every 20 s, and believed for a moment longer than it is true', async () => {
  const here = openInterest()
  const there = openInterest()
  here.interest.begin(key)
  there.interest.heard(key)
  await here.clock.advance(60_000)
  expect(here.said).toEqual(Array.from({ length: 4 }, () => 'wanted logs:warn'))
  here.watched.now = false
  await here.clock.advance(39_999)
  expect(here.interest.isHere(key)).toBe(true)
  await here.clock.advance(1)
  expect(here.interest.isHere(key)).toBe(false)
  expect(here.said.slice(4)).toEqual(['lapsed logs:warn'])
  // The others still say it then: there is no gap that nobody knows of.
  await there.clock.advance(40_000)
  expect(there.interest.isElsewhere(key)).toBe(true)
  await there.clock.advance(20_000)
  expect(there.interest.isElsewhere(key)).toBe(false)
  here.interest.stop()
  await here.clock.advance(60_000)
  expect(here.said).toHaveLength(5)
})
