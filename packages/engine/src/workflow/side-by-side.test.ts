import { describe, expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

/** Works that say when they begin and end only when told. */
function works(count: number) {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const list = Array.from({ length: count }, (_, index) => async () => {
    begun.push(index)
    await new Promise<void>((resolve) => {
      ends[index] = resolve
    })
    return index
  })
  return { list, begun, end: (index: number) => ends[index]?.() }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('works side by side', () => {
  test('answer in their order, whichever ends first', async () => {
    const { list, end, begun } = works(3)
    const all = sideBySide(list, 3)
    expect(begun).toEqual([0, 1, 2])
    for (const index of [2, 0, 1]) end(index)
    expect(await all).toEqual([0, 1, 2])
  })

  test('are begun in order, no more at a time than allowed', async () => {
    const { list, end, begun } = works(4)
    const all = sideBySide(list, 2)
    expect(begun).toEqual([0, 1])
    end(1)
    await turn()
    expect(begun).toEqual([0, 1, 2])
    for (const index of [0, 2]) end(index)
    await turn()
    end(3)
    expect(await all).toEqual([0, 1, 2, 3])
  })

  test('fail with the first error', async () => {
    const fail = (message: string) => () => Promise.reject(new Error(message))
    await expect(sideBySide([fail('one'), fail('two')], 2)).rejects.toThrow('one')
  })

  test('may be none', async () => {
    expect(await sideBySide([], 0)).toEqual([])
  })

  test('refuse a number at a time that is none', async () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN])
      await expect(sideBySide([async () => 1], concurrency)).rejects.toMatchObject({ code: 'JOB_INVALID' })
  })
})
