// The fuzzer on a fixed list of seeds, so that a failure stays one; `npm run fuzz` takes others, for as long as one likes.
import { describe, expect, it } from 'vitest'
import { addressesOf } from './abuse/addresses.ts'
import { fuzz } from './abuse/fuzz.ts'
import { openProduct, STORES } from './product.ts'

const CASES = 25

describe.each(STORES)('on %s', (store) => {
  it.each([20_261_128])('no input breaks an address, seed %i', { timeout: 180_000 }, async (seed) => {
    await using product = await openProduct(store)
    const { findings, accepted } = await fuzz(product, { seed, cases: CASES })
    expect(findings).toEqual([])
    const never = addressesOf(product.document).filter(({ name }) => !accepted.has(name))
    expect(
      never.map(({ name }) => name),
      'addresses that took no input at all',
    ).toEqual([])
  })
})
