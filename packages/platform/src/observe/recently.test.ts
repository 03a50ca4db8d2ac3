import { expect, test } from 'vitest'
import { recently } from './recently.ts'

function counter() {
  const world = { now: 1_000, reads: 0, fails: false }
  const read = async () => {
    world.reads += 1
    if (world.fails) throw new Error('the database does not answer')
    return world.reads
  }
  return { world, look: recently(read, { forMs: 2_000, clock: { now: () => world.now } }) }
}

test('callers within two seconds share one answer, also while it is under way', async () => {
  const { world, look } = counter()
  expect(await Promise.all([look(), look()])).toEqual([1, 1])
  world.now += 1_999
  expect(await look()).toBe(1)
  world.now += 1
  expect(await look()).toBe(2)
})

test('a failure reaches those who wait for it, and the next caller asks again', async () => {
  const { world, look } = counter()
  world.fails = true
  await expect(look()).rejects.toThrow('does not answer')
  world.fails = false
  expect(await look()).toBe(2)
})

test('a clock set back makes no answer last longer', async () => {
  const { world, look } = counter()
  await look()
  world.now -= 3_600_000
  expect(await look()).toBe(2)
})
