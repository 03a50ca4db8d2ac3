import { describe, expect, it } from 'vitest'
import { liveThrough, seedsFrom } from './live-through.ts'
import { REGRESSIONS } from './seeds.ts'

const WORLDS_MS = 240_000

describe('a simulated world', () => {
  it('is the same for the same seed, and another for another', { timeout: WORLDS_MS }, async () => {
    const seeds = seedsFrom(1, 11)
    const [once, twice] = [await liveThrough(seeds), await liveThrough(seeds.toReversed())]
    const hashes = once.map(({ hash }) => hash)
    expect(twice.map(({ hash }) => hash).toReversed()).toEqual(hashes)
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('keeps every promise whatever goes wrong in it (worlds 1 to 500)', { timeout: WORLDS_MS }, async () => {
    await liveThrough(seedsFrom(1, 501))
  })

  for (const { seed, found } of REGRESSIONS) {
    it(`keeps what was repaired: ${found} (world ${seed})`, { timeout: WORLDS_MS }, async () => {
      await liveThrough([seed])
    })
  }
})
